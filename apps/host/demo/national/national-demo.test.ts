import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ibr } from 'dci-core';
import type { DciConfig } from 'dci-host';
import { createTestHost, runCommand, temporaryDirectory } from 'dci-host/testing';
import { dciServer, memoryAdapter } from 'dci-server';
import { afterAll, describe, expect, it } from 'vitest';
import { clientSecretFile, leaveClientSecret, reserveClientSecret } from '../asking/client-secret.ts';
import { beneficiaryRecords } from '../beneficiary-records.ts';
import { civilRecords } from '../civil-records.ts';
import { disabilityRecords } from '../disability-records.ts';
import { generatePopulation } from '../population/generate.ts';
import { nationalDemo } from './plugin.ts';
import { findSamples } from './samples.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());
let directories = 0;

/** The national host, with an empty registry. */
function national(demoUrl = 'http://127.0.0.1:8080'): DciConfig {
  const registries = [{ type: ibr, adapter: memoryAdapter({ registryType: ibr, records: {} }) }];
  return {
    senderId: 'national.demo.example',
    development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
    plugins: [dciServer({ oauth2: {}, registries }), nationalDemo({ demoUrl })],
  };
}

function newDirectory(): string {
  directories += 1;
  const path = join(directory.path, String(directories));
  mkdirSync(path, { mode: 0o700 });
  return path;
}

/** Starts the host, asks it for a token with the secret that it left, and stops it. */
async function tokenWith(dataDirectory: string, config = national()) {
  await using host = await createTestHost({ ...config, dataDirectory });
  const secret = readFileSync(clientSecretFile(dataDirectory), 'utf8').trim();
  const reply = await host.fetch(
    new Request('http://localhost/oauth2/client/token', {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`registry.demo.example:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    }),
  );
  return { status: reply.status, secret };
}

describe('the national host', () => {
  it('leaves the demo host a secret with which it gets tokens, and keeps it', async () => {
    const data = newDirectory();
    const first = await tokenWith(data);
    expect(first.status).toBe(200);
    expect(await tokenWith(data)).toEqual(first);
  });

  it('issues one in place of the reserved one, and another when the file is lost', async () => {
    const data = newDirectory();
    const file = clientSecretFile(data);
    reserveClientSecret(file);
    const first = await tokenWith(data);
    expect(first.status).toBe(200);
    rmSync(file);
    const second = await tokenWith(data);
    expect([second.status, second.secret === first.secret]).toEqual([200, false]);
    leaveClientSecret(file, 'wrong');
    expect((await tokenWith(data)).status).toBe(401);
  });

  it('grants the demo host questions and subscriptions, also where it granted less before', async () => {
    const data = newDirectory();
    await tokenWith(data);
    const commands = { config: national() };
    const policy = async () => {
      const words = ['senders', 'show', 'registry.demo.example', '--json', '--data', data];
      return JSON.parse((await runCommand(words, commands)).stdout).policy.registries;
    };
    expect(Object.keys(await policy())).toEqual(['crvs', 'ibr', 'dr']);
    expect((await policy()).ibr.actions).toEqual(['search', 'subscribe', 'enrolled']);
    const file = join(data, 'less.json');
    writeFileSync(file, '{"registries":{}}');
    const less = ['senders', 'policy', 'registry.demo.example', '--policy', file, '--data', data];
    expect((await runCommand(less, commands)).code).toBe(0);
    expect(await policy()).toEqual({});
    await tokenWith(data);
    expect(Object.keys(await policy())).toEqual(['crvs', 'ibr', 'dr']);
  });

  it('does not start when it knows the demo host at another address', async () => {
    const data = newDirectory();
    await tokenWith(data);
    await expect(tokenWith(data, national('http://127.0.0.1:9999'))).rejects.toMatchObject({
      code: 'err.configuration.invalid',
      message: expect.stringContaining('DCI_DEMO_URL'),
    });
  });

  it('is refused in production', async () => {
    const { development: _switches, ...config } = national();
    const env = { NODE_ENV: 'production', DCI_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
    const data = newDirectory();
    const result = await runCommand(['senders', 'list', '--data', data], { config, env });
    expect([result.code, result.stderr]).toEqual([
      2,
      expect.stringContaining('the national demo host is not for production'),
    ]);
  });

  it('lets happen only what its registries can tell', async () => {
    const words = ['demo', 'event', '--kind', 'enrolment', '--data', newDirectory()];
    const { code, stderr } = await runCommand(words, { config: national() });
    expect([code, stderr]).toEqual([2, expect.stringContaining('birth, death, payment, exit, assessment')]);
  });
});

it('everybody in the welcome is known to a small population, too', () => {
  const households = [...generatePopulation({ persons: 300 })];
  const { born, enrolled, disabled } = findSamples();
  const texts = (records: Iterable<{ readonly record: object }>) =>
    [...records].map(({ record }) => JSON.stringify(record));
  const uin = (value: string) => `{"identifier_type":"UIN","identifier_value":"${value}"}`;
  for (const value of [born.uin, enrolled, disabled]) expect(value).toMatch(/^\d{10}$/);
  expect(
    texts(civilRecords(households)).some((text) => text.includes(uin(born.uin)) && text.includes(born.birthDate)),
  ).toBe(true);
  expect(texts(beneficiaryRecords(households)).some((text) => text.includes(uin(enrolled)))).toBe(true);
  const certified = texts(disabilityRecords(households)).filter((text) => text.includes('"disability_status":"0"'));
  expect(certified.some((text) => text.includes(uin(disabled)))).toBe(true);
});
