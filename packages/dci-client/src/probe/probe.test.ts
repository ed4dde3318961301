import {
  crvs,
  DciError,
  generateEncryptionKey,
  type JsonObject,
  opensppDialect,
  publicKeyOf,
  spdciDialect,
  systemClock,
  toJwks,
} from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oauth2Authorization } from '../authorization/oauth2.ts';
import { sendJson, startTokenEndpoint } from '../authorization/token-endpoint.fixtures.ts';
import type { ClientOptions } from '../client.ts';
import { resolveDataSource } from '../data-source.ts';
import {
  type Behaviour,
  CLIENT_ID,
  crypto,
  inHeader,
  inItem,
  objectOf,
  REGISTRY_ID,
  random,
  registryForTests,
  TOKEN,
} from '../registry.fixtures.ts';
import type { ConnectionFacts } from './connection.ts';
import { type ProbeOptions, type ProbePorts, probeDataSource } from './probe.ts';
import type { ProbeCheck, ProbeCheckName, ProbeReport } from './report.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });

/** Nobody matches, as it must be. */
const nobody = inItem({
  data: { version: '1.0.0', reg_type: 'ns:org:RegistryType:Social', reg_record_type: 'Person', reg_records: [] },
  pagination: { page_size: 20, page_number: 1, total_count: 0 },
});
const bothSchemes = { write: 'dci', read: ['dci', 'dci-legacy'] } as const;
const both =
  (...changes: readonly NonNullable<Behaviour['change']>[]): NonNullable<Behaviour['change']> =>
  (parts, request) =>
    changes.reduce((changed, change) => change(changed, request), parts);
beforeEach(() => registry.current.behave({ change: nobody }));

const probe = async (
  overrides: Partial<ClientOptions> = {},
  more: Partial<ProbePorts> & ProbeOptions = {},
): Promise<ProbeReport> => {
  const { fetch, clock, random: _, crypto: __, ...source } = registry.current.clientOptions(overrides);
  return await probeDataSource(source, { fetch, clock, random, crypto, ...more }, more);
};
const checksOf = ({ checks }: ProbeReport, name: ProbeCheckName): readonly ProbeCheck[] =>
  checks.filter((check) => check.name === name);
const checkOf = (report: ProbeReport, name: ProbeCheckName): ProbeCheck => {
  const [check, ...others] = checksOf(report, name);
  if (check === undefined || others.length > 0) throw new Error(`no single check ${name}`);
  return check;
};
const statuses = ({ checks }: ProbeReport): Record<string, string> =>
  Object.fromEntries(checks.map(({ name, status }) => [name, status]));

