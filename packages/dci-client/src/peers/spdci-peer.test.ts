import { generateKeyPairSync, verify } from 'node:crypto';
import { FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt, importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signByHand, simpleCanonical } from './hand-made.fixtures.ts';
import { type Loopback, startLoopback } from './loopback.fixtures.ts';
import { lucia, mei, tomas } from './people.fixtures.ts';
import { type SpdciPeer, startSpdciPeer } from './spdci-peer.fixtures.ts';
import { hasStandardSchemas, standardSchemas } from './standard-schemas.fixtures.ts';

const signing = generateKeyPairSync('ed25519');
const encryption = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encryptionKey: JWK = { ...encryption.publicKey.export({ format: 'jwk' }), kid: 'mine' };
const credentials = { clientId: 'mis', clientSecret: 'secret-of-the-tests' };
const CALLER = 'mis.example.org';
const now = '2026-04-22T10:30:00Z';

const start = (registry: 'social' | 'crvs' | 'ibr' | 'dr' | 'fr'): Promise<SpdciPeer> =>
  startSpdciPeer({
    registry,
    ...credentials,
    caller: {
      id: CALLER,
      key: signing.publicKey.export({ format: 'jwk' }),
      ...(registry === 'social' && { encryptionKey }),
    },
  });

const tokenForm = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'mis',
  client_secret: 'secret-of-the-tests',
});
async function tokenOf({ tokenUrl }: SpdciPeer): Promise<string> {
  const response = await fetch(tokenUrl, { method: 'POST', body: tokenForm });
  return JSON.parse(await response.text()).access_token;
}

let peer: SpdciPeer;
let caller: Loopback;
let token: string;
beforeAll(async () => {
  [peer, caller] = await Promise.all([start('social'), startLoopback()]);
  token = await tokenOf(peer);
});
afterAll(() => Promise.all([peer.stop(), caller.stop()]));
beforeEach(() => {
  peer.ledger.faults.length = 0;
  caller.received.length = 0;
  delete peer.behaviour.refusals;
});

const headerWith = (more: object = {}): object => ({
  version: '1.0.0',
  message_id: 'm1',
  message_ts: now,
  action: 'search',
  sender_id: CALLER,
  receiver_id: 'registry.example.org',
  total_count: 1,
  is_msg_encrypted: false,
  ...more,
});

const searchFor = (criteria: object, more: object = {}): object => ({
  transaction_id: 't1',
  search_request: [{ reference_id: 'r1', timestamp: now, search_criteria: criteria, ...more }],
});
const byUin = { reg_record_type: 'Person', query_type: 'idtype-value', query: { type: 'UIN', value: lucia.uin } };

interface Sent {
  readonly path?: string;
  readonly to?: SpdciPeer;
  readonly registry?: string;
  readonly as?: string;
  readonly signature?: string;
}

