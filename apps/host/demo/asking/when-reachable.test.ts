import { setTimeout as pause } from 'node:timers/promises';
import { definePlugin, type Plugin } from 'dci-host';
import { type CollectingLogger, collectingLogger, createTestHost, type TestHost } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../test/demo-host.fixtures.ts';
import { whenReachable } from './when-reachable.ts';

const messages = (logger: CollectingLogger) => logger.lines().map(({ msg }) => msg);
const other = 'http://127.0.0.1:2';

/** A host with a plug-in that notes what is called, beside a host that is there or not. */
async function startHost({ elsewhere = false, fails = false } = {}) {
  const calls: string[] = [];
  const asked: string[] = [];
  const state = { isThere: false };
  const inner: Plugin = definePlugin({
    name: 'inner',
    setup: () => ({
      healthChecks: [{ name: 'inner', check: async () => undefined }],
      start: async () => void calls.push('start'),
      listening: (url) => {
        calls.push(url);
        if (fails) throw new Error('canary');
      },
      stop: async () => void calls.push('stop'),
    }),
  });
  const port = await freePort();
  const own = `http://127.0.0.1:${elsewhere ? port + 1 : port}`;
  const logger = collectingLogger();
  const host: TestHost = await createTestHost({
    port,
    logger,
    fetch: async (url) => {
      asked.push(url);
      if (!state.isThere) throw new TypeError('fetch failed');
      return new Response('{}');
    },
    plugins: [whenReachable(inner, { own, other, everyMs: 5 })],
  });
  await host.listen();
  return { host, calls, asked, state, logger, own };
}

describe('a plug-in that needs another host', () => {
  it('begins when that one answers, once', async () => {
    const { host, calls, asked, state, own } = await startHost();
    await expect.poll(() => asked.length).toBeGreaterThan(3);
    expect([calls, asked[0]]).toEqual([[], `${other}/health/live`]);
    expect(await (await host.fetch(new Request('http://localhost/health/ready'))).text()).toContain('inner');
    state.isThere = true;
    await expect.poll(() => calls).toEqual(['start', own]);
    const { length } = asked;
    await pause(30);
    expect(asked).toHaveLength(length);
    await host.dispose();
    expect(calls).toEqual(['start', own, 'stop']);
  });

  it('does not begin when the host stops before, nor where the other one would not find it', async () => {
    for (const elsewhere of [false, true]) {
      const { host, calls, asked, state, logger } = await startHost({ elsewhere });
      await pause(20);
      await host.dispose();
      state.isThere = true;
      await pause(20);
      expect(calls).toEqual(['stop']);
      expect(asked.length > 0).toBe(!elsewhere);
      expect(messages(logger)).not.toContain('inner could not begin');
    }
  });

  it('that cannot begin is told of', async () => {
    const { host, state, logger } = await startHost({ fails: true });
    state.isThere = true;
    await expect.poll(() => messages(logger)).toContain('inner could not begin');
    expect(JSON.stringify(logger.lines())).not.toContain('canary');
    await host.dispose();
  });
});