describe('a probe of a registry that does what the standard says', () => {
  it('finds nothing to complain about', async () => {
    const report = await probe();
    expect(report).toMatchObject({ source: 'social', status: 'ok' });
    expect(
      report.checks.map(({ name, status, text }) => `${name} ${status}: ${text.replace(/\d+ ms/, 'n ms')}`),
    ).toEqual([
      'reachability ok: The host answers.',
      'authorization ok: There is a credential, and the registry accepts it.',
      `keys ok: The key set has keys for signatures of ${REGISTRY_ID}: 1.`,
      'encryption skipped: Messages are not encrypted.',
      'search ok: A made-up identifier was searched for and not found, with a reply whose signature was verified, in n ms.',
      'reply ok: The reply is as the standard has it.',
      'clock ok: The clock of the registry agrees with ours.',
      'dialect ok: The dialect spdci-1.0 fits.',
      'callbacks skipped: No address for callbacks is set: searchAsync, subscribe and unsubscribe are not possible.',
    ]);
  });

  it('searches once, for an identifier that is made up anew each time', async () => {
    await probe();
    await probe({}, { search: { identifierType: 'BRN' } });
    const queries = registry.current.requests.map(({ message }) => {
      const [item = {}] = message.search_request as readonly JsonObject[];
      return objectOf(objectOf(item.search_criteria).query) as { type: string; value: string };
    });
    expect(queries.map(({ type }) => type)).toEqual(['UIN', 'BRN']);
    const values = queries.map(({ value }) => value);
    expect(new Set(values).size).toBe(2);
    for (const value of values) expect(value).toMatch(/^DCI-PROBE-[0-9a-f-]{36}$/);
  });

  it('needs no id of the registry where its key set tells it', async () => {
    const { receiverId: _, ...rest } = registry.current.clientOptions();
    const report = await probeDataSource(rest, rest);
    expect(report.status).toBe('ok');
  });

  it('takes a data source that was resolved already, and has the schemes of its dialect', async () => {
    const { fetch, clock, random: _, crypto: __, ...source } = registry.current.clientOptions();
    const resolved = resolveDataSource({ ...source, dialect: { ...spdciDialect, signatures: bothSchemes } });
    registry.current.behave({ change: nobody, scheme: 'dci', replyScheme: 'dci-legacy' });
    const report = await probeDataSource(resolved, { fetch, clock, random, crypto });
    expect(checkOf(report, 'search').status).toBe('ok');
    const pinned = resolveDataSource({ ...source, scheme: 'dci' });
    const refused = await probeDataSource(pinned, { fetch, clock, random, crypto }, { tryDialects: false });
    expect(checkOf(refused, 'search').hint).toContain('of another scheme');
  });

  it('says when an identifier that nobody has is found', async () => {
    registry.current.behave({});
    const report = await probe();
    expect(report.status).toBe('failed');
    expect(checkOf(report, 'search')).toMatchObject({
      status: 'failed',
      text: 'The registry found somebody for an identifier that nobody has; number of records: 1.',
    });
    expect(JSON.stringify(report)).not.toContain('Lucía');
  });
});

describe('reachability', () => {
  it('is judged by an answer where nothing looks at connections', async () => {
    const report = await probe({ fetch: () => Promise.reject(Object.assign(new Error(), { code: 'ECONNREFUSED' })) });
    expect(statuses(report)).toMatchObject({
      reachability: 'failed',
      keys: 'failed',
      search: 'failed',
      reply: 'skipped',
    });
    expect(checkOf(report, 'reachability')).toMatchObject({
      text: 'The registry cannot be reached (ECONNREFUSED).',
      hint: 'Nobody listens there: check host and port, and that the registry runs.',
    });
  });

  it('that is missing ends the probe', async () => {
    const facts: ConnectionFacts = { failure: { step: 'name', code: 'ENOTFOUND' } };
    const report = await probe({}, { inspect: async () => facts });
    expect(report.status).toBe('failed');
    expect(statuses(report)).toEqual({
      ...{ reachability: 'failed', certificate: 'skipped', authorization: 'skipped', keys: 'skipped' },
      ...{ encryption: 'skipped', search: 'skipped', reply: 'skipped', clock: 'skipped', dialect: 'skipped' },
      callbacks: 'skipped',
    });
    expect(registry.current.requests).toEqual([]);
  });

  it('is looked at with the TLS options of the data source', async () => {
    const targets: unknown[] = [];
    const inspect: ProbePorts['inspect'] = async (target) => {
      targets.push(target);
      return {};
    };
    const report = await probe({}, { inspect, tls: { serverName: 'registry' } });
    const port = Number(new URL(registry.current.baseUrl).port);
    expect(targets).toEqual([{ host: '127.0.0.1', port, isTls: false, tls: { serverName: 'registry' } }]);
    expect(checkOf(report, 'reachability')).toMatchObject({
      status: 'warning',
      text: 'The host can be reached, without TLS.',
    });
  });

  it('is given up with the signal of the caller', async () => {
    await expect(probe({}, { signal: AbortSignal.abort('enough') })).rejects.toBe('enough');
    const controller = new AbortController();
    const inspect = (): Promise<never> => {
      controller.abort('later');
      return new Promise(() => undefined);
    };
    await expect(probe({}, { inspect, signal: controller.signal })).rejects.toBe('later');
    registry.current.behave({ answer: () => controllerOfSearch.abort('in the search') });
    const controllerOfSearch = new AbortController();
    await expect(probe({}, { signal: controllerOfSearch.signal })).rejects.toBe('in the search');
  });
});

