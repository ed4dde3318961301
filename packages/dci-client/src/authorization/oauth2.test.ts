import { DciError } from 'dci-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf } from '../failure.fixtures.ts';
import { type OAuth2Options, oauth2Authorization } from './oauth2.ts';
import {
  movableClock,
  type ReceivedTokenRequest,
  sendJson,
  startTokenEndpoint,
  type TestTokenEndpoint,
  unaborted,
} from './token-endpoint.fixtures.ts';

const SECRET = 'canary:secret/of+the tests&=ü';
let endpoint: TestTokenEndpoint;
let clock: ReturnType<typeof movableClock>;

beforeEach(async () => {
  endpoint = await startTokenEndpoint();
  clock = movableClock();
});
afterEach(() => endpoint.stop());

const authorization = (overrides: Partial<OAuth2Options> = {}) =>
  oauth2Authorization({
    tokenUrl: endpoint.url,
    clientId: 'mis:client',
    clientSecret: async () => SECRET,
    fetch: globalThis.fetch,
    clock,
    ...overrides,
  });

const onlyRequest = (): ReceivedTokenRequest => {
  const [request, ...others] = endpoint.requests;
  if (request === undefined || others.length > 0) throw new Error(`${endpoint.requests.length} requests`);
  return request;
};

describe('credentials stand', () => {
  it('in a Basic header, form-encoded (RFC 6749 section 2.3.1)', async () => {
    expect(await authorization({ scope: 'crvs/search' }).header(unaborted)).toBe('Bearer token-1');
    const { authorization: header = '', body, method, contentType } = onlyRequest();
    const [user, password] = atob(header.replace('Basic ', '')).split(':');
    expect([user, password].map((part) => new URLSearchParams(`x=${part}`).get('x'))).toEqual(['mis:client', SECRET]);
    expect(method).toBe('POST');
    expect(contentType).toMatch(/^application\/x-www-form-urlencoded/);
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'crvs/search',
    });
  });

  it('in the form', async () => {
    await authorization({ credentialsIn: 'body' }).header(unaborted);
    const { authorization: header, body, url } = onlyRequest();
    expect(header).toBeUndefined();
    expect(url.search).toBe('');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      client_id: 'mis:client',
      client_secret: SECRET,
      grant_type: 'client_credentials',
    });
  });

  it('in the query string, beside a query of the endpoint', async () => {
    await authorization({ credentialsIn: 'query', tokenUrl: `${endpoint.url}?realm=civil` }).header(unaborted);
    const { authorization: header, body, url, method } = onlyRequest();
    expect([method, header, body]).toEqual(['POST', undefined, '']);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      realm: 'civil',
      client_id: 'mis:client',
      client_secret: SECRET,
      grant_type: 'client_credentials',
    });
  });

  it('in a JSON body', async () => {
    await authorization({ credentialsIn: 'json', scope: 'a b' }).header(unaborted);
    const { contentType, body, url } = onlyRequest();
    expect([contentType, url.search]).toEqual(['application/json', '']);
    expect(JSON.parse(body)).toEqual({
      client_id: 'mis:client',
      client_secret: SECRET,
      grant_type: 'client_credentials',
      scope: 'a b',
    });
  });
});