async function post(header: object, message: object, sent: Sent = {}) {
  const { path = 'sync/search', to = peer, registry = 'social', as = token } = sent;
  const { signature = signByHand(simpleCanonical({ header, message }), { key: signing.privateKey }) } = sent;
  const response = await fetch(`${to.baseUrl}/${registry}/registry/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
    body: JSON.stringify({ signature, header, message }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('the peer of the standard', () => {
  it('gives tokens to a form, with expires_in as a text', async () => {
    expect(token).toMatch(/./);
    const response = await fetch(peer.tokenUrl, { method: 'POST', body: tokenForm });
    expect(await response.json()).toMatchObject({ token_type: 'bearer', expires_in: '3600' });
    expect(
      (await fetch(peer.tokenUrl, { method: 'POST', body: new URLSearchParams({ grant_type: 'x' }) })).status,
    ).toBe(401);
  });

  it('accepts a message made by hand, and signs as the example of the standard does', async () => {
    const { status, body } = await post(headerWith(), searchFor(byUin));
    expect(status).toBe(200);
    expect(body.header).toMatchObject({ action: 'on-search', status: 'succ', sender_id: peer.id, receiver_id: CALLER });
    const [item] = body.message.search_response;
    expect(item).toMatchObject({
      reference_id: 'r1',
      status: 'succ',
      data: { reg_type: 'ns:org:RegistryType:Social', reg_record_type: 'Person' },
    });
    expect(item.data.reg_records).toMatchObject([{ name: { surname: 'Núñez' }, sex: 'female' }]);
    expect(body.signature).toMatch(/^Signature: {2}namespace="spdci", kidId="registry\.example\.org\|k1\|ed25519"/);
    const [created, expires, bytes] = [/created="(\d+)"/, /expires="(\d+)"/, /signature="([^"]+)"$/].map(
      (form) => form.exec(body.signature)?.[1] ?? '',
    );
    const digest = await crypto.subtle.digest(
      'SHA-256',
      Buffer.from(simpleCanonical({ header: body.header, message: body.message })),
    );
    const signed = `(created): ${created}\n(expires): ${expires}\ndigest: ${Buffer.from(digest).toString('base64')}`;
    const key = { key: { ...peer.publicKey }, format: 'jwk' } as const;
    expect(verify(null, Buffer.from(signed), key, Buffer.from(bytes ?? '', 'base64'))).toBe(true);
  });

  it('refuses tokens, senders and signatures that are not right', async () => {
    const message = searchFor(byUin);
    const other = signByHand(simpleCanonical({ header: {}, message }), { key: signing.privateKey });
    const old = signByHand(simpleCanonical({ header: headerWith(), message }), { key: signing.privateKey, age: 900 });
    expect(await post(headerWith(), message, { as: 'other' })).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'err.request.unauthorized' }] },
    });
    expect(await post(headerWith({ sender_id: 'other' }), message)).toMatchObject({
      status: 401,
      body: { errors: [{ code: 'err.sender_id.invalid' }] },
    });
    for (const signature of [other, old]) {
      expect(await post(headerWith(), message, { signature })).toMatchObject({
        status: 401,
        body: { errors: [{ code: 'err.signature.invalid' }] },
      });
    }
  });

  it.runIf(hasStandardSchemas).each([
    ['an empty sender_uri', { sender_uri: '' }, searchFor(byUin)],
    ['meta: null', { meta: null }, searchFor(byUin)],
    ['a time without zone', { message_ts: '2026-04-22T10:30:00' }, searchFor(byUin)],
    ['no total_count', { total_count: undefined }, searchFor(byUin)],
    ['an action of another path', { action: 'subscribe' }, searchFor(byUin)],
    ['a locale of two letters', {}, searchFor(byUin, { locale: 'en' })],
    ['a CEL text', {}, searchFor({ ...byUin, query_type: 'predicate', query: 'person.age > 1' })],
    [
      'an operator that the standard does not have',
      {},
      searchFor({
        query_type: 'predicate',
        query: [{ expression1: { attribute_name: 'sex', operator: 'gte', attribute_value: 'x' } }],
      }),
    ],
    ['no query', {}, searchFor({ query_type: 'expression' })],
    ['a page without size', {}, searchFor({ ...byUin, pagination: { page_number: 1 } })],
  ])('refuses by the schema: %s', async (_what, header, message) => {
    expect(await post(headerWith(header), message)).toMatchObject({
      status: 400,
      body: { message: { ack_status: 'ERR', error: { code: 'err.request.bad' } } },
    });
  });

  const mongo = (query: object): object => ({
    reg_record_type: 'Person',
    query_type: 'expression',
    query: { type: 'ns:org:QueryType:expression', value: { expression: { collection: 'Person', query } } },
  });
  const predicate = (...query: readonly object[]): object => ({
    reg_record_type: 'Person',
    query_type: 'predicate',
    query,
  });
  const compare = (attribute_name: string, operator: string, attribute_value: unknown): object => ({
    attribute_name,
    operator,
    attribute_value,
  });

  it.each([
    [
      'the expression of the standard',
      mongo({ $and: [{ sex: { $eq: 'female' } }, { birth_date: { $lt: '1991-01-01' } }] }),
      [lucia, mei],
    ],
    [
      'predicates',
      predicate(
        { seq_num: 2, expression1: compare('sex', 'eq', 'male') },
        {
          seq_num: 1,
          expression1: compare('birth_date', 'ge', '1990-01-01'),
          condition: 'and',
          expression2: compare('birth_date', 'le', '1990-12-31'),
        },
      ),
      [tomas],
    ],
  ])('finds by %s', async (_what, criteria, found) => {
    const { body } = await post(headerWith(), searchFor(criteria));
    const names = body.message.search_response[0].data.reg_records.map(
      ({ name }: { name: { given_name: string } }) => name.given_name,
    );
    expect(names).toEqual(found.map(({ givenName }) => givenName));
  });

  it.each([
    [
      'an expression of another family',
      { query_type: 'expression', query: { seq: [{ attribute: 'sex', operator: '=', value: 'male' }] } },
      'rjct.filter.invalid',
    ],
    ['an unknown attribute', mongo({ shoe_size: 9 }), 'rjct.filter.invalid'],
    ['another registry', { ...byUin, reg_type: 'SOCIAL_REGISTRY' }, 'rjct.search_criteria.invalid'],
    ['a page of size 0', { ...byUin, pagination: { page_size: 0 } }, 'rjct.pagination.invalid'],
    [
      'a sort by what is unknown',
      { ...byUin, sort: [{ attribute_name: 'x', sort_order: 'asc' }] },
      'rjct.sort.invalid',
    ],
  ])('rejects %s', async (_what, criteria, code) => {
    const { body } = await post(headerWith(), searchFor(criteria));
    expect(body.message.search_response).toMatchObject([{ status: 'rjct', status_reason_code: code }]);
  });

  it('answers by callback at sender_uri as it is; on-subscribe has the header of a request', async () => {
    const at = (action: string, name: string): object =>
      headerWith({ action, sender_uri: `${caller.origin}/dci/${name}` });
    const criteria = {
      reg_event_type: 'REGISTER',
      filter: {},
      notify_record_type: 'Person',
      frequency: { start_time: now, end_time: now, frequency: '0 0 0 5,15 * ? *' },
    };
    const subscribe = (subscribe_criteria: object): object => ({
      transaction_id: 't2',
      subscribe_request: [{ reference_id: 'r2', timestamp: now, subscribe_criteria }],
    });
    const ack = await post(at('search', 'on-search'), searchFor(byUin), { path: 'search' });
    expect(ack).toMatchObject({ status: 202, body: { message: { ack_status: 'ACK' } } });
    expect((await post(at('subscribe', 'on-subscribe'), subscribe(criteria), { path: 'subscribe' })).status).toBe(202);
    await peer.settled();
    const code = [...peer.subscriptions.keys()][0] ?? '';
    await peer.notify(code);
    const ending = { transaction_id: 't3', timestamp: now, subscription_codes: [code] };
    await post(at('unsubscribe', 'on-unsubscribe'), ending, { path: 'unsubscribe' });
    await peer.settled();
    expect(caller.received.map(({ path }) => path)).toEqual([
      '/dci/on-search',
      '/dci/on-subscribe',
      '/dci/notify',
      '/dci/on-unsubscribe',
    ]);
    const bodies = caller.received.map(({ text }) => JSON.parse(text));
    expect(bodies[0].message.correlation_id).toBe(ack.body.message.correlation_id);
    expect(bodies[1]).toMatchObject({
      message: { subscribe_response: [{ status: 'succ', subscriptions: [{ code, status: 'subscribe' }] }] },
    });
    expect(bodies[1].header).not.toHaveProperty('status');
    expect(bodies[2]).toMatchObject({
      header: { status: 'succ' },
      message: { notify_event: [{ data: { reg_event_type: 'REGISTER', reg_records: { sex: 'female' } } }] },
    });
    expect(bodies[3]).toMatchObject({
      message: { status: 'succ', subscription_status: [{ code, status: 'unsubscribe' }] },
    });
    if (!hasStandardSchemas) return;
    const schemas = standardSchemas('social');
    const names = ['on-search', 'on-subscribe', 'notify', 'on-unsubscribe'];
    expect(bodies.flatMap((body, index) => schemas.requestFaults(names[index] ?? '', body))).toEqual([]);
    const textual = await post(at('subscribe', 'on-subscribe'), subscribe({ ...criteria, frequency: 'daily' }), {
      path: 'subscribe',
    });
    expect(textual.status).toBe(400);
  });

  it('tells the status of a transaction as the whole response', async () => {
    await post(headerWith(), searchFor(byUin));
    const question = {
      reference_id: 'q1',
      txn_type: 'search',
      attribute_type: 'transaction_id',
      attribute_value: 't1',
    };
    const message = { transaction_id: 't4', txnstatus_request: question };
    const { body } = await post(headerWith({ action: 'txn-status' }), message, { path: 'sync/txn/status' });
    expect(body).toMatchObject({
      header: { action: 'txn-on-status' },
      message: {
        txnstatus_response: {
          txn_type: 'search',
          txn_status: { transaction_id: 't1', search_response: [{ reference_id: 'r1' }] },
        },
      },
    });
    if (hasStandardSchemas) expect(standardSchemas('social').replyFaults('sync/txn/status', body)).toEqual([]);
  });

  it.each([
    [
      'crvs',
      'sync/search',
      searchFor({ ...byUin }),
      { search_response: [{ data: { reg_records: [{ sex: 'female' }] } }] },
    ],
    [
      'fr',
      'sync/search',
      searchFor({ ...byUin, reg_record_type: 'Farmer' }),
      { search_response: [{ data: { reg_records: [{ farmer_personal_details: {} }] } }] },
    ],
    [
      'dr',
      'sync/search',
      searchFor({ ...byUin, reg_record_type: 'DisabledPerson' }),
      { search_response: [{ data: { reg_records: { personal_details: {} } } }] },
    ],
    [
      'dr',
      'sync/disabled',
      { transaction_id: 't', disabled_criteria: { query: { 'member.member_identifier': { eq: tomas.uin } } } },
      { disabled_response: [{ disabled_status: 'yes' }] },
    ],
    [
      'dr',
      'sync/get-disability-support',
      { transaction_id: 't', disabled_criteria: { query: { type: 'UIN', value: tomas.uin } } },
      { search_response: [{ data: { reg_records: [[{}]] } }] },
    ],
    [
      'ibr',
      'sync/enrolled',
      { transaction_id: 't', enrolled_criteria: { query: { person_identifier: { eq: 'none' } } } },
      { enrolled_response: [{ enrolled_status: 'no' }] },
    ],
  ] as const)('serves %s: %s, by its own file', async (registry, path, message, expected) => {
    const other = await start(registry);
    const { body } = await post(headerWith(), message, { to: other, registry, path, as: await tokenOf(other) });
    const missing = await post(headerWith(), message, { to: other, registry, path: 'receipt' });
    await other.stop();
    expect(body.message).toMatchObject(expected);
    expect(missing.status).toBe(404);
    expect(other.ledger.faults).toMatchObject([{ fault: 'unknown_path' }]);
    if (hasStandardSchemas) expect(standardSchemas(registry).replyFaults(path, body)).toEqual([]);
  });

  it('decrypts, and encrypts the reply in the members that the standard has', async () => {
    const { keys } = JSON.parse(await (await fetch(`${peer.baseUrl}/.well-known/jwks.json`)).text());
    const [key] = keys.filter(({ use }: JWK) => use === 'enc');
    const params = { alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: key.kid };
    const clear = new TextEncoder().encode(JSON.stringify(searchFor(byUin)));
    const publicKey = await importJWK(key, params.alg);
    const open = await new FlattenedEncrypt(clear).setUnprotectedHeader(params).encrypt(publicKey);
    const closed = await new FlattenedEncrypt(clear).setProtectedHeader(params).encrypt(publicKey);
    for (const message of [open, { ...closed, header: params }]) {
      const { body } = await post(headerWith({ is_msg_encrypted: true }), message);
      expect(Object.keys(body.message).toSorted()).toEqual(['ciphertext', 'encrypted_key', 'header', 'iv', 'tag']);
      const { plaintext } = await flattenedDecrypt(body.message as FlattenedJWE, encryption.privateKey);
      expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({
        search_response: [{ reference_id: 'r1' }],
      });
    }
    expect(
      await post(headerWith({ is_msg_encrypted: true }), { ...open, tag: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    ).toMatchObject({
      status: 400,
      body: { message: { error: { code: 'err.encryption.invalid' } } },
    });
  });

  it('refuses with status 200, or with the codes of the early seed, when told to', async () => {
    const limit = { status: 429, code: 'err.request.too_many_requests', message: 'later' };
    peer.behaviour.refusals = 'ok';
    peer.refuseNext(limit);
    expect(await post(headerWith(), searchFor(byUin))).toMatchObject({
      status: 200,
      body: { message: { ack_status: 'ERR', error: { code: limit.code } } },
    });
    peer.behaviour.refusals = 'seed';
    peer.refuseNext(limit);
    expect(await post(headerWith(), searchFor(byUin))).toMatchObject({
      status: 429,
      body: {
        header: { action: 'on-search', status: 'rjct', status_reason_code: 'ERR_RATE_LIMIT' },
        message: { transaction_id: 't1' },
      },
    });
    expect(await post(headerWith(), searchFor(byUin), { signature: 'x' })).toMatchObject({
      status: 401,
      body: { header: { status_reason_code: 'ERR_INVALID_SIGNATURE' } },
    });
  });
});
