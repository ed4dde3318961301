import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from 'dci-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERSONS, personOf } from './records.fixtures.ts';
import { startTwoHosts, type TwoHosts } from './two-hosts.fixtures.ts';

let hosts: TwoHosts;
beforeAll(async () => {
  hosts = await startTwoHosts();
  // The job queues of both start with the first job, which takes a while where the machine has other work.
  const { transactionId } = await call('social', 'searchAsync', women);
  await until(async () => (await told()).find((each) => each.transactionId === transactionId), 110_000);
});
afterAll(() => hosts[Symbol.asyncDispose]());

const call = async (source: string, name: string, given: JsonObject = {}) => {
  const { result, error } = await hosts.control('asking', { source, call: name, arguments: given });
  if (error !== undefined) throw new Error(JSON.stringify(error));
  return result;
};
const byId = (value: string): JsonObject => ({ queryType: 'idtype-value', query: { type: 'UIN', value } });
const women: JsonObject = { queryType: 'predicate', query: 'sex == "female"', recordType: 'Person' };
const told = (): Promise<JsonObject[]> => call('social', 'told');
const until = async <T>(look: () => Promise<T | undefined>, milliseconds = 30_000): Promise<T> => {
  for (const end = Date.now() + milliseconds; Date.now() < end; await pause(100)) {
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new Error('it did not happen');
};

describe('two hosts in two processes', () => {
  test.each(['social', 'social_encrypted', 'crvs', 'ibr', 'dr'])('search: %s', async (source) => {
    const { records, totalCount, evidence } = await call(source, 'search', byId('1001'));
    expect(totalCount).toBe(1);
    expect(JSON.stringify(records)).toContain('1001');
    expect(evidence).toMatchObject({ verified: true, senderId: 'registry.example.org' });
    expect(evidence.header.is_msg_encrypted).toBe(source === 'social_encrypted');
  });

  test('count, all pages, a range of dates', async () => {
    expect(await call('social', 'count', women)).toBe(PERSONS / 2);
    expect(await call('social', 'records', { ...women, page: { size: 7 } })).toHaveLength(PERSONS / 2);
    const born = await call('social', 'dateRange', { from: '1960-01-01', to: '1969-12-31' });
    expect(born.totalCount).toBeGreaterThan(0);
  });

  test.each(['social', 'social_encrypted'])(
    'asynchronous search with callback, status, both ways: %s',
    async (source) => {
      const { transactionId, correlationId } = await call(source, 'searchAsync', women);
      expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
      const reply = await call(source, 'resume', { transactionId });
      expect(reply.outcomes[0].records).toHaveLength(PERSONS / 2);
      expect(reply.evidence).toMatchObject({ verified: true, correlationId });
      await until(async () => (await told()).find((each) => each.transactionId === transactionId));
      for (const name of ['txnStatus', 'txnStatusAsync']) {
        const status = await call(source, name, { transactionId });
        expect(status.evidence.verified).toBe(true);
        expect(JSON.stringify(status.response)).toContain('1002');
      }
    },
  );

  test('subscribe, event, notify, receipt, unsubscribe', async () => {
    const { outcomes } = await call('social', 'subscribe');
    const [{ codes }] = outcomes;
    const [code, other] = codes;
    expect(outcomes).toMatchObject([{ status: 'succ', parts: [{ eventType: 'UPDATE' }, { eventType: 'REGISTER' }] }]);
    expect(await call('social', 'unsubscribe', { code: other })).toMatchObject({ status: 'succ' });
    await hosts.control('registry', { record: personOf(1005, { sex: 'female', phone_number: ['+221700000000'] }) });
    const event = await until(async () => (await told()).find((each) => each.subscriptionCode === code));
    expect(event).toMatchObject({ eventType: 'UPDATE', verified: true });
    expect(JSON.stringify(event.records)).toContain('+221700000000');
    const receipts = (): readonly unknown[] => hosts.rows('registry', 'SELECT * FROM dci_server_receipt');
    await until(async () => (receipts().length > 0 ? true : undefined));
    expect(JSON.stringify(receipts())).toContain(event.referenceId);
    const ended = await call('social', 'unsubscribe', { code });
    expect(ended).toMatchObject({ status: 'succ', subscriptions: [{ code, status: 'unsubscribe' }] });
    const before = (await told()).length;
    await hosts.control('registry', { record: personOf(1005, { phone_number: ['+221700000009'] }) });
    await pause(1_500);
    expect(await told()).toHaveLength(before);
  });

  test('operations of the registry types', async () => {
    const person = { query_type: 'idtype-value', query: { type: 'UIN', value: '1003' } };
    const enrolled = await call('ibr', 'special', { operation: 'enrolled', message: { enrolled_criteria: person } });
    expect(enrolled.message.enrolled_response[0].enrolled_status).toBe('yes');
  });

  test('keys of both sides are rotated in the middle of traffic, and no call fails', async () => {
    const failures: unknown[] = [];
    const signers = new Set<string>();
    let calls = 0;
    let isEnough = false;
    const traffic = async (source: string): Promise<void> => {
      while (!isEnough) {
        const { result, error } = await hosts.control('asking', {
          source,
          call: 'search',
          arguments: byId(String(1000 + (calls % PERSONS))),
        });
        calls += 1;
        if (error === undefined && result.totalCount === 1) signers.add(result.evidence.keyId);
        else failures.push(error ?? result);
        await pause(20);
      }
    };
    const running = ['social', 'crvs', 'social_encrypted'].map(traffic);
    await pause(500);
    await call('social', 'rotate');
    await hosts.command('registry', 'keys', 'rotate', '--lead-seconds', '33');
    await hosts.command('registry', 'keys', 'rotate', '--use', 'enc');
    // Longer than the lead time of both, and than the time in which a key set is fetched once at most.
    await until(async () => (signers.size === 2 ? true : undefined), 60_000);
    await pause(4_000);
    isEnough = true;
    await Promise.all(running);
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(200);
    for (const role of ['asking', 'registry'] as const) {
      const [first, second] = hosts.rows(
        role,
        `SELECT state, activated_at FROM dci_host_key WHERE use = 'sig' ORDER BY sequence`,
      );
      expect([first, second]).toMatchObject([{ state: 'retiring' }, { state: 'active' }]);
      expect((second as { activated_at: number }).activated_at).toBeLessThan(Date.now());
    }
  }, 120_000);
});