describe('a token', () => {
  it('is fetched once for fifty calls at the same time, and then kept', async () => {
    const { header } = authorization();
    const values = await Promise.all(Array.from({ length: 50 }, () => header(unaborted)));
    expect(new Set(values)).toEqual(new Set(['Bearer token-1']));
    expect(await header(unaborted)).toBe('Bearer token-1');
    onlyRequest();
  });

  it('is replaced shortly before its end', async () => {
    const { header } = authorization();
    await header(unaborted);
    clock.pass(3569);
    expect(await header(unaborted)).toBe('Bearer token-1');
    clock.pass(2);
    expect(await header(unaborted)).toBe('Bearer token-2');
  });

  it.each([
    ['nothing: five minutes', {}, 265, 10],
    ['null: five minutes', { expires_in: null }, 265, 10],
    ['a text of digits', { expires_in: '100' }, 89, 2],
    ['a hundred years: a day', { expires_in: 3_153_600_000 }, 86_300, 100],
  ])('lives as long as the endpoint says: %s', async (_, members, kept, over) => {
    endpoint.answer((response) =>
      sendJson(response, 200, { access_token: `t${endpoint.requests.length}`, token_type: 'bearer', ...members }),
    );
    const { header } = authorization();
    await header(unaborted);
    clock.pass(kept);
    expect(await header(unaborted)).toBe('Bearer t1');
    clock.pass(over);
    expect(await header(unaborted)).toBe('Bearer t2');
  });

  it('that has ended already serves one call', async () => {
    endpoint.answer((response) =>
      sendJson(response, 200, { access_token: `t${endpoint.requests.length}`, token_type: 'Bearer', expires_in: 0 }),
    );
    const { header } = authorization();
    expect([await header(unaborted), await header(unaborted)]).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it('is fetched once for fifty calls that are refused at the same time', async () => {
    const { header, renew } = authorization();
    const refused = await header(unaborted);
    const again = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        // Some are refused late, when the new token is there.
        await new Promise((resolve) => setTimeout(resolve, index < 25 ? 0 : 30));
        expect(renew(refused)).toBe(true);
        return await header(unaborted);
      }),
    );
    expect(new Set(again)).toEqual(new Set(['Bearer token-2']));
    expect(endpoint.requests).toHaveLength(2);
  });

  it('is not fetched again and again for a registry that refuses every token', async () => {
    const { header, renew } = authorization();
    expect(renew(await header(unaborted))).toBe(true);
    expect(renew(await header(unaborted))).toBe(false);
    clock.pass(11);
    expect(renew(await header(unaborted))).toBe(true);
    expect(await header(unaborted)).toBe('Bearer token-3');
  });

  it('that came back late is kept by callers who do not tell what was refused', async () => {
    const { header, renew } = authorization();
    await header(unaborted);
    expect(renew()).toBe(true);
    await header(unaborted);
    expect(renew()).toBe(true);
    expect(await header(unaborted)).toBe('Bearer token-2');
  });
});

describe('a changed secret', () => {
  it('is used for the next token', async () => {
    let secret = 'first';
    const { header, renew } = authorization({ credentialsIn: 'body', clientSecret: async () => secret });
    await header(unaborted);
    secret = 'second';
    renew();
    await header(unaborted);
    expect(endpoint.requests.map(({ body }) => new URLSearchParams(body).get('client_secret'))).toEqual([
      'first',
      'second',
    ]);
  });

  it('is tried at once after a refusal', async () => {
    let secret = 'old';
    endpoint.answer((response, { body }) =>
      new URLSearchParams(body).get('client_secret') === 'new'
        ? sendJson(response, 200, { access_token: 'granted', token_type: 'Bearer' })
        : sendJson(response, 401, { error: 'invalid_client' }),
    );
    const { header } = authorization({ credentialsIn: 'body', clientSecret: async () => secret });
    await expect(header(unaborted)).rejects.toThrow(DciError);
    secret = 'new';
    expect(await header(unaborted)).toBe('Bearer granted');
  });
});

