import { expect, test } from 'vitest';
import type { HealthCheck } from '../plugin.ts';
import { collectingLogger } from '../testing/logger.ts';
import { createTestHost } from '../testing/test-host.ts';

const request = (path: string): Request => new Request(`http://localhost${path}`);
const withChecks = (...healthChecks: HealthCheck[]) => [{ name: 'x', setup: () => ({ healthChecks }) }];

test('live says that the process answers', async () => {
  await using host = await createTestHost();
  const reply = await host.fetch(request('/health/live'));
  expect([reply.status, await reply.json()]).toEqual([200, { status: 'live' }]);
});

test('ready names the checks; why one fails goes to the log only', async () => {
  const logger = collectingLogger();
  const failing = { name: 'bad', check: () => Promise.reject(new Error('canary of the reason')) };
  const plugins = withChecks({ name: 'good', check: () => Promise.resolve() }, failing);
  await using host = await createTestHost({ logger, plugins });
  const reply = await host.fetch(request('/health/ready'));
  expect(reply.status).toBe(503);
  expect(await reply.json()).toEqual({
    status: 'unready',
    checks: [
      { name: 'state database', status: 'ok' },
      { name: 'signing key', status: 'ok' },
      { name: 'good', status: 'ok' },
      { name: 'bad', status: 'failing' },
    ],
  });
  expect(logger.lines()).toContainEqual(expect.objectContaining({ level: 'warn', check: 'bad', error: 'Error' }));
});

test('ready is 503 without an active signing key, since nothing could be answered', async () => {
  const logger = collectingLogger();
  await using host = await createTestHost({ logger });
  const { keyId } = await host.context.keys.active();
  await host.context.keys.revoke(keyId);
  const reply = await host.fetch(request('/health/ready'));
  expect([reply.status, await reply.json()]).toMatchObject([
    503,
    { status: 'unready', checks: [{ status: 'ok' }, { name: 'signing key', status: 'failing' }] },
  ]);
  expect(logger.lines()).toContainEqual(
    expect.objectContaining({ check: 'signing key', reason: 'this host has no active signing key' }),
  );
});

test('checks run once for many who ask at a time, and a check that hangs is given up', async () => {
  let count = 0;
  const check = () => {
    count += 1;
    return new Promise<void>(() => {});
  };
  await using host = await createTestHost({ plugins: withChecks({ name: 'hangs', check }) });
  const replies = await Promise.all(Array.from({ length: 20 }, () => host.fetch(request('/health/ready'))));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([503]));
  expect(count).toBe(1);
});
