import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DciError } from 'dci-core';
import { temporaryDirectory } from 'dci-host/testing';
import { describe, expect, it } from 'vitest';
import { portOf, readDemoEnvironment } from './demo-environment.ts';
import { demoSurroundings } from './surroundings.ts';

const workingDirectory = '/work';
const found = (argv: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  demoSurroundings({ argv, env, workingDirectory });

describe('the demo host is', () => {
  it.each<[argv: string[], env: Record<string, string>, demoUrl: string, dataDirectory: string]>([
    [['start'], {}, 'http://127.0.0.1:8080', '/work/data'],
    [['start', '--port', '8191', '--data', 'other'], {}, 'http://127.0.0.1:8191', '/work/other'],
    [['start', '--port=8191', '--data=/d'], { PORT: '9' }, 'http://127.0.0.1:8191', '/d'],
    [['start'], { PORT: '8192', DCI_DATA_DIR: 'd' }, 'http://127.0.0.1:8192', '/work/d'],
    [['start', '--port', '0'], {}, 'http://127.0.0.1:0', '/work/data'],
    [['start', '--port', '1'], { DCI_DEMO_URL: 'http://localhost:7000/' }, 'http://localhost:7000', '/work/data'],
    [['start', '--port', 'x', '--unknown', '--data'], {}, 'http://127.0.0.1:8080', '/work/data'],
    [['crvs', 'verify-birth', 'UIN:1', '--data', '/nothing'], {}, 'http://127.0.0.1:8080', '/nothing'],
  ])('%j %j', (argv, env, demoUrl, dataDirectory) => {
    expect(found(argv, env)).toMatchObject({ demoUrl, dataDirectory });
  });

  it('where it listens, for a command beside it', () => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, 'demo'));
    const credentials = { url: 'http://127.0.0.1:8191', keyFile: 'k', keyId: 'k', token: 't' };
    writeFileSync(join(directory.path, 'demo', 'credentials.json'), JSON.stringify(credentials));
    const data = ['--data', directory.path];
    expect(found(['crvs', 'subscribe', 'Death', ...data]).demoUrl).toBe('http://127.0.0.1:8191');
    // An earlier start may have been elsewhere.
    expect(found(['start', ...data]).demoUrl).toBe('http://127.0.0.1:8080');
  });
});

describe('the environment of the demo hosts', () => {
  it('has defaults', () => {
    expect(readDemoEnvironment({ DCI_DEMO_PERSONS: ' ' })).toEqual({
      demoUrl: 'http://127.0.0.1:8080',
      nationalUrl: 'http://127.0.0.1:8081',
      persons: 10_000,
    });
  });

  it.each([
    ['DCI_DEMO_URL', 'https://demo.example.org'],
    ['DCI_NATIONAL_URL', 'http://127.0.0.1:8081/dci_api/v1'],
    ['DCI_NATIONAL_URL', 'canary'],
    ['DCI_DEMO_PERSONS', '299'],
    ['DCI_DEMO_PERSONS', '1e9'],
    ['DCI_DEMO_PERSONS', '300.5'],
  ])('refuses %s=%s', (name, value) => {
    let refused: unknown;
    try {
      readDemoEnvironment({ [name]: value });
    } catch (error) {
      refused = error;
    }
    if (!(refused instanceof DciError)) throw new Error('it is not refused');
    expect([refused.code, refused.path]).toEqual(['err.configuration.invalid', name]);
    expect(refused.message).not.toContain('canary');
  });

  it('tells ports', () => {
    expect(['http://127.0.0.1:0', 'http://127.0.0.1', 'http://localhost:8081'].map(portOf)).toEqual([0, 80, 8081]);
  });
});
