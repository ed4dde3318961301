import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt, importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Loopback, startLoopback } from './loopback.fixtures.ts';
import { type OpencrvsPeer, startOpencrvsPeer } from './opencrvs-peer.fixtures.ts';
import { lucia, mei, tomas } from './people.fixtures.ts';

const signing = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encryption = generateKeyPairSync('rsa', { modulusLength: 2048 });
const setup = { clientId: 'mis', clientSecret: 'secret-of-the-tests' };

let caller: Loopback;
let peer: OpencrvsPeer;
let token: string;
beforeAll(async () => {
  caller = await startLoopback({
    keys: [
      { ...signing.publicKey.export({ format: 'jwk' }), kid: 'mine', use: 'sig', alg: 'RS256' },
      { ...encryption.publicKey.export({ format: 'jwk' }), kid: 'for-me', use: 'enc', alg: 'RSA-OAEP-256' },
    ],
  });
  peer = await startOpencrvsPeer(setup);
  token = await tokenOf(peer);
});
afterAll(() => Promise.all([peer.stop(), caller.stop()]));
beforeEach(() => {
  peer.ledger.faults.length = 0;
  delete peer.behaviour.awaitsEncryption;
});

const credentials = { grant_type: 'client_credentials', client_id: 'mis', client_secret: 'secret-of-the-tests' };

async function tokenOf({ tokenUrl }: OpencrvsPeer): Promise<string> {
  const response = await fetch(`${tokenUrl}?${new URLSearchParams(credentials)}`, { method: 'POST' });
  return JSON.parse(await response.text()).access_token;
}

const base64url = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** A compact JWS, put together by hand. */
function jws(payload: string, key: KeyObject = signing.privateKey): string {
  const input = `${base64url('{"alg":"RS256","kid":"mine"}')}.${base64url(payload)}`;
  return `${input}.${base64url(sign('sha256', Buffer.from(input), key))}`;
}

const headerWith = (more: object = {}): object => ({
  version: '1.0.0',
  message_id: 'm1',
  message_ts: '2026-04-22T10:30:00Z',
  action: 'search',
  sender_id: caller.origin,
  receiver_id: 'opencrvs',
  total_count: 1,
  is_msg_encrypted: false,
  ...more,
});

const messageWith = (criteria: object, locale?: string): object => ({
  transaction_id: 't1',
  search_request: [{ reference_id: 'r1', timestamp: '2026-04-22T10:30:00Z', search_criteria: criteria, locale }],
});

const birth = { reg_type: 'ocrvs:registry_type:birth' };
const byBrn = { ...birth, query_type: 'idtype-value', query: { type: 'BRN', value: lucia.brn } };