describe('authorization', () => {
  const refuse = (status: number, body: JsonObject): Behaviour => ({
    answer: (response) => sendJson(response, status, body),
  });

  it('that the registry does not accept is told', async () => {
    registry.current.behave(refuse(401, { errors: [{ code: 'err.auth.invalid_token', message: 'canary' }] }));
    const report = await probe();
    expect(checkOf(report, 'authorization')).toMatchObject({
      status: 'failed',
      text: 'The registry does not accept the credential.',
    });
    expect(statuses(report)).toMatchObject({ search: 'failed', reply: 'skipped', dialect: 'skipped' });
    expect(registry.current.requests).toHaveLength(1);
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('that is missing is told', async () => {
    registry.current.behave(refuse(401, {}));
    expect(checkOf(await probe({ token: undefined }), 'authorization')).toMatchObject({
      status: 'failed',
      text: 'The registry asks for a credential.',
      hint: 'Set authorization.',
    });
    registry.current.behave({ change: nobody });
    expect(checkOf(await probe({ token: undefined }), 'authorization').status).toBe('skipped');
  });

  it('is not blamed for a signature that is refused', async () => {
    registry.current.behave(refuse(401, { errors: [{ code: 'err.signature.invalid', message: '' }] }));
    const report = await probe({}, { tryDialects: false });
    expect(checkOf(report, 'authorization').status).toBe('ok');
    expect(checkOf(report, 'search').hint).toBe(
      'Register our public key with the registry under senderId and keyId; check dialect and clock.',
    );
  });

  it('without a token ends in front of the search', async () => {
    const endpoint = await startTokenEndpoint();
    endpoint.answer((response) => sendJson(response, 401, { error: 'invalid_client', error_description: 'canary' }));
    const authorization = oauth2Authorization({
      tokenUrl: endpoint.url,
      clientId: 'mis',
      clientSecret: async () => 'canary-secret',
      fetch: globalThis.fetch,
      clock: systemClock,
    });
    const report = await probe({ token: undefined, authorization });
    await endpoint.stop();
    expect(checkOf(report, 'authorization')).toEqual({
      name: 'authorization',
      status: 'failed',
      text: 'The token endpoint refused with HTTP status 401 (invalid_client).',
      hint: 'Check clientId, clientSecret, scope and credentialsIn of authorization.',
    });
    expect(statuses(report)).toMatchObject({ keys: 'ok', search: 'skipped', reply: 'skipped', dialect: 'skipped' });
    expect(JSON.stringify(report)).not.toContain('canary');
  });
});

describe('keys', () => {
  const jwks = (body: unknown, status = 200): Behaviour => ({
    change: nobody,
    jwks: (response) => sendJson(response, status, body),
  });
  const ownKey = () => ({ ...registry.current.key, publicKey: publicKeyOf(registry.current.key.privateKey) });
  const keysOf = async (behaviour: Behaviour, overrides: Partial<ClientOptions> = {}): Promise<ProbeCheck> => {
    registry.current.behave(behaviour);
    return checkOf(await probe(overrides), 'keys');
  };
  const unnamed: Partial<ClientOptions> = { receiverId: undefined } as unknown as Partial<ClientOptions>;

  it.each<[string, () => Behaviour, Partial<ClientOptions>, string, string]>([
    ['no address', () => jwks({}, 404), {}, 'failed', 'The key set is answered with HTTP status 404.'],
    ['no set', () => jwks({ hello: 1 }), {}, 'failed', 'The key set cannot be used. The JWKS has no list of keys.'],
    [
      'an empty set',
      () => jwks({ keys: [] }),
      {},
      'failed',
      `The key set has no key for signatures of ${REGISTRY_ID}.`,
    ],
    [
      'a private key',
      () => jwks({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'canary', d: 'canary' }] }),
      {},
      'failed',
      'The key set cannot be used. The JWKS holds a private key.',
    ],
    [
      "another party's set",
      () => jwks(toJwks([{ ...ownKey(), senderId: 'other.example' }])),
      {},
      'failed',
      'The key set is that of another party than receiverId.',
    ],
    [
      'names of another form',
      () => jwks({ keys: [{ ...ownKey().publicKey.jwk, kid: 'key1' }] }),
      {},
      'warning',
      'The key set has names of keys that are not of the form {sender_id}|{key_id}|{alg}.',
    ],
    [
      'no owner',
      () => jwks({ keys: [{ ...ownKey().publicKey.jwk, kid: 'key1' }] }),
      unnamed,
      'failed',
      'The key set names no party as its owner.',
    ],
    [
      'two owners',
      () => jwks(toJwks([ownKey(), { ...ownKey(), senderId: 'other.example' }])),
      unnamed,
      'failed',
      'The key set names several parties as its owner.',
    ],
  ])('are told: %s', async (_, behaviour, overrides, status, text) => {
    expect(await keysOf(behaviour(), overrides)).toMatchObject({ status, text });
  });

  it('that are registered are not fetched', async () => {
    const { privateKey: _, senderId: __, ...rest } = registry.current.key;
    const key = {
      keyId: rest.keyId,
      publicKey: publicKeyOf(registry.current.key.privateKey),
      state: 'active',
    } as const;
    const before = registry.current.jwksRequests;
    expect(await keysOf({ change: nobody }, { peerKeys: { keys: [key] } })).toMatchObject({
      status: 'ok',
      text: 'Keys are registered: 1.',
    });
    expect(registry.current.jwksRequests).toBe(before);
    const revoked = { ...key, state: 'revoked' } as const;
    expect((await keysOf({ change: nobody }, { peerKeys: { keys: [revoked] } })).status).toBe('failed');
  });

  it('for encryption are looked for where messages are encrypted', async () => {
    const decryptionKeys = async () => [];
    const without = await probe({ encrypt: true, decryptionKeys });
    expect(checkOf(without, 'encryption')).toMatchObject({ status: 'failed', text: 'There is no key to encrypt to.' });
    const privateKey = await generateEncryptionKey('ECDH-ES+A256KW', { random });
    const { d: _, ...jwk } = privateKey.jwk as typeof privateKey.jwk & { d: string };
    registry.current.behave(jwks({ keys: [...toJwks([ownKey()]).keys, { ...jwk, use: 'enc', kid: 'enc1' }] }));
    expect(checkOf(await probe({ encrypt: true, decryptionKeys }), 'encryption')).toMatchObject({
      status: 'ok',
      text: 'The key set has keys for encryption: 1.',
    });
  });
});

