import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestHost, type TestHost } from '../testing/test-host.ts';
import { readBody } from './limits.ts';
import { jsonReply } from './reply.ts';

const limit = 2048;
let host: TestHost;
let url: string;

beforeAll(async () => {
  host = await createTestHost({
    limits: { bodyBytes: limit },
    plugins: [
      {
        name: 'echo',
        setup: () => ({
          routes(router) {
            router.post('/echo', async (context) => jsonReply(Uint8Array.from(await readBody(context))));
            router.post('/small', async (context) =>
              jsonReply(String((await readBody(context, { maxBytes: 10 })).length)),
            );
            router.post('/form', async (context) => {
              const body = await readBody(context, {
                mediaType: 'application/x-www-form-urlencoded',
                maxBytes: 9999999,
              });
              return jsonReply(String(body.length));
            });
          },
        }),
      },
    ],
  });
  ({ url } = await host.listen());
});
afterAll(async () => {
  await host.dispose();
});

const json = { 'content-type': 'application/json' };

/** The same request over a socket and in process. */
const ways: readonly [string, (path: string, init: RequestInit) => Promise<Response>][] = [
  ['over a socket', (path, init) => fetch(`${url}/dci_api/v1${path}`, { method: 'POST', ...init })],
  [
    'in process',
    (path, init) => host.fetch(new Request(`http://localhost/dci_api/v1${path}`, { method: 'POST', ...init })),
  ],
];

describe.each(ways)('%s', (_name, send) => {
  test.each(['', '{}', '"ünïcode \u{1f600}"', 'x'.repeat(limit)])(
    'the bytes come as they were sent: %#',
    async (body) => {
      const reply = await send('/echo', { body, headers: json });
      expect([reply.status, await reply.text()]).toEqual([200, body]);
    },
  );

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json;charset=UTF-8',
    'Application/JSON ; Charset="utf-8"',
  ])('%s is accepted', async (type) => {
    expect((await send('/echo', { body: '{}', headers: { 'content-type': type } })).status).toBe(200);
  });

  test.each([
    'text/plain',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'application/json; boundary=x',
    'application/jsonp',
    'application/x-www-form-urlencoded',
  ])('%s is 415', async (type) => {
    const reply = await send('/echo', { body: '{}', headers: { 'content-type': type } });
    expect(reply.status).toBe(415);
    expect(await reply.json()).toMatchObject({ errors: [{ code: 'err.request.bad' }] });
  });

  test('no content type is 415', async () => {
    expect((await send('/echo', { body: new Uint8Array([123, 125]) })).status).toBe(415);
  });

  test.each(['gzip', 'br', 'deflate', 'identity, gzip', 'x'])('content coding %s is 415', async (coding) => {
    const reply = await send('/echo', { body: '{}', headers: { ...json, 'content-encoding': coding } });
    expect(reply.status).toBe(415);
  });

  test('identity is no coding', async () => {
    const reply = await send('/echo', { body: '{}', headers: { ...json, 'content-encoding': 'identity' } });
    expect(reply.status).toBe(200);
  });

  test('a body over the limit is 413, with and without its length told', async () => {
    expect((await send('/echo', { body: 'x'.repeat(limit + 1), headers: json })).status).toBe(413);
    const stream = new Blob(['x'.repeat(limit), 'y']).stream();
    const reply = await send('/echo', { body: stream, headers: json, duplex: 'half' } as RequestInit);
    expect(reply.status).toBe(413);
    expect(await reply.json()).toMatchObject({
      errors: [{ code: 'err.request.bad', message: 'the body is larger than 2048 bytes' }],
    });
  });

  test('a route can have a lower limit and another media type, never a higher limit', async () => {
    expect((await send('/small', { body: 'x'.repeat(11), headers: json })).status).toBe(413);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await (await send('/form', { body: 'a=b', headers: form })).text()).toBe('3');
    expect((await send('/form', { body: 'a=b', headers: json })).status).toBe(415);
    expect((await send('/form', { body: 'x'.repeat(limit + 1), headers: form })).status).toBe(413);
  });
});