async function post(
  header: object,
  message: object,
  { path = '/registry/sync/search', to = peer, as = token, signature = jws(JSON.stringify({ header, message })) } = {},
) {
  const response = await fetch(`${to.baseUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
    body: JSON.stringify({ signature, header, message }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('the OpenCRVS peer', () => {
  it('gives tokens to JSON and to a query string, never to a form', async () => {
    const asJson = await fetch(peer.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    expect(await asJson.json()).toMatchObject({ token_type: 'Bearer' });
    expect(token).not.toBe('');
    const asForm = await fetch(peer.tokenUrl, { method: 'POST', body: new URLSearchParams(credentials) });
    expect([asForm.status, await asForm.json()]).toMatchObject([400, { error: { code: 400 } }]);
    const wrong = `${peer.tokenUrl}?${new URLSearchParams({ ...credentials, client_secret: 'other' })}`;
    expect((await fetch(wrong, { method: 'POST' })).status).toBe(401);
  });

  it('accepts a JWS made by hand, and answers with copied ids and a JWS of its own', async () => {
    const { status, body } = await post(headerWith(), messageWith(byBrn, 'fra'));
    expect(status).toBe(200);
    expect(body.header).toMatchObject({
      message_id: 'm1',
      action: 'search',
      sender_id: caller.origin,
      receiver_id: 'opencrvs',
    });
    expect(body.message.search_response).toMatchObject([
      {
        reference_id: 'r1',
        locale: 'fra',
        data: { reg_type: birth.reg_type, reg_record_type: 'person' },
        pagination: { total_count: 1 },
      },
    ]);
    expect(body.message.search_response[0].data.reg_records[0]).toMatchObject({
      identifier: [{ name: 'BRN', identifier: lucia.brn }, { name: 'NID' }],
      givenName: 'Lucía',
      birthDate: '1990-05-17',
      relations: [{ '@type': 'spdci:Mother' }],
    });
    const { keys } = JSON.parse(await (await fetch(`${peer.baseUrl}/.well-known/jwks.json`)).text());
    const [head = '', payload = '', bytes = ''] = body.signature.split('.');
    const { alg, kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
    const [key] = keys.filter((each: JWK) => each.kid === kid);
    expect([alg, key.use]).toEqual(['RS256', 'sig']);
    expect(Buffer.from(payload, 'base64url').toString()).toBe(
      JSON.stringify({ header: body.header, message: body.message }),
    );
    const input = Buffer.from(`${head}.${payload}`);
    expect(verify('sha256', input, { key, format: 'jwk' }, Buffer.from(bytes, 'base64url'))).toBe(true);
  });

  it('refuses what is not signed by the caller, or signs something else; accepts unsigned with a fault', async () => {
    const header = headerWith();
    const message = messageWith(byBrn);
    const strange = jws(
      JSON.stringify({ header, message }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    );
    const otherPayload = jws(JSON.stringify({ header, message: messageWith({ ...byBrn, query: {} }) }));
    const otherOrder = jws(JSON.stringify({ message, header }));
    for (const signature of [strange, otherPayload, otherOrder]) {
      expect(await post(header, message, { signature })).toEqual({
        status: 400,
        body: { error: { code: 400, message: 'Invalid signature' } },
      });
    }
    expect((await post(header, message, { signature: '' })).status).toBe(200);
    expect(peer.ledger.faults).toMatchObject([{ fault: 'unsigned' }]);
    expect((await post(header, message, { as: 'other' })).status).toBe(401);
  });

  it.each([
    ['a sender that is no URL', { sender_id: 'mis.example.org' }, byBrn],
    ['another action', { action: 'on-search' }, byBrn],
    ['the registry type of the standard', {}, { ...byBrn, reg_type: 'ns:org:RegistryType:Civil' }],
    ['an identifier type that it does not have', {}, { ...byBrn, query: { type: 'UIN', value: '1' } }],
    ['an expression of another form', {}, { ...birth, query_type: 'expression', query: { seq: [] } }],
    [
      'an expression without a range',
      {},
      {
        ...birth,
        query_type: 'expression',
        query: { type: 'ns:org:QueryType:expression', value: { createdAt: { $gte: '2026' } } },
      },
    ],
  ])('refuses %s', async (_what, header, criteria) => {
    expect(await post(headerWith(header), messageWith(criteria))).toMatchObject({
      status: 400,
      body: { error: { code: 400 } },
    });
  });

  const range = (attribute: string, ends: object): object => ({
    ...birth,
    query_type: 'expression',
    query: { type: 'ns:org:QueryType:expression', value: { [attribute]: { type: 'range', ...ends } } },
  });
  const pair = [
    { attribute_name: 'birthdate', operator: 'ge', attribute_value: '1984-01-01' },
    { attribute_name: 'birthdate', operator: 'lt', attribute_value: '1990-12-31' },
  ];

  it.each([
    ['a range of creation', range('createdAt', { gte: '2026-02-01', lte: '2026-03-20' }), [mei, tomas]],
    ['a range of birth', range('birthDate', { gte: '1990-01-01' }), [lucia, tomas, { givenName: 'Amara' }]],
    [
      'a pair of predicates',
      {
        ...birth,
        query_type: 'predicate',
        query: [{ seq_num: 1, expression1: pair[0], condition: 'and', expression2: pair[1] }],
      },
      [lucia, mei],
    ],
    [
      'a death record',
      {
        reg_type: 'ocrvs:registry_type:death',
        query_type: 'idtype-value',
        query: { type: 'NID', value: tomas.nationalId },
      },
      [tomas],
    ],
  ])('finds by %s', async (_what, criteria, found) => {
    const { body } = await post(headerWith(), messageWith(criteria));
    const names = body.message.search_response[0].data.reg_records.map(
      ({ givenName }: { givenName: string }) => givenName,
    );
    expect(names).toEqual(found.map(({ givenName }) => givenName));
    expect(peer.ledger.faults).toEqual([]);
  });

  const lone = (attribute: string, operator: string): object => ({
    query_type: 'predicate',
    query: [{ seq_num: 1, expression1: { attribute_name: attribute, operator, attribute_value: '1990-05-17' } }],
  });

  it.each([
    ['a lone eq', { ...birth, ...lone('birthdate', 'eq') }, 4],
    ['a predicate of a marriage', { reg_type: 'ocrvs:registry_type:marriage', ...lone('marriagedate', 'gt') }, 1],
    ['a date of death', { reg_type: 'ocrvs:registry_type:death', ...lone('deathdate', 'gt') }, 1],
    ['a range of what is not indexed', range('sex', { gte: 'female' }), 4],
  ])('gives everybody away for %s, and notes the fault', async (_what, criteria, count) => {
    const { body } = await post(headerWith(), messageWith(criteria));
    expect(body.message.search_response[0].pagination.total_count).toBe(count);
    expect(peer.ledger.faults).toMatchObject([{ fault: 'unfiltered' }]);
  });

  it('answers no hit with an empty list', async () => {
    const { body } = await post(headerWith(), messageWith({ ...byBrn, query: { type: 'BRN', value: 'none' } }));
    expect(body).toMatchObject({ header: { status: 'succ' }, message: { search_response: [] } });
  });

  it('decrypts an unprotected JWE, and encrypts the reply to the first key for encryption of the caller', async () => {
    const { keys } = JSON.parse(await (await fetch(`${peer.baseUrl}/.well-known/jwks.json`)).text());
    const [key] = keys.filter(({ use }: JWK) => use === 'enc');
    const clear = new TextEncoder().encode(JSON.stringify(messageWith(byBrn)));
    const params = { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: key.kid };
    const publicKey = await importJWK(key, 'RSA-OAEP-256');
    const sealed = await new FlattenedEncrypt(clear).setUnprotectedHeader(params).encrypt(publicKey);
    const header = headerWith({ is_msg_encrypted: true });
    const { body } = await post(header, sealed);
    expect(body.header.is_msg_encrypted).toBe(true);
    expect(body.message).toMatchObject({ header: { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'for-me' } });
    expect(body.message).not.toHaveProperty('protected');
    const { plaintext } = await flattenedDecrypt(body.message as FlattenedJWE, encryption.privateKey);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({
      search_response: [{ reference_id: 'r1' }],
    });

    // A header that is repeated outside of the protected one is what jose refuses.
    const both = await new FlattenedEncrypt(clear).setProtectedHeader(params).encrypt(publicKey);
    const repeated = { ...both, header: params };
    expect(await post(header, repeated)).toMatchObject({
      status: 400,
      body: { error: { message: 'decryption operation failed' } },
    });
  });

  it('calls back at sender_uri without content type; an encrypted one is empty, as it awaits nothing', async () => {
    const header = headerWith({ sender_uri: `${caller.origin}/dci/on-search` });
    const ack = await post(header, messageWith(byBrn), { path: '/registry/search' });
    expect(ack).toMatchObject({ status: 202, body: { message: { ack_status: 'ACK' } } });
    await peer.settled();
    const [callback] = caller.received;
    expect(callback?.path).toBe('/dci/on-search');
    expect(callback?.headers['content-type']).toBeUndefined();
    expect(callback?.headers.authorization).toBeUndefined();
    expect(JSON.parse(callback?.text ?? '')).toMatchObject({
      header: { action: 'search', message_id: 'm1' },
      message: { correlation_id: ack.body.message.correlation_id, search_response: [{ reference_id: 'r1' }] },
    });
    expect((await post(headerWith(), messageWith(byBrn), { path: '/registry/search' })).status).toBe(400);
    expect((await post(header, messageWith(byBrn), { path: '/registry/subscribe' })).status).toBe(404);
  });

  it.each([
    ['2023', { reg_event_type: { value: '1' } }, 'givenName'],
    ['2025', { reg_type: 'ns:org:RegistryType:Civil', reg_event_type: 'birth' }, 'name'],
  ] as const)('speaks the generation of %s', async (generation, type, nameMember) => {
    const other = await startOpencrvsPeer({ ...setup, generation });
    const as = await tokenOf(other);
    const criteria = { ...type, query_type: 'idtype-value', query: { type: 'BRN', value: lucia.brn } };
    const { body } = await post(headerWith(), messageWith(criteria), { to: other, as });
    expect(body.message.search_response[0].data.reg_records[0]).toHaveProperty(nameMember);
    expect((await post(headerWith(), messageWith(byBrn), { to: other, as })).status).toBe(400);
    await other.stop();
  });
});
