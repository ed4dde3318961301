import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { writePrivateKeyPem } from 'dci-core';
import { temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { CLIENT_ID, registryForTests } from '../../dci-client/src/registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [firstMinutes = '', inHost = '', search = '', contract = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code]) => code,
);

const sources: Readonly<Record<string, string>> = {
  'dci-client-crvs': './index.ts',
  'dci-client-crvs/plugin': './plugin.ts',
  'dci-client-crvs/testing': './testing/index.ts',
  'dci-client/node': '../../dci-client/src/node.ts',
  'dci-client/plugin': '../../dci-client/src/plugin.ts',
  'dci-core': '../../dci-core/src/index.ts',
  'dci-host': '../../dci-host/src/index.ts',
  'dci-host/testing': '../../dci-host/src/testing/index.ts',
};

/** Runs a program outside of the workspace. */
async function run(program: string): Promise<string> {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'mis.pem'), await writePrivateKeyPem(registry.current.clientKey));
  const text = program.replaceAll(/from '([^']+)'/g, (all, name: string) => {
    const place = sources[name];
    return place === undefined ? all : `from '${new URL(place, import.meta.url).href}'`;
  });
  writeFileSync(join(directory.path, 'program.mts'), text);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=dci-source', '--no-warnings', 'program.mts'],
    { cwd: directory.path, env: { PATH: process.env.PATH, CRVS_URL: registry.current.baseUrl } },
  );
  return stdout;
}

it('the program of the first five minutes runs, in 20 lines', async () => {
  expect(firstMinutes.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(20);
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
