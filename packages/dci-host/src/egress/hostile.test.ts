import http from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordedEgress, refusalOf, serve, serveHttp, type TestServer } from './egress.fixtures.ts';
import { createGuardedAgents } from './guarded-agents.ts';
import { hostileAnswers, hostileUrls } from './hostile-urls.fixtures.ts';

let listener: TestServer;
beforeAll(async () => {
  listener = await serveHttp((_request, response) => response.end('internal'));
});
afterAll(async () => {
  await listener[Symbol.asyncDispose]();
});

/** Resolves every name to the listener, so that only the rules stand between a URL and it. */
const everythingIsLocal = async () => ['127.0.0.1'];

describe('no URL leads to a forbidden address', () => {
  test('there are many of them', () => {
    expect(new Set(hostileUrls.map(([, url]) => url)).size).toBeGreaterThanOrEqual(150);
  });

  test.each(hostileUrls)('%s: %j', async (fault, hostile) => {
    // Plain HTTP is allowed here: the scheme must not be what keeps these from the listener.
    const { egress, attempts } = recordedEgress({ allowHttp: true, resolver: everythingIsLocal });
    const url = hostile.replace('{port}', String(listener.port));
    const refusal = { code: 'err.sender_uri.invalid', fault };
    expect(await refusalOf((async () => egress.checkUrl(url))())).toMatchObject(refusal);
    expect(await refusalOf(egress.send({ url }))).toMatchObject(refusal);
    expect([attempts, listener.connections()]).toEqual([[], 0]);
  });

  test('http is refused unless it is switched on', async () => {
    const { egress, attempts } = recordedEgress({ allowInternal: true });
    expect(await refusalOf(egress.send({ url: listener.url }))).toMatchObject({ fault: 'url_forbidden' });
    expect([attempts, listener.connections()]).toEqual([[], 0]);
  });
});

describe('no name leads to a forbidden address', () => {
  test.each(hostileAnswers)('%j', async (...answer) => {
    const { egress, attempts } = recordedEgress({ allowHttp: true, resolver: async () => answer });
    for (const scheme of ['http', 'https']) {
      const url = `${scheme}://registry.example:${listener.port}/`;
      expect(() => egress.checkUrl(url)).not.toThrow();
      const refusal = await refusalOf(egress.send({ url }));
      expect(refusal).toMatchObject({ code: 'err.sender_uri.invalid', fault: 'address_forbidden' });
      for (const address of answer) if (address !== '') expect(refusal.message).not.toContain(address);
    }
    expect([attempts, listener.connections()]).toEqual([[], 0]);
  });

  test('however public and forbidden addresses are mixed, 1,000 times', async () => {
    const permitted = fc.array(fc.constantFrom('8.8.8.8', '1.1.1.1', '2606:4700::1111'), { maxLength: 4 });
    const forbidden = fc.constantFrom('127.0.0.1', '10.0.0.1', '::1', 'fd00::1', '169.254.169.254', '::ffff:127.0.0.1');
    await fc.assert(
      fc.asyncProperty(permitted, forbidden, permitted, async (before, bad, after) => {
        const answer = [...before, bad, ...after];
        const { egress, attempts } = recordedEgress({ allowHttp: true, resolver: async () => answer });
        await refusalOf(egress.send({ url: `http://registry.example:${listener.port}/` }));
        expect(attempts).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(listener.connections()).toBe(0);
  });
});

/** 127.0.0.2 plays the public address here: a test must not leave the machine. */
async function secondLoopback(): Promise<TestServer | undefined> {
  try {
    return await serve(
      http.createServer((_request, response) => response.end('public')),
      '127.0.0.2',
      listener.port,
    );
  } catch {
    return undefined;
  }
}
const probe = await serve(http.createServer(), '127.0.0.2').catch(() => undefined);
await probe?.[Symbol.asyncDispose]();

describe.skipIf(probe === undefined)('a name that changes', () => {
  const permits = (address: Uint8Array): boolean => address.at(-1) === 2;

  const get = (agent: http.Agent, host: string, port: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const request = http.get({ agent, host, port }, (response) => {
        response
          .setEncoding('utf8')
          .once('data', resolve)
          .once('end', () => undefined);
      });
      request.on('error', reject);
    });

  test('is looked up once for a connection, which goes to what was judged, 1,000 times', async () => {
    const allowed = await secondLoopback();
    if (allowed === undefined) throw new Error('127.0.0.2 is not there');
    await using _allowed = allowed;
    const before = listener.connections();
    const attempts: string[] = [];
    let lookups = 0;
    const results: string[] = [];
    for (let round = 0; round < 1000; round += 1) {
      // A fresh agent: nothing is kept alive, so every request looks the name up.
      let asked = 0;
      const agents = createGuardedAgents({
        permits,
        onConnect: (address) => attempts.push(address),
        resolver: async () => {
          lookups += 1;
          asked += 1;
          const first = round % 3 === 0 ? '127.0.0.1' : '127.0.0.2';
          return asked === 1 ? [first] : ['127.0.0.1'];
        },
      });
      results.push(await get(agents.http, 'rebinding.example', listener.port).catch(() => 'refused'));
      agents.http.destroy();
    }
    expect(lookups).toBe(1000);
    expect([results.filter((text) => text === 'public').length, new Set(results)]).toEqual([
      666,
      new Set(['refused', 'public']),
    ]);
    expect(new Set(attempts)).toEqual(new Set(['127.0.0.2']));
    expect(listener.connections()).toBe(before);
  });

  test('does not move a connection that is kept alive', async () => {
    const allowed = await secondLoopback();
    if (allowed === undefined) throw new Error('127.0.0.2 is not there');
    await using _allowed = allowed;
    const before = listener.connections();
    let answer = '127.0.0.2';
    const agents = createGuardedAgents({ permits, resolver: async () => [answer] });
    expect(await get(agents.http, 'rebinding.example', listener.port)).toBe('public');
    await new Promise((resolve) => setImmediate(resolve));
    answer = '127.0.0.1';
    expect(await get(agents.http, 'rebinding.example', listener.port)).toBe('public');
    expect([allowed.connections(), listener.connections()]).toEqual([1, before]);
    agents.http.destroy();
  });

  test('an address given to the agent itself is judged too', () => {
    const agents = createGuardedAgents({ permits, resolver: everythingIsLocal });
    expect(() => http.get({ agent: agents.http, host: '127.0.0.1', port: listener.port })).toThrow('sends to');
  });

  test('the other side of a connection is judged once more before anything is sent', async () => {
    let calls = 0;
    const received: string[] = [];
    await using server = await serve(
      http.createServer((request, response) => {
        received.push(request.url ?? '');
        response.end();
      }),
    );
    const changing = (): boolean => {
      calls += 1;
      return calls === 1;
    };
    const agents = createGuardedAgents({ permits: changing, resolver: everythingIsLocal });
    await expect(get(agents.http, 'rebinding.example', server.port)).rejects.toThrow('sends to');
    expect([calls, received]).toEqual([2, []]);
  });
});
