import { generateKeyPairSync, type JsonWebKey, type KeyObject, sign, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { simpleCanonical } from './hand-made.fixtures.ts';
import { type Loopback, startLoopback } from './loopback.fixtures.ts';
import { type Openg2pOptions, type Openg2pPeer, startOpeng2pPeer } from './openg2p-peer.fixtures.ts';
import { amara, lucia, mei, tomas } from './people.fixtures.ts';

const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwkOf = (key: KeyObject): JsonWebKey => key.export({ format: 'jwk' });
const CALLER = 'PARTNER_MIS';

const start = (options: Partial<Openg2pOptions> = {}, key = ed25519.publicKey): Promise<Openg2pPeer> =>
  startOpeng2pPeer({ caller: { id: CALLER, key: jwkOf(key) }, ...options });

let peer: Openg2pPeer;
let caller: Loopback;
beforeAll(async () => {
  [peer, caller] = await Promise.all([start(), startLoopback()]);
});
afterAll(() => Promise.all([peer.stop(), caller.stop()]));
beforeEach(() => {
  peer.ledger.faults.length = 0;
  peer.ledger.callbacks.length = 0;
});

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** A detached JWS over a text that was put into canonical form by hand. */
function detached(canonical: string, alg = 'EdDSA', key: KeyObject = ed25519.privateKey): string {
  const head = base64url(`{"alg":"${alg}"}`);
  const input = Buffer.from(`${head}.${base64url(canonical)}`);
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return `${head}..${sign(hash, input, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const canonicalHeader = (uri = 'null', action = 'search'): string =>
  `{"action":"${action}","is_msg_encrypted":false,"message_id":"m1","message_ts":"2026-04-22T10:30:00Z","meta":null,"receiver_id":"openg2p.example.org","sender_id":"PARTNER_MIS","sender_uri":${uri},"total_count":1,"version":"1.0.0"}`;

const grant = '{"purpose":{"code":"eligibility"}}';
const criteriaOf = (query: string, type = 'expression', register = 'Individual'): string =>
  `{"authorize":${grant},"consent":${grant},"query":${query},"query_type":"${type}","reg_type":"${register}"}`;
const byUin = criteriaOf('{"type":"UIN","value":"1000000001"}', 'idtype-value');

const canonicalMessage = (criteria: string): string =>
  `{"search_request":[{"locale":"en","reference_id":"r1","search_criteria":${criteria},"timestamp":"2026-04-22T10:30:00Z"}],"transaction_id":"t1"}`;

interface Sent {
  readonly header?: string;
  readonly signature?: string | null;
  readonly path?: string;
  readonly to?: Openg2pPeer;
}

async function post(
  criteria: string,
  { header = canonicalHeader(), path = '/dci/sync/search', to = peer, ...sent }: Sent = {},
) {
  const message = canonicalMessage(criteria);
  const { signature = detached(`{"header":${header},"message":${message}}`) } = sent;
  const response = await fetch(`${to.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{${signature === null ? '' : `"signature":"${signature}",`}"header":${header},"message":${message}}`,
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('the OpenG2P peer', () => {
  it('accepts a detached JWS made by hand, and answers with copied ids and one of its own', async () => {
    const { status, body } = await post(byUin);
    expect(status).toBe(200);
    expect(body.header).toMatchObject({
      message_id: 'm1',
      action: 'search',
      status: 'succ',
      sender_id: CALLER,
      receiver_id: peer.id,
      meta: null,
    });
    expect(body.message.search_response).toMatchObject([
      { reference_id: 'r1', locale: 'en', data: { reg_type: 'Individual' }, pagination: { total_count: 1 } },
    ]);
    const [record] = body.message.search_response[0].data.reg_records;
    expect(record).toMatchObject({ name: { given_name: 'Lucía', surname: 'Núñez' } });

    const canonical = simpleCanonical({ header: body.header, message: body.message });
    const [head = '', middle, bytes = ''] = body.signature.split('.');
    expect(middle).toBe('');
    const key = { key: { ...peer.publicKey }, format: 'jwk', dsaEncoding: 'ieee-p1363' } as const;
    const input = Buffer.from(`${head}.${base64url(canonical)}`);
    expect(verify('sha256', input, key, Buffer.from(bytes, 'base64url'))).toBe(true);
  });

  it.each([
    ['ES256', p256],
    ['RS256', rsa],
  ] as const)('takes %s too, and no other algorithm than that of the key', async (alg, pair) => {
    const to = await start({}, pair.publicKey);
    const canonical = `{"header":${canonicalHeader()},"message":${canonicalMessage(byUin)}}`;
    const right = await post(byUin, { to, signature: detached(canonical, alg, pair.privateKey) });
    const wrong = await post(byUin, { to });
    await to.stop();
    expect([right.body.header.status, wrong.body.header.status]).toEqual(['succ', 'rjct']);
  });

  it.each([
    ['a field left out of the header', { header: canonicalHeader().replace('"meta":null,', '') }],
    ['milliseconds', { header: canonicalHeader().replace(':00Z', ':00.123Z') }],
    ['another sender', { header: canonicalHeader().replace(CALLER, 'other') }],
    ['another action', { header: canonicalHeader('null', 'on-search') }],
    [
      'another algorithm than that of the key',
      { signature: detached(`{"header":${canonicalHeader()},"message":${canonicalMessage(byUin)}}`, 'ES256') },
    ],
    ['another key', { signature: detached('{}') }],
    ['the literal of the bypass', { signature: 'signature_validation_disabled' }],
  ])('rejects %s in the header, with HTTP status 200', async (_what, sent) => {
    const { status, body } = await post(byUin, sent);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      header: { status: 'rjct', status_reason_code: 'REQ-VAL-001' },
      message: { search_response: [] },
    });
  });

  it.each([
    ['no signature', { signature: null }, ['body', 'signature']],
    [
      'no receiver',
      { header: canonicalHeader().replace('"receiver_id":"openg2p.example.org",', '') },
      ['body', 'header', 'receiver_id'],
    ],
  ])('answers 422 to %s', async (_what, sent, loc) => {
    expect(await post(byUin, sent)).toMatchObject({ status: 422, body: { detail: [{ loc }] } });
  });

  it.each([
    ['no consent', byUin.replace(`"consent":${grant},`, '')],
    ['no authorize', byUin.replace(`"authorize":${grant},`, '')],
    ['the registry type of the standard', criteriaOf('{"sex":"male"}', 'expression', 'ns:org:RegistryType:FR')],
    ['a dotted name', criteriaOf('{"name.surname":"Silva"}')],
    ['a name that the register does not have', criteriaOf('{"shoe_size":"9"}')],
    ['an operator without $', criteriaOf('{"sex":{"eq":"male"}}')],
    ['an identifier type that it does not have', criteriaOf('{"type":"BRN","value":"1"}', 'idtype-value')],
    ['a CEL text', criteriaOf('"sex == \\"male\\""', 'predicate')],
    ['an empty expression', criteriaOf('{}')],
  ])('rejects %s', async (_what, criteria) => {
    const { body } = await post(criteria);
    expect(body.header).toMatchObject({ status: 'rjct', status_reason_code: 'REQ-VAL-001' });
  });

  const item = (name: string, operator: string, value: string): string =>
    `{"attribute_name":"${name}","attribute_value":"${value}","operator":"${operator}"}`;

  it.each([
    ['a bare scalar', criteriaOf('{"sex":"male"}'), [tomas]],
    [
      'operators',
      criteriaOf(
        '{"$and":[{"birth_date":{"$gte":"1984-01-01","$lt":"1990-12-31"}},{"$or":[{"sex":{"$eq":"female"}},{"region":{"$in":["x"]}}]}]}',
      ),
      [lucia, mei],
    ],
    [
      "the standard's wrapping",
      criteriaOf(
        '{"type":"ns:org:QueryType:expression","value":{"expression":{"collection":"Individual","query":{"surname":"Silva"}}}}',
      ),
      [tomas, amara],
    ],
    [
      'a predicate list, its items ANDed',
      criteriaOf(
        `[{"expression1":${item('surname', 'eq', 'Silva')},"seq_num":1},{"expression1":${item('birth_date', 'ge', '2000-01-01')},"seq_num":2}]`,
        'predicate',
      ),
      [amara],
    ],
    [
      'two expressions of one item',
      criteriaOf(
        `[{"condition":"or","expression1":${item('sex', 'eq', 'male')},"expression2":${item('region', 'eq', 'REGION_02')},"seq_num":1}]`,
        'predicate',
      ),
      [lucia, tomas, amara],
    ],
    [
      'the legacy identifier form',
      criteriaOf('{"type":"idtype-value","value":{"id_type":"FID","id_value":"F-1000000002"}}', 'idtype-value'),
      [mei],
    ],
  ])('finds by %s', async (_what, criteria, found) => {
    const { body } = await post(criteria);
    const names = body.message.search_response[0].data.reg_records.map(
      ({ name }: { name: { given_name: string } }) => name.given_name,
    );
    expect(names).toEqual(found.map(({ givenName }) => givenName));
  });

  it('says of a dotted name that it is none', async () => {
    const { body } = await post(criteriaOf('{"name.surname":"Silva"}'));
    expect(body.header.status_reason_message).toBe('Invalid field name: name.surname');
  });

  it('answers no hit by an empty list, or by a rejection; clamps records to what is consented', async () => {
    const nobody = criteriaOf('{"type":"UIN","value":"none"}', 'idtype-value');
    expect((await post(nobody)).body).toMatchObject({ header: { status: 'succ' }, message: { search_response: [] } });
    const other = await start({ noHits: 'rjct', paths: 'registry', consentedFields: ['sex'] });
    const sent = { to: other, path: '/dci/registry/sync/search' };
    const rejected = await post(nobody, sent);
    const clamped = await post(byUin, sent);
    const asynchronous = await post(byUin, { ...sent, path: '/dci/async/search' });
    await other.stop();
    expect(rejected.body).toMatchObject({ header: { status: 'rjct' }, message: { search_response: [] } });
    expect(clamped.body.message.search_response[0].data.reg_records).toEqual([{ sex: 'female' }]);
    expect(asynchronous.status).toBe(404);
    expect(other.ledger.faults).toMatchObject([{ fault: 'unknown_path' }]);
  });

  it('acknowledges with a time without zone and error: null, and calls back once', async () => {
    const path = '/dci/async/search';
    const { body } = await post(byUin, { path, header: canonicalHeader(`"${caller.origin}/dci/on-search"`) });
    expect(body.message).toMatchObject({ ack_status: 'ACK', error: null });
    expect(body.message.timestamp).toMatch(/\.\d{6}$/);
    await peer.settled();
    expect(caller.received).toHaveLength(1);
    expect(caller.received[0]?.path).toBe('/dci/on-search');
    expect(JSON.parse(caller.received[0]?.text ?? '')).toMatchObject({
      header: { action: 'search', message_id: 'm1' },
      message: { transaction_id: 't1', correlation_id: body.message.correlation_id },
    });
    const refused = await post(byUin, { path });
    expect(refused.body.message).toMatchObject({ ack_status: 'ERR', error: { code: 'REQ-VAL-001' } });
  });
});
