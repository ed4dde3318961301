import { afterAll, beforeAll, expect, it } from 'vitest';
import { linesOf, programsOf, runProgram } from '../../dci-client/src/readme.fixtures.ts';
import { limitations, personRecord } from './disability-source.fixtures.ts';
import { type DrRegistry, startDrRegistry } from './dr-registry.fixtures.ts';

const uin = '1234567897';
let registry: DrRegistry;
beforeAll(async () => {
  registry = await startDrRegistry();
  const record = { disability_status: 'Approved', personal_details: limitations({ VIS_SS: 3 }) };
  registry.people.set(uin, [personRecord(record, uin)]);
});
afterAll(() => registry.stop());

const [firstMinutes = '', inHost = '', changes = '', many = ''] = programsOf(new URL('../README.md', import.meta.url));
const run = (program: string): Promise<string> => runProgram(program, registry.clientKey, { DR_URL: registry.baseUrl });

it('the program of the first five minutes runs, in 20 lines', async () => {
  expect(linesOf(firstMinutes)).toBeLessThanOrEqual(20);
  expect(await run(firstMinutes)).toMatch(/^disabled \{ VISION: 3 \} \d+ s old\nsevere disability: true\n$/);
});

it('the configuration starts a host', async () => {
  const program = `
    ${inHost}
    import { createTestHost } from 'dci-host/testing';
    const host = await createTestHost({ ...config });
    const { status } = await host.fetch(new Request('http://localhost/health/ready'));
    console.log(status, typeof (await disability.service()).getDisabilityStatus);
    await host.stop();
  `;
  expect(await run(program)).toContain('200 function\n');
});

it('the other programs run', async () => {
  const program = `
    ${firstMinutes.replace('await client.close();', '')}
    ${many}
    ${changes}
    await refresh(dr, (async function* () { yield { type: 'UIN', value: '${uin}' }; yield { type: 'UIN', value: '2' }; })());
    const result = async () => ({ outcomes: [{ status: 'succ', codes: ['SUB-1'] }] });
    await followChanges({ subscribeChanges: async () => ({ result }) } as never);
    await client.close();
  `;
  const printed = await run(program);
  expect(printed).toContain('0 0 1 1 []');
  expect(printed).toContain("[ [ 'succ', [ 'SUB-1' ] ] ]\n");
});
