import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';
import { startLedger } from './ledger.fixtures.ts';
import { type ResilientHost, registerParty, send, startHost, subscribeCall } from './resilient-host.fixtures.ts';
import {
  answeredSearches,
  faultyDuplicates,
  notifiedPersons,
  openRegistry,
  pause,
  person,
  streamSearches,
} from './traffic.fixtures.ts';

const directory = mkdtempSync(join(tmpdir(), 'dci-crash-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const kills = Number(process.env.DCI_TEST_KILLS ?? 8);

// reliability.md CR1.
test(`${kills} kills at random moments: every acknowledged search is answered, every event is notified`, async () => {
  await using ledger = await startLedger();
  const registry = openRegistry(directory);
  await registry.import(
    'Person',
    Array.from({ length: 50 }, (_, index) => person(`${index + 1}`)),
  );
  const party = await registerParty(directory);
  let host: ResilientHost | undefined = await startHost(directory);
  const subscribed = await send(host.url, party, await subscribeCall(party, ledger.url));
  expect(subscribed?.status).toBe(202);
  await ledger.until(() => ledger.arrivals.some(({ action }) => action === 'on-subscribe'), 30_000);

  const stream = streamSearches(party, ledger, () => host?.url);
  const registered = new Set<string>();
  let isRegistering = true;
  const registering = (async () => {
    for (let number = 1; isRegistering; number += 1) {
      await registry.put('Person', person(`new-${number}`, number % 3 === 0 ? 'male' : 'female'));
      if (number % 3 !== 0) registered.add(`new-${number}`);
      await pause(25);
    }
  })();
  for (let kill = 0; kill < kills; kill += 1) {
    // Moments from before the queue is up until work flows.
    await pause(Math.random() * (kill % 5 === 0 ? 3_000 : 900));
    const killed: ResilientHost = host;
    host = undefined;
    await killed.end('SIGKILL');
    host = await startHost(directory);
  }
  isRegistering = false;
  await registering;
  await stream.stop();
  const lost = (): readonly string[] => {
    const answered = answeredSearches(ledger);
    return [...stream.acknowledged.values()].filter((correlationId) => !answered.has(correlationId));
  };
  const untold = (): readonly string[] => {
    const notified = notifiedPersons(ledger);
    return [...registered].filter((uin) => !notified.has(uin));
  };
  await ledger.until(() => lost().length === 0 && untold().length === 0, 120_000).catch(() => undefined);
  await host.end();
  await registry.close();

  process.stdout.write(
    `${kills} kills: ${stream.acknowledged.size} searches acknowledged, ${registered.size} events, ` +
      `${ledger.arrivals.length} messages arrived, ${new Set(ledger.arrivals.map(({ messageId }) => messageId)).size} different\n`,
  );
  expect(stream.refused).toEqual([]);
  expect(lost()).toEqual([]);
  expect(untold()).toEqual([]);
  expect([...notifiedPersons(ledger)].filter((uin) => !registered.has(uin))).toEqual([]);
  expect(faultyDuplicates(ledger.arrivals)).toEqual([]);
  expect(stream.acknowledged.size).toBeGreaterThan(kills);
}, 600_000);
