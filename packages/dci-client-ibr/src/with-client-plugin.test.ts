import { dciClient } from 'dci-client/plugin';
import { writePrivateKeyPem } from 'dci-core';
import type { DciConfig } from 'dci-host';
import { createTestHost, runCommand, temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BeneficiaryRegistry, CLIENT_ID, startBeneficiaryRegistry } from './beneficiary-registry.fixtures.ts';
import { ibr } from './plugin.ts';
import { beneficiaryRecord } from './source.fixtures.ts';

let registry: BeneficiaryRegistry;
let env: Readonly<Record<string, string>>;
const directory = temporaryDirectory();
beforeAll(async () => {
  registry = await startBeneficiaryRegistry('national.example.org');
  env = { MIS_KEY: await writePrivateKeyPem(registry.clientKey) };
});
afterAll(() => registry.stop());
afterAll(() => directory.remove());

function composed() {
  const client = dciClient({
    sources: [{ code: 'ibr_main', registry: 'ibr', baseUrl: registry.baseUrl, key: 'env:MIS_KEY', keyId: 'key1' }],
  });
  const plugin = ibr({ client, sources: ['ibr_main'] });
  const config: DciConfig = {
    senderId: CLIENT_ID,
    dataDirectory: directory.path,
    development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
    plugins: [client, plugin],
  };
  return { plugin, config };
}

it('a host with the client plug-in checks, and a command beside it sees the check and makes another', async () => {
  registry.records = [beneficiaryRecord({ identifiers: [['UIN', '77']] })];
  const { plugin, config } = composed();
  await using host = await createTestHost({ ...config, env });
  expect(host.dataDirectory).toBe(directory.path);
  const { status, checkId } = await plugin.service().checkDuplication({ identifiers: [{ type: 'UIN', value: '77' }] });
  expect(status).toBe('confirmed');
  const dci = async (...argv: string[]) => runCommand(['ibr', ...argv, '--json'], { config: composed().config, env });
  const listed = await dci('checks', 'list', '--identifier', 'UIN:77');
  expect(JSON.parse(listed.stdout)).toMatchObject([{ check_id: checkId, status: 'confirmed' }]);
  const checked = await dci('check', 'UIN:78');
  expect([checked.code, checked.stderr]).toEqual([0, '']);
  expect(JSON.parse(checked.stdout)).toMatchObject({
    clear: true,
    sources: [{ source: 'ibr_main', status: 'answered' }],
  });
  expect((await plugin.checks().list()).map((check) => check.status)).toEqual(['no_match', 'confirmed']);
});