describe('an endpoint that refuses', () => {
  it('is typed like other refusals, without its words', async () => {
    endpoint.answer((response) =>
      sendJson(response, 400, { error: 'invalid_scope', error_description: 'canary Juana' }),
    );
    const { error, failure } = await failureOf(authorization().header(unaborted));
    expect(failure).toEqual({
      kind: 'refused',
      status: 400,
      peerCode: 'invalid_scope',
      peerMessage: 'canary Juana',
    });
    expect(error).toMatchObject({ code: 'err.request.unauthorized', path: 'authorization' });
    expect(error.message).toBe('The token endpoint refused with HTTP status 400 (invalid_scope).');
  });

  it('has no code of its own invention repeated', async () => {
    endpoint.answer((response) => sendJson(response, 401, { error: 'canary' }));
    const { error } = await failureOf(authorization().header(unaborted));
    expect(error.message).toBe('The token endpoint refused with HTTP status 401.');
  });

  it('is asked less and less, and again at once when it grants', async () => {
    let isOpen = false;
    endpoint.answer((response) =>
      isOpen
        ? sendJson(response, 200, { access_token: 'granted', token_type: 'Bearer', expires_in: 10 })
        : sendJson(response, 401, { error: 'invalid_client' }),
    );
    const { header } = authorization();
    const requestsAfter: number[] = [];
    for (const seconds of [0, 0.5, 0.6, 1, 1.1, 3, 1.1, 40, 70]) {
      clock.pass(seconds);
      const { failure } = await failureOf(header(unaborted));
      expect(failure).toMatchObject({ kind: 'refused', status: 401 });
      requestsAfter.push(endpoint.requests.length);
    }
    expect(requestsAfter).toEqual([1, 1, 2, 2, 3, 3, 4, 5, 6]);
    isOpen = true;
    clock.pass(61);
    expect(await header(unaborted)).toBe('Bearer granted');
    isOpen = false;
    clock.pass(20);
    const { error } = await failureOf(header(unaborted));
    expect(error.retryAfter).toBeUndefined();
    expect((await failureOf(header(unaborted))).error.retryAfter).toBe(1);
  });

  it('says with Retry-After how long it is not asked, up to ten minutes', async () => {
    endpoint.answer((response) => sendJson(response, 429, {}, { 'retry-after': '86400' }));
    const { header } = authorization();
    expect((await failureOf(header(unaborted))).error).toMatchObject({ code: 'err.request.too_many_requests' });
    clock.pass(599);
    expect((await failureOf(header(unaborted))).error.retryAfter).toBe(1);
    expect(endpoint.requests).toHaveLength(1);
    clock.pass(1);
    await failureOf(header(unaborted));
    expect(endpoint.requests).toHaveLength(2);
  });

  it('is asked once for fifty calls', async () => {
    endpoint.answer((response) => sendJson(response, 503, {}));
    const { header } = authorization();
    const failures = await Promise.all(Array.from({ length: 50 }, () => failureOf(header(unaborted))));
    expect(new Set(failures.map(({ error }) => error.code))).toEqual(new Set(['err.service.unavailable']));
    onlyRequest();
  });
});

describe('a hostile answer is no token', () => {
  const good = { access_token: 'abc', token_type: 'Bearer', expires_in: 60 };
  it.each<[string, unknown]>([
    ['a list', [good]],
    ['a text', 'abc'],
    ['an empty object', {}],
    ['a number as token', { ...good, access_token: 5 }],
    ['an empty token', { ...good, access_token: '' }],
    ['a token with a line break', { ...good, access_token: 'canary\r\nx-evil: 1' }],
    ['a token with a space', { ...good, access_token: 'canary two' }],
    ['a token beyond ASCII', { ...good, access_token: 'canaryü' }],
    ['a token that fits no header', { ...good, access_token: 'c'.repeat(20_000) }],
    ['another kind of token', { ...good, token_type: 'mac' }],
    ['a token for proof of possession', { ...good, token_type: 'DPoP' }],
    ['no kind of token', { access_token: 'canary' }],
    ['a negative life', { ...good, expires_in: -1 }],
    ['a life in words', { ...good, expires_in: 'soon' }],
    ['a life as an object', { ...good, expires_in: {} }],
  ])('%s', async (_, body) => {
    endpoint.answer((response) => sendJson(response, 200, body));
    const { error, failure } = await failureOf(authorization().header(unaborted));
    expect(failure).toEqual({ kind: 'protocol', fault: 'token' });
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain('canary');
    expect(error.path).toBe('authorization');
  });

  it('HTML', async () => {
    endpoint.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html>canary</html>');
    });
    const { failure } = await failureOf(authorization().header(unaborted));
    expect(failure).toEqual({ kind: 'protocol', fault: 'token' });
  });

  it('an answer without end', async () => {
    let isClosed = false;
    endpoint.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = ' '.repeat(16_384);
      const timer = setInterval(() => response.write(chunk), 1);
      response.on('close', () => {
        isClosed = true;
        clearInterval(timer);
      });
    });
    const { error, failure } = await failureOf(authorization().header(unaborted));
    expect(failure).toEqual({ kind: 'protocol', fault: 'too_large' });
    expect(error.message).toBe('The answer of the token endpoint is too large.');
    await expect.poll(() => isClosed).toBe(true);
  });

  it('a redirect, which is not followed', async () => {
    endpoint.answer((response) => {
      response.writeHead(307, { location: `${endpoint.url}/elsewhere` });
      response.end();
    });
    const { failure } = await failureOf(authorization().header(unaborted));
    expect(failure).toEqual({ kind: 'protocol', fault: 'redirect' });
    onlyRequest();
  });

  it('half of an answer', async () => {
    endpoint.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"access_token":', () => response.destroy());
    });
    const { failure } = await failureOf(authorization().header(unaborted));
    expect(failure).toEqual({ kind: 'protocol', fault: 'truncated' });
  });

  it.each([
    ['an ID token', { id_token: 'not.a.jwt' }],
    ['a refresh token of a wrong type', { refresh_token: 7 }],
    ['a scope of a wrong type', { scope: ['a'] }],
  ])('but %s beside the token is passed over', async (_, members) => {
    endpoint.answer((response) => sendJson(response, 200, { ...good, ...members }));
    expect(await authorization().header(unaborted)).toBe('Bearer abc');
  });
});

