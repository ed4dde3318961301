import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HandMade, signByHand, simpleCanonical } from './hand-made.fixtures.ts';
import { startLoopback } from './loopback.fixtures.ts';
import { type OpensppPeer, startOpensppPeer } from './openspp-peer.fixtures.ts';
import { amara, lucia, mei, tomas } from './people.fixtures.ts';

const TOKEN = 'token-of-the-tests';
const caller = generateKeyPairSync('ed25519');

let peer: OpensppPeer;
beforeAll(async () => {
  const key = caller.publicKey.export({ format: 'jwk' });
  peer = await startOpensppPeer({ caller: { id: 'mis.example.org', key }, token: TOKEN });
});
afterAll(() => peer.stop());
beforeEach(() => {
  peer.ledger.faults.length = 0;
  peer.ledger.callbacks.length = 0;
  delete peer.behaviour.signatures;
});

const signatureOf = (canonical: string, differs: Partial<HandMade> = {}): string =>
  signByHand(canonical, { key: caller.privateKey, ...differs });

const asks = {
  lucia: '{"query":{"type":"UIN","value":"1000000001"},"query_type":"idtype-value"}',
};

/** The header that the peer renders whatever it was sent, and a search message; both in canonical form. */
const canonicalHeader = (
  more: { readonly ts?: string; readonly uri?: string; readonly action?: string } = {},
): string =>
  `{"action":"${more.action ?? 'search'}","is_msg_encrypted":false,"message_id":"m1","message_ts":"${more.ts ?? '2026-04-22T10:30:00Z'}","meta":null,"receiver_id":"openspp.example.org","sender_id":"mis.example.org","sender_uri":${more.uri === undefined ? 'null' : `"${more.uri}"`},"total_count":1,"version":"1.0.0"}`;
const canonicalMessage = (criteria: string, transaction = 't1'): string =>
  `{"search_request":[{"reference_id":"r1","search_criteria":${criteria},"timestamp":"2026-04-22T10:30:00Z"}],"transaction_id":"${transaction}"}`;

const bodyOf = (header: string, message: string, signature: string): string =>
  `{"signature":${JSON.stringify(signature)},"header":${header},"message":${message}}`;
const goodBody = (header: string, message: string): string =>
  bodyOf(header, message, signatureOf(`{"header":${header},"message":${message}}`));

