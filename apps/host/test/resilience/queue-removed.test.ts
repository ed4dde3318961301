import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startLedger, succeed } from './ledger.fixtures.ts';
import { registerParty, startHost } from './resilient-host.fixtures.ts';
import { answeredSearches, openRegistry, pause, person, streamSearches } from './traffic.fixtures.ts';

const directory = mkdtempSync(join(tmpdir(), 'dci-queue-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

// reliability.md CR2: the queue is a cache; only the state database and the registry stay.
test('everything but the state database removed between two starts: nothing is lost', async () => {
  let isUp = false;
  await using ledger = await startLedger((_arrival, response) => {
    if (isUp) succeed(response);
    else response.writeHead(503, { 'retry-after': '1' }).end();
  });
  const registry = openRegistry(directory);
  await registry.import(
    'Person',
    Array.from({ length: 50 }, (_, index) => person(`${index + 1}`)),
  );
  await registry.close();
  const party = await registerParty(directory);
  const host = await startHost(directory);
  const stream = streamSearches(party, ledger, () => host.url);
  await ledger.until(() => ledger.arrivals.length > 5, 30_000);
  await pause(200);
  await stream.stop();
  await host.end('SIGKILL');

  expect(existsSync(join(directory, 'state.sqlite'))).toBe(true);
  for (const name of readdirSync(directory)) {
    if (!/^(state|social)\.sqlite|master|\.pem$|\.json$/.test(name)) rmSync(join(directory, name), { recursive: true });
  }
  isUp = true;
  const again = await startHost(directory);
  const lost = (): readonly string[] => {
    const answered = answeredSearches({
      ...ledger,
      arrivals: ledger.arrivals.filter(({ messageId }) => ledger.accepted.has(messageId)),
    });
    return [...stream.acknowledged.values()].filter((correlationId) => !answered.has(correlationId));
  };
  await ledger.until(() => lost().length === 0, 120_000).catch(() => undefined);
  await again.end();
  expect(stream.acknowledged.size).toBeGreaterThan(5);
  expect(lost()).toEqual([]);
}, 300_000);
