import SqliteDatabase from 'better-sqlite3';
import { DciError } from 'dci-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fixedClock } from '../testing/clock.ts';
import { type CollectingLogger, collectingLogger } from '../testing/logger.ts';
import { createTestHost, type TestHost } from '../testing/test-host.ts';
import { readBody } from './limits.ts';
import { jsonReply } from './reply.ts';
import type { HttpRouter } from './router.ts';

let logger: CollectingLogger;
let host: TestHost;

function addRoutes(router: HttpRouter): void {
  router.post('/social/registry/sync/search', async (context) => {
    const body = await readBody(context);
    context.env.logFields = { message_id: 'm-1' };
    return jsonReply(JSON.stringify({ bytes: body.length }));
  });
  router.get('/people/:id', (context) => context.text('person'));
  router.put('/people/:id', () => Response.redirect('http://localhost/elsewhere'));
  router.post('/people/:id', () => jsonReply('{}', 201, { location: '/x', 'cache-control': 'private' }));
  router.get('/throws/:what', (context) => {
    throw errors[context.req.param('what')]?.() ?? new Error('canary');
  });
  router.get('/rejects', async () => {
    throw 'canary: not even an Error';
  });
}

const errors: Readonly<Record<string, () => unknown>> = {
  bad: () => new DciError('err.request.bad', 'no such thing'),
  token: () => new DciError('err.auth.invalid_token', 'the token is not known'),
  missing: () => new DciError('err.auth.missing_header', 'a bearer token is needed'),
  form: () => new DciError('err.auth.invalid_format', 'the authorization header is not a bearer token'),
  sender: () => new DciError('err.sender.unknown', 'the sender is not known'),
  quota: () => new DciError('err.request.too_many_requests', 'slower', { retryAfter: 6.2 }),
  unavailable: () => new DciError('err.service.unavailable', 'later', { retryAfter: 3 }),
  away: () =>
    new DciError('err.service.unavailable', 'later', {
      cause: Object.assign(new RangeError('canary'), { code: 'ERR_AWAY' }),
    }),
  internal: () => new DciError('err.internal', 'not for peers'),
  configuration: () => new DciError('err.configuration.invalid', 'not for peers'),
  type: () => new TypeError('canary'),
  busy: () => new SqliteDatabase.SqliteError('canary', 'SQLITE_BUSY'),
  full: () => new SqliteDatabase.SqliteError('canary', 'SQLITE_FULL'),
  constraint: () => new SqliteDatabase.SqliteError('canary', 'SQLITE_CONSTRAINT'),
};

beforeEach(async () => {
  logger = collectingLogger();
  host = await createTestHost({
    clock: fixedClock('2026-04-22T10:30:00Z'),
    logger,
    basePathAliases: ['/api/v2/dci'],
    plugins: [
      {
        name: 'routes',
        setup: () => ({ routes: addRoutes, rootRoutes: (router) => void router.get('/root', (c) => c.text('root')) }),
      },
    ],
  });
});
afterEach(async () => {
  await host.dispose();
});

const get = (path: string, init: RequestInit = {}): Promise<Response> =>
  host.fetch(new Request(`http://localhost${path}`, init));
const post = (path: string, init: RequestInit = {}): Promise<Response> =>
  get(path, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' }, ...init });

describe('paths', () => {
  test.each(['/dci_api/v1', '/api/v2/dci'])('plug-ins answer below %s', async (base) => {
    const reply = await post(`${base}/social/registry/sync/search`);
    expect([reply.status, await reply.json()]).toEqual([200, { bytes: 2 }]);
    expect((await get(`${base}/root`)).status).toBe(404);
  });

  test('root routes answer at the root only', async () => {
    expect(await (await get('/root')).text()).toBe('root');
    expect((await get('/people/1')).status).toBe(404);
  });

  test('HEAD answers as GET without a body', async () => {
    const reply = await get('/root', { method: 'HEAD' });
    expect([reply.status, await reply.text()]).toEqual([200, '']);
  });
});

describe('refusals before any route', () => {
  test('404 in both shapes of the standard', async () => {
    const reply = await get('/dci_api/v1/nothing');
    expect(reply.status).toBe(404);
    expect(reply.headers.get('content-type')).toBe('application/json');
    expect(await reply.json()).toEqual({
      message: {
        ack_status: 'ERR',
        timestamp: '2026-04-22T10:30:00Z',
        correlation_id: expect.stringMatching(/^[0-9a-f]{12}-\w+$/),
        error: { code: 'err.request.not_found', message: 'there is nothing at this path' },
      },
      errors: [{ code: 'err.request.not_found', message: 'there is nothing at this path' }],
    });
  });

  test.each([
    ['GET', '/dci_api/v1/social/registry/sync/search', 'POST'],
    ['DELETE', '/dci_api/v1/people/7', 'GET, HEAD, POST, PUT'],
    ['OPTIONS', '/dci_api/v1/people/7', 'GET, HEAD, POST, PUT'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['POST', '/.well-known/jwks.json', 'GET, HEAD'],
  ])('%s %s is 405 and allows %s', async (method, path, allowed) => {
    const reply = await get(path, { method });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, allowed]);
    expect(await reply.json()).toMatchObject({ errors: [{ code: 'err.request.bad' }] });
  });
});