describe('the clock of the registry', () => {
  const clockOf = async (seconds: number): Promise<ProbeCheck> => {
    const clock = { now: () => Date.now() - seconds * 1000 };
    return checkOf(await probe({ clock }, { tryDialects: false }), 'clock');
  };

  it.each([
    [20, 'ok', 'ahead of'],
    [45, 'warning', 'ahead of'],
    [-45, 'warning', 'behind'],
    [90, 'failed', 'ahead of'],
    [-90, 'failed', 'behind'],
  ])('may differ by so many seconds: %d', async (seconds, status, direction) => {
    const check = await clockOf(seconds);
    expect(check.status).toBe(status);
    expect(check.text).toMatch(new RegExp(`^The clock of the registry is \\d\\d seconds ${direction} ours\\.$`));
    expect(Math.abs(Number(/\d+/.exec(check.text)?.[0]) - Math.abs(seconds))).toBeLessThanOrEqual(2);
  });

  it('is also read from its reply', async () => {
    registry.current.behave({ change: both(nobody, inHeader({ message_ts: '2020-01-01T00:00:00Z' })) });
    expect(checkOf(await probe(), 'clock').status).toBe('failed');
  });
});

describe('a reply that deviates', () => {
  it('is told, and that it was answered all the same', async () => {
    registry.current.behave({
      change: both(
        nobody,
        inItem({ data: { reg_type: 'SOCIAL_REGISTRY', reg_record_type: 'PERSON', reg_records: [] } }),
      ),
    });
    const report = await probe();
    expect(report.status).toBe('warning');
    expect(checkOf(report, 'search').status).toBe('ok');
    expect(checksOf(report, 'reply').map(({ deviation }) => deviation)).toEqual(['reg_type', 'record_type']);
  });

  it('by having no signature fails, or passes where that is permitted', async () => {
    registry.current.behave({ change: nobody, signingKey: undefined });
    const strict = await probe({}, { tryDialects: false });
    expect(checkOf(strict, 'search')).toMatchObject({ status: 'failed', hint: expect.stringContaining('to sign') });
    expect(checkOf(strict, 'reply')).toMatchObject({ status: 'warning', deviation: 'unsigned' });
    const lenient = await probe({ requireSignedReplies: false });
    expect(checkOf(lenient, 'search').text).toContain('with a reply without signature');
    expect(lenient.status).toBe('warning');
  });

  it('by rejecting an unknown identifier is a warning', async () => {
    const rejected = inItem({
      status: 'rjct',
      status_reason_code: 'rjct.filter.invalid',
      status_reason_message: 'canary',
      data: undefined,
      pagination: undefined,
    });
    registry.current.behave({ change: rejected });
    const report = await probe({}, { tryDialects: false });
    expect(checkOf(report, 'search')).toMatchObject({
      status: 'warning',
      text: 'The registry rejects the search for a made-up identifier (rjct.filter.invalid).',
    });
    expect(checksOf(report, 'reply').map(({ deviation }) => deviation)).toEqual(['no_hits_rejected']);
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('by being HTML is no JSON', async () => {
    registry.current.behave({
      answer: (response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        response.end('<h1>canary</h1>');
      },
    });
    const report = await probe({}, { tryDialects: false });
    expect(checkOf(report, 'reply')).toMatchObject({ status: 'failed', text: 'The reply is not acceptable JSON.' });
    expect(JSON.stringify(report)).not.toContain('canary');
  });
});

describe('a registry that does not understand a search', () => {
  it('is asked once more for an event where it is a civil one, and what it said first is told', async () => {
    registry.current.behave({ answer: (response) => sendJson(response, 400, {}) });
    const asked = async (of: Partial<ClientOptions>): Promise<number> => {
      registry.current.requests.length = 0;
      const report = await probe(of, { tryDialects: false });
      expect(checkOf(report, 'search').text).toBe('The request was refused with HTTP status 400.');
      return registry.current.requests.length;
    };
    expect(await asked({})).toBe(1);
    expect(await asked({ registry: crvs })).toBe(2);
    // OpenSPP has no searches by event: the second is not written.
    expect(await asked({ registry: crvs, dialect: opensppDialect })).toBe(1);
  });
});

describe('callbacks', () => {
  const stores = { transactions: {} as never, subscriptions: {} as never };
  it.each([
    ['https://mis.example.org/registry', 'https://r.example', 'ok'],
    ['http://mis.example.org/registry', 'https://r.example', 'warning'],
    ['http://localhost:8080/registry', 'https://r.example', 'failed'],
    ['http://localhost:8080/registry', 'http://127.0.0.1:9', 'warning'],
  ])('arrive at %s from %s: %s', async (base, baseUrl, status) => {
    const facts: ConnectionFacts = { failure: { step: 'connection' } };
    const report = await probe({ baseUrl, callbacks: { base, ...stores } }, { inspect: async () => facts });
    expect(checkOf(report, 'callbacks').status).toBe(status);
  });
});

describe('whatever a probe finds', () => {
  it('a data source that cannot be used is an error', async () => {
    await expect(probe({ baseUrl: 'registry' })).rejects.toBeInstanceOf(DciError);
  });

  it('its report holds no secret', async () => {
    const seen: string[] = [];
    for (const behaviour of [{}, { change: nobody }, { signingKey: undefined }] satisfies Behaviour[]) {
      registry.current.behave(behaviour);
      seen.push(JSON.stringify(await probe({}, { tryDialects: false })));
    }
    const { d } = registry.current.clientKey.jwk;
    for (const text of seen) {
      for (const secret of [TOKEN, d, 'Lucía', '1234567897', CLIENT_ID]) expect(text).not.toContain(secret);
    }
  });
});
