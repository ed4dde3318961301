import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { linesOf, programsOf, runProgram } from '../../dci-client/src/readme.fixtures.ts';
import { CLIENT_ID, registryForTests } from '../../dci-client/src/registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const [firstMinutes = '', inHost = '', search = '', contract = ''] = programsOf(
  new URL('../README.md', import.meta.url),
);
const run = (program: string): Promise<string> =>
  runProgram(program, registry.current.clientKey, { CRVS_URL: registry.current.baseUrl });

it('the program of the first five minutes runs, in 20 lines', async () => {
  expect(linesOf(firstMinutes)).toBeLessThanOrEqual(20);
  expect(firstMinutes).toContain(`senderId: '${CLIENT_ID}'`);
  expect(await run(firstMinutes)).toBe('born 1990-05-17 undefined []\n');
});

it('the configuration starts a host, and its sink applies an event', async () => {
  const program = `
    ${inHost}
    import { foldEvents } from 'dci-client-crvs';
    import { systemClock } from 'dci-core';
    import { createTestHost } from 'dci-host/testing';
    const host = await createTestHost({ ...config });
    console.log((await host.fetch(new Request('http://localhost/health/live'))).status, await civil.log().counts());
    const record = { identifier: [{ identifier_type: 'UIN', identifier_value: '1234567897' }], death_date: '2024-12-24' };
    const [event] = foldEvents(record, { source: 'crvs_main', clock: systemClock }).events;
    if (event?.type === 'Death') {
      const deactivation = { reason: 'deceased', date: event.date } as const;
      const context = { eventId: 'e', attempt: 1, signal: new AbortController().signal };
      console.log(await sink.applyDeath({ ...event, deactivation }, context));
    }
    console.log(people.get('1234567897'));
    await host.stop();
  `;
  const printed = await run(program);
  expect(printed).toContain('200 { received: 0, processing: 0, processed: 0, error: 0 }');
  expect(printed).toContain(`outcome: 'applied'`);
  expect(printed).toContain(`is_active: false`);
});

it('the other programs run', async () => {
  const printed = await run(`
    ${search}
    await deathsOfApril({
      async *events() {
        yield { type: 'Death', date: '2026-04-02', registrationNumber: 'D-1', identifiers: [] };
      },
    } as never);
  `);
  expect(printed).toBe('2026-04-02 D-1 []\n');
  expect(await run(contract)).toMatch(/# fail 0|ℹ fail 0/);
});