describe('errors become replies in one place', () => {
  test.each([
    ['bad', 400, 'err.request.bad', 'err.request.bad', {}],
    [
      'token',
      401,
      'err.auth.invalid_token',
      'err.request.unauthorized',
      { 'www-authenticate': 'Bearer realm="dci", error="invalid_token"' },
    ],
    [
      'form',
      401,
      'err.auth.invalid_format',
      'err.request.unauthorized',
      { 'www-authenticate': 'Bearer realm="dci", error="invalid_request"' },
    ],
    [
      'missing',
      401,
      'err.auth.missing_header',
      'err.request.unauthorized',
      { 'www-authenticate': 'Bearer realm="dci"' },
    ],
    ['sender', 401, 'err.sender.unknown', 'err.sender_id.invalid', { 'www-authenticate': null }],
    ['quota', 429, 'err.request.too_many_requests', 'err.request.too_many_requests', { 'retry-after': '7' }],
    ['unavailable', 503, 'err.service.unavailable', 'err.service.unavailable', { 'retry-after': '3' }],
    ['busy', 503, 'err.service.unavailable', 'err.service.unavailable', { 'retry-after': '1' }],
    ['full', 503, 'err.service.unavailable', 'err.service.unavailable', { 'retry-after': '30' }],
    ['internal', 500, 'err.internal', 'err.service.unavailable', {}],
    ['configuration', 500, 'err.internal', 'err.service.unavailable', {}],
    ['type', 500, 'err.internal', 'err.service.unavailable', {}],
    ['constraint', 500, 'err.internal', 'err.service.unavailable', {}],
    ['other', 500, 'err.internal', 'err.service.unavailable', {}],
  ])('%s', async (what, status, precise, standard, headers) => {
    const reply = await get(`/dci_api/v1/throws/${what}`);
    expect(reply.status).toBe(status);
    for (const [name, value] of Object.entries(headers)) expect(reply.headers.get(name)).toBe(value);
    const body = await reply.text();
    expect(JSON.parse(body)).toMatchObject({
      message: { ack_status: 'ERR', error: { code: standard } },
      errors: [{ code: precise }],
    });
    expect(body + logger.text()).not.toContain('canary');
    expect(body).not.toContain('not for peers');
    expect(logger.lines().at(-1)).toMatchObject({
      msg: 'request',
      status,
      code: precise,
      route: '/dci_api/v1/throws/:what',
    });
  });

  test('an internal error is found in the log by the id that the reply names', async () => {
    const body = await (await get('/dci_api/v1/throws/type')).json();
    const [, id] = /logged under (\S+)$/.exec(body.errors[0].message) ?? [];
    expect(id).toBe(body.message.correlation_id);
    const line = logger.lines().find(({ level }) => level === 'error');
    expect(line).toMatchObject({ request_id: id, error: 'TypeError' });
  });

  test('the log tells why a registry is away, the reply does not', async () => {
    const body = await (await get('/dci_api/v1/throws/away')).text();
    expect(body).not.toMatch(/RangeError|ERR_AWAY/);
    expect(logger.lines().findLast(({ level }) => level === 'warn')).toMatchObject({
      code: 'err.service.unavailable',
      error: 'RangeError',
      cause: 'ERR_AWAY',
      stack: expect.stringContaining('app.test.ts'),
    });
    expect(logger.text()).not.toContain('canary');
  });

  test('something thrown that is no Error is a 500 too', async () => {
    const reply = await get('/dci_api/v1/rejects');
    expect(reply.status).toBe(500);
    expect((await reply.text()) + logger.text()).not.toContain('canary');
  });
});

describe('headers of every reply', () => {
  test.each([
    ['a JSON reply', '/dci_api/v1/people/1', 'POST', { 'cache-control': 'private', location: '/x' }],
    ['a text reply', '/dci_api/v1/people/1', 'GET', { 'cache-control': 'no-store' }],
    [
      'a redirect',
      '/dci_api/v1/people/1',
      'PUT',
      { 'cache-control': 'no-store', location: 'http://localhost/elsewhere' },
    ],
    ['an error', '/nothing', 'GET', { 'cache-control': 'no-store' }],
  ])('%s', async (_name, path, method, headers) => {
    const reply = await get(path, { method });
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      ...headers,
    });
  });
});

describe('the log line of a request', () => {
  test('tells the pattern of the route and the fields of its handler', async () => {
    await post('/dci_api/v1/social/registry/sync/search?token=canary', {
      body: '{"canary":1}',
      headers: { 'content-type': 'application/json', authorization: 'Bearer canary', 'x-request-id': 'canary' },
    });
    const line = logger.lines().at(-1);
    expect(line).toEqual({
      level: 'info',
      time: expect.any(String),
      msg: 'request',
      request_id: expect.any(String),
      method: 'POST',
      route: '/dci_api/v1/social/registry/sync/search',
      status: 200,
      duration_ms: expect.any(Number),
      message_id: 'm-1',
    });
  });

  test('tells neither path nor method where they are the client’s own', async () => {
    await get('/dci_api/v1/people/canary');
    await get('/canary', { method: 'CANARY' });
    expect(logger.text()).not.toMatch(/canary/i);
    expect(logger.lines().slice(-2)).toMatchObject([
      { route: '/dci_api/v1/people/:id' },
      { method: 'other', status: 404 },
    ]);
    expect(logger.lines().at(-1)).not.toHaveProperty('route');
  });

  test('ids differ', async () => {
    const ids = new Set<unknown>();
    for (let count = 0; count < 50; count += 1) await get('/root');
    for (const line of logger.lines()) if (line.msg === 'request') ids.add(line.request_id);
    expect(ids.size).toBe(50);
  });
});
