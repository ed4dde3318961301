import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from 'dci-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gate, startGate } from './gate.fixtures.ts';
import { PERSONS } from './records.fixtures.ts';
import { startTwoHosts, type TwoHosts } from './two-hosts.fixtures.ts';

/** The job queue of a host starts with its first job, which takes a while where the machine has other work. */
const generous = 110_000;
let gate: Gate;
let hosts: TwoHosts;
beforeAll(async () => {
  gate = await startGate();
  hosts = await startTwoHosts(gate.url);
});
afterAll(async () => {
  hosts.hold(false);
  await hosts[Symbol.asyncDispose]();
  await gate[Symbol.asyncDispose]();
});

const call = async (name: string, given: JsonObject = {}) => {
  const { result, error } = await hosts.control('asking', { source: 'social', call: name, arguments: given });
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return result;
};
const until = async <T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> => {
  for (const end = Date.now() + generous; Date.now() < end; await pause(50)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error(
    `it did not happen\n${hosts.output('asking').slice(-2_000)}${hosts.output('registry').slice(-2_000)}`,
  );
};
const women: JsonObject = { queryType: 'predicate', query: 'sex == "female"', recordType: 'Person' };
const search = async (): Promise<string> => (await call('searchAsync', women)).transactionId;
const tellings = async (transactionId: string): Promise<number> =>
  ((await call('told')) as JsonObject[]).filter((each) => each.transactionId === transactionId).length;
const toldOf = (transactionId: string): Promise<number> =>
  until(async () => (await tellings(transactionId)) || undefined);
const rowOf = (transactionId: string) =>
  hosts.rows(
    'asking',
    `SELECT state, (SELECT count(*) FROM dci_client_callback c WHERE c.transaction_id = t.transaction_id) AS callbacks,
       (SELECT count(*) FROM dci_host_outbox WHERE queue = 'dci-client/answer' AND key = t.transaction_id) AS jobs
     FROM dci_client_transaction t WHERE transaction_id = '${transactionId}'`,
  )[0];
const open = (): void => gate.lead(Number(new URL(hosts.urls.asking).port));
const attemptsFrom = async (count: number): Promise<void> => {
  await until(() => (gate.turnedAway > count ? true : undefined));
};

/** Each leaves the gate open and the asking host running. */
describe('an asking host that is killed', () => {
  test('between a search and its callback: the handle resolves in the new process, and the handler is called', async () => {
    const transactionId = await search();
    // The registry has its answer ready, and nobody has got it.
    await attemptsFrom(0);
    await hosts.stop('asking', 'SIGKILL');
    expect(rowOf(transactionId)).toEqual({ state: 'open', callbacks: 0, jobs: 0 });
    await hosts.start('asking');
    open();
    const reply = await call('resume', { transactionId });
    expect(reply.outcomes[0].records).toHaveLength(PERSONS / 2);
    expect(reply.evidence.verified).toBe(true);
    expect(await toldOf(transactionId)).toBeGreaterThanOrEqual(1);
  }, 150_000);

  test('is down when the callback comes: the registry tries again until it is back', async () => {
    gate.lead(undefined);
    const transactionId = await search();
    await hosts.stop('asking', 'SIGKILL');
    // From here on the host itself is not there.
    open();
    await attemptsFrom(gate.turnedAway + 1);
    await hosts.start('asking');
    const reply = await call('resume', { transactionId });
    expect(reply.outcomes[0].records).toHaveLength(PERSONS / 2);
  }, 150_000);

  test('after the callback was stored and before its handler was through: the handler is called again', async () => {
    hosts.hold(true);
    const transactionId = await search();
    await until(() => ((rowOf(transactionId) as JsonObject).callbacks === 1 ? true : undefined));
    await hosts.stop('asking', 'SIGKILL');
    expect(rowOf(transactionId)).toEqual({ state: 'answered', callbacks: 1, jobs: 1 });
    hosts.hold(false);
    await hosts.start('asking');
    const reply = await call('resume', { transactionId });
    expect(reply.outcomes[0].records).toHaveLength(PERSONS / 2);
    expect(await toldOf(transactionId)).toBeGreaterThanOrEqual(1);
    await until(() => ((rowOf(transactionId) as JsonObject).jobs === 0 ? true : undefined));
  }, 150_000);
});