const post = (path: string, body: string, token: string | undefined = `Bearer ${TOKEN}`): Promise<Response> =>
  fetch(`${peer.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: token }) },
    body,
  });

async function search(criteria: string): Promise<{ readonly [name: string]: unknown }> {
  const response = await post('/social/registry/sync/search', goodBody(canonicalHeader(), canonicalMessage(criteria)));
  expect(response.status).toBe(200);
  const { message } = JSON.parse(await response.text());
  return message.search_response[0];
}

const namesIn = (item: { readonly [name: string]: unknown }): unknown =>
  JSON.parse(JSON.stringify(item)).data.reg_records.map((record: { name?: { given_name: string } }) =>
    record.name === undefined ? 'group' : record.name.given_name,
  );

describe('the OpenSPP peer', () => {
  it('accepts a message built by hand, on all of its three bases, and signs its reply', async () => {
    for (const path of ['/social/registry/sync/search', '/sr/sync/search', '/registry/sync/search']) {
      const response = await post(path, goodBody(canonicalHeader(), canonicalMessage(asks.lucia)));
      expect(response.status).toBe(200);
      const text = await response.text();
      const { header, message, signature } = JSON.parse(text);
      expect(header).toMatchObject({ action: 'on-search', status: 'succ', sender_id: peer.id });
      expect(header.message_ts).toMatch(/\.\d{3}000Z$/);
      expect(message.search_response[0]).toMatchObject({
        reference_id: 'r1',
        data: { reg_type: 'SOCIAL_REGISTRY', reg_record_type: 'PERSON' },
        pagination: { total_count: 1 },
      });
      expect(message.search_response[0].data.reg_records[0]).toMatchObject({
        identifier: [{ identifier_type: 'urn:gov:national-id' }, {}],
        name: { surname: 'Núñez' },
      });
      expect(text).toContain('Núñez');
      expect(signature).toMatch(/^namespace="dci", kidId="openspp\.example\.org\|key1\|ed25519"/);
    }
  });

  it('signs what Python hashes: a float with its .0, keys in order, letters as escapes', async () => {
    const body = goodBody(
      canonicalHeader(),
      canonicalMessage('{"query":{"type":"HouseholdID","value":"HH-1"},"query_type":"idtype-value"}'),
    );
    const text = await (await post('/sr/sync/search', body)).text();
    expect(text).toContain('"poverty_score":45.0');
    const jwks = await (await fetch(`${peer.baseUrl}/.well-known/jwks.json`)).json();
    expect(jwks).toMatchObject({
      keys: [{ kid: 'openspp.example.org|key1|ed25519', alg: 'EdDSA', x: peer.publicKey.x }],
    });
    const { signature } = JSON.parse(text);
    const [created, expires, bytes] = [/created="(\d+)"/, /expires="(\d+)"/, /signature="([^"]+)"$/].map(
      (form) => form.exec(signature)?.[1] ?? '',
    );
    const { header, message } = JSON.parse(text);
    const canonical = simpleCanonical({ header, message }).replace('"poverty_score":45', '"poverty_score":45.0');
    const digest = createHash('sha256').update(canonical).digest('base64');
    const signed = `(created): ${created}\n(expires): ${expires}\ndigest: ${digest}`;
    const key = generateKeyPairSync('ed25519').publicKey;
    expect(verify(null, Buffer.from(signed), key, Buffer.from(bytes ?? '', 'base64'))).toBe(false);
    const right = { key: { ...peer.publicKey }, format: 'jwk' } as const;
    expect(verify(null, Buffer.from(signed), right, Buffer.from(bytes ?? '', 'base64'))).toBe(true);
  });

  it.each([
    ['milliseconds of toISOString()', canonicalHeader({ ts: '2026-04-22T10:30:00.123Z' })],
    ['milliseconds that are zero', canonicalHeader({ ts: '2026-04-22T10:30:00.000Z' })],
    ['an offset in place of Z', canonicalHeader({ ts: '2026-04-22T10:30:00+00:00' })],
    ['a field left out', canonicalHeader().replace('"meta":null,', '')],
    [
      'a field that the model does not have',
      canonicalHeader().replace('"version"', '"type":"requestHeader","version"'),
    ],
  ])('refuses a header signed with %s', async (_what, header) => {
    const response = await post('/sr/sync/search', goodBody(header, canonicalMessage(asks.lucia)));
    expect([response.status, await response.json()]).toMatchObject([
      401,
      { message: { ack_status: 'ERR', error: { code: 'err.signature.invalid' } } },
    ]);
  });

  it('accepts what renders to the signed form: an absent field, and an offset', async () => {
    const message = canonicalMessage(asks.lucia);
    const signature = signatureOf(`{"header":${canonicalHeader()},"message":${message}}`);
    const sent = canonicalHeader().replace('"meta":null,', '').replace('10:30:00Z', '10:30:00+00:00');
    expect((await post('/sr/sync/search', bodyOf(sent, message, signature))).status).toBe(200);
    expect((await post('/sr/sync/search', bodyOf(sent, message, `Signature: ${signature}`))).status).toBe(200);
  });

  it.each([
    ['no bearer', undefined, 401, 'err.auth.missing_header'],
    ['another scheme', 'Basic abc', 401, 'err.auth.invalid_format'],
    ['another token', 'Bearer other', 401, 'err.auth.invalid_token'],
  ])('refuses %s', async (_what, token, status, code) => {
    const response = await fetch(`${peer.baseUrl}/sr/sync/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: token }) },
      body: goodBody(canonicalHeader(), canonicalMessage(asks.lucia)),
    });
    expect([response.status, await response.json()]).toMatchObject([status, { message: { error: { code } } }]);
  });

  it.each([
    [
      'an unknown sender',
      goodBody(canonicalHeader().replaceAll('mis.example.org', 'other'), canonicalMessage(asks.lucia)),
      401,
      'err.sender.unknown',
    ],
    ['no signature', bodyOf(canonicalHeader(), canonicalMessage(asks.lucia), ''), 401, 'err.signature.missing'],
    [
      'another key',
      bodyOf(
        canonicalHeader(),
        canonicalMessage(asks.lucia),
        signatureOf(`{"header":${canonicalHeader()},"message":${canonicalMessage(asks.lucia)}}`, {
          key: generateKeyPairSync('ed25519').privateKey,
        }),
      ),
      401,
      'err.signature.invalid',
    ],
    [
      'an old signature',
      bodyOf(
        canonicalHeader(),
        canonicalMessage(asks.lucia),
        signatureOf(`{"header":${canonicalHeader()},"message":${canonicalMessage(asks.lucia)}}`, { age: 400 }),
      ),
      401,
      'err.signature.expired',
    ],
    [
      'no receiver',
      goodBody(canonicalHeader().replace('"receiver_id":"openspp.example.org",', ''), canonicalMessage(asks.lucia)),
      400,
      'err.400',
    ],
    [
      'another action',
      goodBody(canonicalHeader({ action: 'subscribe' }), canonicalMessage(asks.lucia)),
      400,
      'err.400',
    ],
  ])('refuses %s', async (_what, body, status, code) => {
    const response = await post('/sr/sync/search', body);
    expect([response.status, await response.json()]).toMatchObject([
      status,
      { message: { ack_status: 'ERR', error: { code } } },
    ]);
  });

  it.each([
    [
      'seq',
      '{"query":{"seq":[{"attribute":"sex","operator":"=","value":"female"},{"attribute":"birth_date","operator":"<=","value":"1990-12-31"}]},"query_type":"expression"}',
      [lucia, mei],
    ],
    [
      'seq or alternatives',
      '{"query":{"or":[{"attribute":"given_name","operator":"=","value":"Amara"}],"seq":[{"attribute":"sex","operator":"=","value":"male"}]},"query_type":"expression"}',
      [tomas, amara],
    ],
    [
      'CEL',
      '{"query":"person.sex == \\"female\\" && (person.age >= 18 || person.given_name == \\"x\\")","query_type":"predicate"}',
      [lucia, mei],
    ],
    [
      'CEL in a dict',
      '{"query":{"value":"family_name == \\"Silva\\" && birth_date > \\"2000-01-01\\""},"query_type":"predicate"}',
      [amara],
    ],
    ['no hit', '{"query":{"type":"UIN","value":"9"},"query_type":"idtype-value"}', []],
  ])('finds by %s', async (_what, criteria, found) => {
    const item = await search(criteria);
    expect(item.status).toBe('succ');
    expect(namesIn(item)).toEqual(found.map(({ givenName }) => givenName));
    expect(peer.ledger.faults).toEqual([]);
  });

  it.each([
    [
      'an expression of the standard',
      '{"query":{"type":"ns:org:QueryType:expression","value":{"expression":{"query":{"sex":{"$eq":"male"}}}}},"query_type":"expression"}',
    ],
    ['a lone or', '{"query":{"or":[{"attribute":"sex","operator":"=","value":"male"}]},"query_type":"expression"}'],
    [
      'an expression one level deeper',
      '{"query":{"expression":{"seq":[{"attribute":"sex","operator":"=","value":"male"}]}},"query_type":"expression"}',
    ],
  ])('gives everybody away for %s, and notes the fault', async (_what, criteria) => {
    expect(namesIn(await search(criteria))).toHaveLength(5);
    expect(peer.ledger.faults).toMatchObject([{ fault: 'unfiltered' }]);
  });

  it('notes attributes and operators that it does not have', async () => {
    await search(
      '{"query":{"seq":[{"attribute":"name.surname","operator":"=","value":"x"}]},"query_type":"expression"}',
    );
    await search('{"query":{"seq":[{"attribute":"sex","operator":"eq","value":"male"}]},"query_type":"expression"}');
    expect(peer.ledger.faults).toMatchObject([{ detail: 'name.surname =' }, { detail: 'sex eq' }]);
  });

  it.each([
    [
      'a predicate list',
      '{"query":[{"expression1":{"attribute_name":"sex","attribute_value":"male","operator":"eq"}}],"query_type":"predicate"}',
      'rjct.filter.invalid',
    ],
    ['a text that is no CEL', '{"query":"sex = male","query_type":"predicate"}', 'rjct.filter.invalid'],
    [
      'another registry type',
      '{"query":{"type":"UIN","value":"1"},"query_type":"idtype-value","reg_type":"ns:org:RegistryType:Civil"}',
      'rjct.search_criteria.invalid',
    ],
  ])('rejects %s', async (_what, criteria, code) => {
    expect(await search(criteria)).toMatchObject({ status: 'rjct', status_reason_code: code });
  });

  it('answers by callback without Authorization; a duplicate transaction breaks it, failed work is silent', async () => {
    const receiver = await startLoopback();
    const uri = `${receiver.origin}/dci`;

    const asked = (criteria: string, transaction: string): Promise<Response> =>
      post('/sr/search', goodBody(canonicalHeader({ uri }), canonicalMessage(criteria, transaction)));
    const ack = await asked(asks.lucia, 'a1');
    const { message } = JSON.parse(await ack.text());
    expect([ack.status, message.ack_status]).toEqual([202, 'ACK']);
    expect((await asked(asks.lucia, 'a1')).status).toBe(500);
    expect((await asked('{"query":"sex = male","query_type":"predicate"}', 'a2')).status).toBe(202);
    await peer.settled();
    await receiver.stop();
    const { received } = receiver;
    expect(received).toHaveLength(1);
    expect(received[0]?.path).toBe('/dci/on-search');
    expect(received[0]?.headers.authorization).toBeUndefined();
    expect(JSON.parse(received[0]?.text ?? '')).toMatchObject({
      header: { action: 'on-search', receiver_id: 'mis.example.org' },
      message: {
        transaction_id: 'a1',
        correlation_id: message.correlation_id,
        search_response: [{ reference_id: 'r1' }],
      },
    });
  });

  it('notes paths that it does not have', async () => {
    expect((await post('/social/registry/sync/subscribe', '{}')).status).toBe(404);
    expect(peer.ledger.faults).toMatchObject([{ fault: 'unknown_path' }]);
  });
});