describe('an endpoint that does not answer', () => {
  it('is unreachable, and asked again by the next call', async () => {
    const tokenUrl = endpoint.url;
    await endpoint.stop();
    const { header } = authorization({ tokenUrl });
    for (const _ of [1, 2]) {
      const { error, failure } = await failureOf(header(unaborted));
      expect(failure).toEqual({ kind: 'unreachable', systemCode: 'ECONNREFUSED' });
      expect(error.message).toBe('The token endpoint cannot be reached (ECONNREFUSED).');
      expect(error.retryAfter).toBeUndefined();
    }
    endpoint = await startTokenEndpoint();
  });

  it('is given up after its time', async () => {
    endpoint.answer(() => undefined);
    const { error, failure } = await failureOf(authorization({ timeoutSeconds: 0.05 }).header(unaborted));
    expect(failure).toEqual({ kind: 'timeout', seconds: 0.05 });
    expect(error.message).toBe('The token endpoint did not answer within 0.05 seconds.');
    await expect.poll(() => endpoint.brokenOff).toBe(1);
  });
});

describe('a caller who gives up', () => {
  it('does not end what others wait for', async () => {
    let release = (): void => undefined;
    endpoint.answer((response) => {
      release = () => sendJson(response, 200, { access_token: 'shared', token_type: 'Bearer' });
    });
    const { header } = authorization();
    const impatient = new AbortController();
    const first = header(impatient.signal);
    const second = header(unaborted);
    await expect.poll(() => endpoint.requests.length).toBe(1);
    impatient.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    release();
    expect(await second).toBe('Bearer shared');
    expect(endpoint.brokenOff).toBe(0);
  });

  it('as the last one ends the request, and the next caller starts afresh', async () => {
    endpoint.answer(() => undefined);
    const { header } = authorization();
    const callers = [new AbortController(), new AbortController()];
    const waiting = callers.map(({ signal }) => header(signal).catch((error: unknown) => String(error)));
    await expect.poll(() => endpoint.requests.length).toBe(1);
    for (const caller of callers) caller.abort('gone');
    expect(await Promise.all(waiting)).toEqual(['gone', 'gone']);
    await expect.poll(() => endpoint.brokenOff).toBe(1);
    endpoint.answer((response) => sendJson(response, 200, { access_token: 'fresh', token_type: 'Bearer' }));
    expect(await header(unaborted)).toBe('Bearer fresh');
  });

  it('before the call asks nobody', async () => {
    await expect(authorization().header(AbortSignal.abort('never'))).rejects.toBe('never');
    expect(endpoint.requests).toEqual([]);
  });
});
