import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestHost, type TestHost } from '../testing/test-host.ts';
import { jsonReply } from './reply.ts';
import { isMultipart, streamBody } from './stream-body.ts';

const maxBytes = 2 * 1024 * 1024;
const bodyTimeoutMs = 600;
let host: TestHost;
let url: string;

beforeAll(async () => {
  host = await createTestHost({
    limits: { bodyBytes: 1024, headersTimeoutMs: 300, bodyTimeoutMs },
    plugins: [
      {
        name: 'counting',
        setup: () => ({
          routes(router) {
            router.post('/count', async (context) => {
              let length = 0;
              const rules = { mediaType: 'multipart/form-data', maxBytes };
              for await (const chunk of streamBody(context, rules)) length += chunk.length;
              return jsonReply(JSON.stringify({ length, isMultipart: isMultipart(context) }));
            });
            router.post('/json', async (context) => {
              let length = 0;
              const rules = { mediaType: 'application/json', mayLackMediaType: true, maxBytes };
              for await (const chunk of streamBody(context, rules)) length += chunk.length;
              return jsonReply(JSON.stringify({ length }));
            });
          },
        }),
      },
    ],
  });
  ({ url } = await host.listen());
});
afterAll(() => host.dispose());

const multipart = { 'content-type': 'multipart/form-data; boundary=x' };

describe('a body that is read as it comes', () => {
  test.each(['over a socket', 'in process'])('may be larger than other bodies, %s', async (way) => {
    const send = (headers: Record<string, string>, body: Uint8Array<ArrayBuffer>) =>
      way === 'in process'
        ? host.fetch(new Request('http://localhost/dci_api/v1/count', { method: 'POST', headers, body }))
        : fetch(`${url}/dci_api/v1/count`, { method: 'POST', headers, body });
    const reply = await send(multipart, new Uint8Array(1024 * 1024));
    expect(await reply.json()).toEqual({ length: 1024 * 1024, isMultipart: true });
    expect((await send({ 'content-type': 'application/json' }, new Uint8Array(1))).status).toBe(415);
    expect((await send({ ...multipart, 'content-encoding': 'gzip' }, new Uint8Array(1))).status).toBe(415);
    expect((await send(multipart, new Uint8Array(maxBytes + 1))).status).toBe(413);
  });

  /** Sends pieces with pauses, until it has an answer or has been cut off. */
  function paced(size: number, pieces: number, everyMs: number): Promise<number | 'cut off'> {
    return new Promise((resolve) => {
      const sending = request(`${url}/dci_api/v1/count`, { method: 'POST', headers: multipart });
      let isOver = false;
      const end = (outcome: number | 'cut off'): void => {
        isOver = true;
        resolve(outcome);
      };
      sending.on('response', (response) => end(response.resume().statusCode ?? 0)).on('error', () => end('cut off'));
      void (async () => {
        for (let piece = 0; piece < pieces && !isOver; piece += 1) {
          sending.write(new Uint8Array(size));
          await pause(everyMs);
        }
        sending.end();
      })();
    });
  }

  test('gets time for all that has come, so that a large one may take longer than a small one (LD2)', async () => {
    expect(await paced(128 * 1024, 4, bodyTimeoutMs / 2)).toBe(200);
  });

  test('is cut off when it drips (LD2)', async () => {
    expect([408, 'cut off']).toContain(await paced(1, 600, 50));
  });
});

test.each([
  [undefined, 200],
  ['application/json', 200],
  ['application/json; charset=utf-8', 200],
  ['application/json; boundary=x', 415],
  ['text/plain', 415],
  ['multipart/form-data; boundary=x', 415],
])('a body whose media type may be missing: %s is answered %i', async (type, status) => {
  const body = new Uint8Array(4096);
  const headers = type === undefined ? {} : { 'content-type': type };
  const reply = await fetch(`${url}/dci_api/v1/json`, { method: 'POST', headers, body });
  expect(reply.status).toBe(status);
});
