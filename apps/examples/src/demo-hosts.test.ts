import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createNodeClient } from 'dci-client/node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type DemoHosts, prepareDemoHosts } from './demo-hosts.fixtures.ts';

// Processes that start take their time on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

/** The commands of a welcome, without `npm run -s dci --`. */
const commandsOf = (output: string): readonly (readonly string[])[] =>
  [...output.matchAll(/^ {2}npm run -s dci -- (.+)$/gm)].map(([, words = '']) => words.split(' '));

let hosts: DemoHosts;
beforeAll(async () => {
  hosts = await prepareDemoHosts();
});
afterAll(() => hosts[Symbol.asyncDispose]());

/** Asks the Social registry of the demo host until it knows what is wanted. */
async function inSocialRegistry(uin: string): Promise<void> {
  const file = join(hosts.directory, 'demo', 'credentials.json');
  const { keyFile, token, ...credentials } = JSON.parse(readFileSync(file, 'utf8'));
  const { url, ...party } = credentials;
  const key = `file:${join(dirname(file), keyFile)}` as const;
  const authorization = { kind: 'bearer', token: 'env:TOKEN' } as const;
  const source = { code: 'social', registry: 'social', baseUrl: `${url}/dci_api/v1` };
  const client = await createNodeClient({ ...source, ...party, key, authorization }, { env: { TOKEN: token } });
  const count = async () => (await client.searchById('UIN', uin, { recordType: 'Person' })).records.length;
  await expect.poll(count, { timeout: 60_000, interval: 200 }).toBe(1);
  await client.close();
}

/** Lets a child be born at the national host. */
async function birth(): Promise<string> {
  const config = ['--config', 'apps/host/national.config.ts', '--data', join(hosts.directory, 'national')];
  const { stdout } = await hosts.dci('demo', 'event', '--json', ...config);
  const { kind, changes } = JSON.parse(stdout) as { kind: string; changes: [{ identifier: { value: string } }] };
  expect(kind).toBe('birth');
  return changes[0].identifier.value;
}

describe('the demo hosts', () => {
  test('the first runs alone, without a warning, a job queue, or a secret that others can read', async () => {
    const { directory, urls } = hosts;
    await hosts.start('demo');
    expect(hosts.output('demo')).toContain('Social registry of 300 persons');
    expect(hosts.output('demo')).toContain('npm start -- --config apps/host/national.config.ts');
    expect((await fetch(`${urls.demo}/health/ready`)).status).toBe(200);
    const status = await hosts.dci('dr', 'status', 'UIN:3561345756', '--data', directory);
    expect(status.code).toBe(2);
    expect(`${status.stdout}${status.stderr}`).toContain('ECONNREFUSED');
    expect(hosts.output('demo').match(/ (?:WARN|ERROR): (?!DEVELOPMENT SWITCH|NO MASTER KEY).*/g)).toBeNull();
    expect(existsSync(join(directory, 'cache'))).toBe(false);
    const secret = join(directory, 'national', 'demo', 'registry.demo.example.secret');
    expect(statSync(secret).mode & 0o077).toBe(0);
  });

  test('the second is asked by the first, and tells it of deaths and births', async () => {
    await hosts.start('national');
    const commands = commandsOf(hosts.output('national'));
    const [probe = [], verify = [], check = [], status = [], event = [], log = []] = commands;
    expect(commands.map(([name, what]) => `${name} ${what}`)).toEqual([
      ...['sources test', 'crvs verify-birth', 'ibr check', 'dr status', 'demo event', 'crvs log'],
    ]);
    const results = await Promise.all([probe, verify, check, status].map((words) => hosts.dci(...words)));
    const told = results.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(results, told).toMatchObject([{ code: 0 }, { code: 0 }, { code: 1 }, { code: 0 }]);
    const [probed, born, enrolled, disabled] = results.map(({ stdout }) => stdout);
    expect(probed).toContain('crvs_main: 0 failed');
    expect(born).toMatch(/^verified\n[\s\S]*signature valid \(national\.demo\.example/);
    expect(enrolled).toMatch(/^confirmed: enrolled already/);
    expect(disabled).toMatch(/status +disabled/);

    // The first host subscribes as soon as it has found the second.
    await vi.waitFor(() => expect(hosts.output('demo')).toContain('subscribed to vital events'), 120_000);
    const death = await hosts.dci(...event);
    expect(death.stdout).toMatch(/^crvs: Death, UPDATE of Person/);
    await inSocialRegistry(await birth());
    const { stdout } = await hosts.dci(...log);
    expect(stdout).toMatch(/LiveBirth +crvs_main +processed +applied/);
    expect(stdout).toMatch(/Death +crvs_main +processed +applied/);
  });

  test('start again in the other order, and know each other', async () => {
    await Promise.all([hosts.stop('demo'), hosts.stop('national')]);
    await hosts.start('national');
    await hosts.start('demo');
    const probed = await hosts.dci('sources', 'test', 'ibr_main', '--data', hosts.directory);
    expect([probed.code, probed.stdout]).toEqual([0, expect.stringContaining('ibr_main: 0 failed')]);
  });
});
