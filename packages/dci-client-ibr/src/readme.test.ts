import { afterAll, beforeAll, expect, it } from 'vitest';
import { linesOf, programsOf, runProgram } from '../../dci-client/src/readme.fixtures.ts';
import { type BeneficiaryRegistry, startBeneficiaryRegistry } from './beneficiary-registry.fixtures.ts';
import { beneficiaryRecord } from './source.fixtures.ts';

let registry: BeneficiaryRegistry;
beforeAll(async () => {
  registry = await startBeneficiaryRegistry();
});
afterAll(() => registry.stop());

const [firstMinutes = '', inHost = '', decisions = ''] = programsOf(new URL('../README.md', import.meta.url));
const run = (program: string): Promise<string> =>
  runProgram(program, registry.clientKey, { IBR_URL: registry.baseUrl });

it('the program of the first five minutes runs, in 20 lines', async () => {
  expect(linesOf(firstMinutes)).toBeLessThanOrEqual(20);
  expect(await run(firstMinutes)).toBe('may be enrolled\n');
  registry.records = [beneficiaryRecord({ identifiers: [['UIN', '1234567897']] })];
  expect(await run(firstMinutes)).toBe("confirmed [ 'Cash Transfer' ]\n");
});

it('the configuration starts a host, and decisions are noted in its log', async () => {
  const program = `
    ${inHost}
    ${decisions}
    import { createTestHost } from 'dci-host/testing';
    const host = await createTestHost({ ...config });
    const log = beneficiaries.checks();
    const match = { level: 'possible', source: 'ibr_main', programme: { name: 'Cash' }, state: 'ended', doubts: ['enrollment_ended'] };
    const checkId = await log.record({
      at: 1, identifiers: [{ type: 'UIN', value: '1' }], status: 'possible', complete: true, sources: [], matches: [match],
    } as never);
    await decide(log, 'caseworker 7');
    console.log((await log.list({ undecided: true })).length, (await log.find(checkId))?.decisions[0]?.verdict);
    await host.stop();
  `;
  expect(await run(program)).toContain('0 no_duplicate\n');
});
