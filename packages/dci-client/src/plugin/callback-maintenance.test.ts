import { setTimeout as pause } from 'node:timers/promises';
import { collectingLogger, manualClock } from 'dci-host/testing';
import { expect, it, vi } from 'vitest';
import { newTransaction, startTime } from '../callbacks/callback-world.fixtures.ts';
import { createMemoryCallbackStores } from '../callbacks/memory/memory-stores.ts';
import { createCallbackMaintenance } from './callback-maintenance.ts';

it('requests expire while a host runs, and not after it has stopped', async () => {
  const stores = createMemoryCallbackStores();
  const clock = manualClock(startTime);
  const state = async (): Promise<string | undefined> => (await stores.transactions.find('t-search'))?.state;
  await stores.transactions.open(newTransaction({ expiresAt: startTime + 1_000 }));
  const maintenance = createCallbackMaintenance({ stores, clock, logger: collectingLogger(), intervalMs: 5 });
  maintenance.start();
  await pause(30);
  expect(await state()).toBe('open');
  clock.advance(1_000);
  await vi.waitFor(async () => expect(await state()).toBe('expired'));
  await maintenance.stop();
  await stores.transactions.open(newTransaction({ transactionId: 't2', expiresAt: startTime }));
  await pause(30);
  expect((await stores.transactions.find('t2'))?.state).toBe('open');
});

it('a failure is logged and tried again; what runs is waited for', async () => {
  const stores = createMemoryCallbackStores();
  const logger = collectingLogger();
  let rounds = 0;
  let isOver = false;
  const transactions = {
    ...stores.transactions,
    expire: async () => {
      rounds += 1;
      if (rounds === 1) throw new Error('canary');
      await pause(40);
      isOver = true;
      return 0;
    },
  };
  const maintenance = createCallbackMaintenance({
    ...{ stores: { ...stores, transactions }, clock: manualClock(startTime), logger, intervalMs: 5 },
  });
  maintenance.start();
  await vi.waitFor(() => expect(rounds).toBe(2), { interval: 2 });
  await maintenance.stop();
  expect([rounds, isOver]).toEqual([2, true]);
  expect(logger.lines()).toMatchObject([{ level: 'warn', msg: 'maintenance of callbacks failed; it is tried again' }]);
  expect(logger.text()).not.toContain('canary');
});
