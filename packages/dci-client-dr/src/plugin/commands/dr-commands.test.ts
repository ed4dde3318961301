import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from 'dci-core';
import { type CommandResult, runCommand, type TemporaryDirectory, temporaryDirectory } from 'dci-host/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakeRegistry } from '../../disability-source.fixtures.ts';
import { failureOf, limitations, personRecord } from '../../disability-source.fixtures.ts';
import { dr } from '../../plugin.ts';
import { type ManualClock, manualClock } from '../../service.fixtures.ts';
import { type FakeClientPlugin, fakeClientPlugin } from '../dr-plugin.fixtures.ts';
import type { DrOptions } from '../options.ts';

let directory: TemporaryDirectory;
let client: FakeClientPlugin;
let registry: FakeRegistry;
let clock: ManualClock;

beforeEach(() => {
  directory = temporaryDirectory();
  client = fakeClientPlugin('dr_main', 'dr_north');
  const found = client.registries.get('dr_main');
  if (found === undefined) throw new Error('no registry');
  registry = found;
  clock = manualClock();
  registry.people.set('1001', [
    personRecord(
      {
        ...{ disability_status: 'Approved', disability_level: 'Severe', registration_date: '2020-01-31' },
        disability_details: [{ impairment_type: 'Vision', impairment_cause: '\u001b[2JIllness' }],
        disability_support: [{ assistive_technology: [{ type: 'Hearing aids', status: 'Needed' }] }],
        personal_details: limitations({ VIS_SS: 3, MOB_SS: 1 }),
      },
      '1001',
    ),
  ]);
  registry.people.set('1003', [personRecord({ personal_details: { is_disabled: false } }, '1003')]);
});
afterEach(() => directory.remove());

const run = (options: Partial<DrOptions>, argv: readonly string[], stdin = ''): Promise<CommandResult> =>
  runCommand(argv, {
    config: {
      senderId: 'mis.example.org',
      dataDirectory: join(directory.path, 'data'),
      plugins: [client, dr({ client, source: ['dr_main', 'dr_north'], ...options })],
    },
    workingDirectory: directory.path,
    clock,
    stdin,
  });
const dci = (...argv: string[]): Promise<CommandResult> => run({}, argv);
async function json(...argv: string[]): Promise<JsonObject> {
  const { stdout, stderr } = await dci(...argv, '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('dci dr status', () => {
  it('shows what the registry knows, and how that is known', async () => {
    const { code, stdout, stderr } = await dci('dr', 'status', 'UIN:1001');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^status +disabled \(certification approved\)$/),
      expect.stringMatching(/^level +Severe$/),
      expect.stringMatching(/^scores +VISION 3 \(A lot difficulty\)$/),
      expect.stringMatching(/^ +MOBILITY 1 \(No difficulty\)$/),
      expect.stringMatching(/^impairments +Vision$/),
      expect.stringMatching(/^since +2020-01-31T00:00:00Z$/),
      expect.stringMatching(/^record +found$/),
      expect.stringMatching(/^as of +2026-04-22T12:00:00Z \(now\)$/),
      expect.stringMatching(/^source +dr_main$/),
      expect.stringMatching(/^answered by +dr\.example\.org \(signature valid, key key1, ed25519\)$/),
      '',
    ]);
    expect(stdout).not.toMatch(/Ada|1001/);
  });

  it('ends with 0 for yes, 1 for no and unknown, 2 when the registry does not answer', async () => {
    expect((await dci('dr', 'status', 'UIN:1001')).code).toBe(0);
    expect((await dci('dr', 'status', 'UIN:1003')).code).toBe(1);
    const none = await dci('dr', 'status', 'UIN:1002');
    expect(none.code).toBe(1);
    expect(none.stdout).toMatch(/status +unknown[\s\S]*none: this says nothing about the registrant/);
    registry.failure = failureOf({ kind: 'refused', status: 403, peerCode: 'x', peerMessage: 'no\u001b[2J' });
    const failed = await dci('dr', 'status', 'UIN:1004');
    expect({ code: failed.code, stdout: failed.stdout }).toEqual({ code: 2, stdout: '' });
    expect(failed.stderr).toMatch(/^refused: .*\nthe registry says: x: no\ufffd\[2J\n$/);
  });

  it('uses what is known, and asks with --max-age 0', async () => {
    await dci('dr', 'status', 'UIN:1001');
    clock.advance(90);
    expect(await json('dr', 'status', 'UIN:1001')).toMatchObject({
      status: 'disabled',
      from_cache: true,
      age_seconds: 90,
    });
    expect((await dci('dr', 'status', 'UIN:1001')).stdout).toContain('(90 s ago, from the cache)');
    expect(await json('dr', 'status', 'UIN:1001', '--max-age', '0')).toMatchObject({ from_cache: false });
    registry.failure = failureOf({ kind: 'timeout', seconds: 30 });
    const stale = await dci('dr', 'status', 'UIN:1001', '--max-age', '0', '--stale');
    expect(stale.code).toBe(0);
    expect(stale.stderr).toBe('not answered for UIN: timeout (err.service.unavailable)\n');
    const failed = await dci('dr', 'status', 'UIN:1001', '--max-age', '0', '--json');
    expect(failed.code).toBe(2);
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { kind: 'timeout', code: 'err.service.unavailable' } });
  });

  it('asks under all identifiers, and another registry', async () => {
    expect(await json('dr', 'status', 'UIN:1001', '--also', 'UIN:1003')).toMatchObject({
      ...{ status: 'conflicting', conflicts: ['status'] },
    });
    expect(registry.messages).toEqual([['1001', '1003']]);
    expect(await json('dr', 'status', 'UIN:1001', '--source', 'dr_north')).toMatchObject({
      ...{ status: 'unknown', record_found: false, source: 'dr_north' },
    });
  });
});

describe('dci dr assessment and support', () => {
  it('show scores, impairments and support', async () => {
    const assessment = await dci('dr', 'assessment', 'UIN:1001');
    expect(assessment.code).toBe(0);
    expect(assessment.stdout).toMatch(/VISION +3 +A lot difficulty\nMOBILITY +1 +No difficulty/);
    expect(assessment.stdout).toMatch(/IMPAIRMENT +LEVEL +CAUSE +ONSET\nVision +\ufffd\[2JIllness/);
    expect(await json('dr', 'assessment', 'UIN:1001')).toMatchObject({
      functional_scores: { VISION: 3, MOBILITY: 1 },
      impairments: [{ type: { code: '1', label: 'Vision' } }],
    });
    const support = await dci('dr', 'support', 'UIN:1001');
    expect(support.code).toBe(0);
    expect(support.stdout).toMatch(/assistive technology +Hearing aids +Needed/);
    expect(await json('dr', 'support', 'UIN:1001')).toMatchObject({ support: [{ type: { code: '3' } }] });
    expect((await dci('dr', 'assessment', 'UIN:1003')).stdout).toContain('no functional scores');
    expect((await dci('dr', 'support', 'UIN:1003')).stdout).toContain('knows of no support');
  });

  it('end with 1 without a record, 2 without an answer', async () => {
    for (const command of ['assessment', 'support']) {
      const none = await dci('dr', command, 'UIN:1002');
      expect([none.code, none.stdout]).toEqual([1, expect.stringContaining('no record')]);
      expect(await json('dr', command, 'UIN:1002')).toMatchObject({ record_found: false });
    }
    registry.failure = failureOf({ kind: 'timeout', seconds: 1 });
    for (const command of ['assessment', 'support']) expect((await dci('dr', command, 'UIN:1001')).code).toBe(2);
  });
});

describe('dci dr sync', () => {
  it('fills the cache from a file, and goes on where it stopped', async () => {
    writeFileSync(join(directory.path, 'ids.csv'), 'identifier_type,identifier_value\nUIN,1001\nUIN,1002\nUIN,1003\n');
    const first = await dci('dr', 'sync', '--file', 'ids.csv');
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toMatch(/UPDATED +UNCHANGED +NO RECORD +FRESH +FAILED +DONE +OF\n2 +0 +1 +0 +0 +3 +3\n/);
    expect(await json('dr', 'sync', '--file', 'ids.csv')).toEqual({
      ...{
        source: 'dr_main',
        total: 3,
        done: 3,
        updated: 0,
        unchanged: 0,
        no_record: 0,
        fresh: 3,
        failed: 0,
        failures: [],
      },
    });
  });

  it('ends with 1 when some were not answered for, and names them by their place', async () => {
    registry.people.set('1003', { status: 'rjct' });
    const result = await run({}, ['dr', 'sync', '--file', '-'], 'UIN:1001\nUIN:1003\n');
    expect(result.code).toBe(1);
    expect(result.stderr).toBe('registrant 2: rejected (rjct.search_criteria.invalid)\n');
    expect(result.stdout + result.stderr).not.toContain('1003');
  });

  it('ends with 2 when it ended early, and tells how far it is', async () => {
    const lines = Array.from({ length: 10 }, (_, index) => `UIN:${index}`).join('\n');
    registry.underWay = async () => {
      clock.advance(3);
      if (registry.messages.length > 2) throw failureOf({ kind: 'timeout', seconds: 1 });
    };
    const options = ['--batch-size', '1', '--concurrency', '1'];
    const result = await run({}, ['dr', 'sync', '--file', '-', ...options], lines);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('1 of 10\n2 of 10\n3 of 10, 1 failed\n');
    expect(result.stderr).toContain('ended before all were asked for: dr_main does not answer');
    registry.underWay = async () => {};
    const next = await run({}, ['dr', 'sync', '--file', '-', '--json', ...options], lines);
    expect(JSON.parse(next.stdout)).toMatchObject({ fresh: 2, no_record: 8 });
  });

  it('needs the cache', async () => {
    for (const argv of [
      ['dr', 'sync', '--file', '-'],
      ['dr', 'cache', 'list'],
    ]) {
      const { code, stderr } = await run({ cache: false }, argv);
      expect([code, stderr]).toEqual([2, expect.stringContaining('switched off')]);
    }
    expect((await run({ cache: false }, ['dr', 'status', 'UIN:1001'])).code).toBe(0);
    expect((await run({ cache: false }, ['dr', 'status', 'UIN:1001'])).stdout).toContain('(now)');
  });
});

describe('dci dr cache', () => {
  beforeEach(async () => {
    await run({}, ['dr', 'sync', '--file', '-'], 'UIN:1001\nUIN:1002\n');
    clock.advance(600);
  });

  it('lists what is kept without saying of whom or what', async () => {
    const entries = (await json('dr', 'cache', 'list')) as unknown as readonly JsonObject[];
    expect(entries.map(({ record, age_seconds, expired }) => [record, age_seconds, expired]).sort()).toEqual([
      ['found', 600, false],
      ['none', 600, false],
    ]);
    const { stdout } = await dci('dr', 'cache', 'list');
    expect(stdout).toMatch(/KEY +SOURCE +RECORD +FETCHED AT +AGE SECONDS +EXPIRES AT\n/);
    expect(stdout).not.toMatch(/1001|disabled/);
    const page = await dci('dr', 'cache', 'list', '--limit', '1');
    expect(page.stderr).toContain(`--after ${String(entries[0]?.key)}`);
    expect(await json('dr', 'cache', 'list', '--after', String(entries[0]?.key))).toHaveLength(1);
    expect((await dci('dr', 'cache', 'list', '--source', 'dr_north')).stdout).toBe('Nothing is kept.\n');
  });

  it('shows and forgets what is kept of a registrant', async () => {
    const shown = await dci('dr', 'cache', 'show', 'UIN:1001');
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(/status +disabled[\s\S]*record +found[\s\S]*age seconds +600[\s\S]*signature valid/);
    expect(await json('dr', 'cache', 'show', 'UIN:1002')).toMatchObject({ record: 'none', age_seconds: 600 });
    expect(await json('dr', 'cache', 'show', 'UIN:1001')).toMatchObject({ status: 'disabled', level: { code: '2' } });
    expect(registry.messages).toHaveLength(1);
    expect((await dci('dr', 'cache', 'forget', 'UIN:1001')).code).toBe(0);
    expect((await dci('dr', 'cache', 'forget', 'UIN:1001')).code).toBe(1);
    expect((await dci('dr', 'cache', 'show', 'UIN:1001')).code).toBe(1);
    expect((await dci('dr', 'cache', 'show', 'UIN:1001', '--json')).stdout).toBe('null\n');
  });

  it('purges what has expired, or everything', async () => {
    expect(await json('dr', 'cache', 'purge')).toEqual({ deleted: 0 });
    clock.advance(3_000);
    expect(await json('dr', 'cache', 'purge')).toEqual({ deleted: 1 });
    expect(await json('dr', 'cache', 'purge', '--all', '--source', 'dr_north')).toEqual({ deleted: 0 });
    expect(await json('dr', 'cache', 'purge', '--all')).toEqual({ deleted: 1 });
  });

  it('holds nothing of anybody in clear', () => {
    const data = join(directory.path, 'data');
    const files = readdirSync(data).filter((name) => name.startsWith('state'));
    expect(files.length).toBeGreaterThan(0);
    for (const name of files) {
      const bytes = readFileSync(join(data, name));
      for (const text of ['1001', 'Severe', 'VISION', 'approved'])
        expect(bytes.includes(text), `${name}: ${text}`).toBe(false);
    }
  });
});

describe('bad input', () => {
  it.each<[string, readonly string[]]>([
    ['type and value', ['dr', 'status', '1001']],
    ['type and value', ['dr', 'cache', 'show', ':1001']],
    ['--max-age must be', ['dr', 'status', 'UIN:1001', '--max-age', 'old']],
    ['--source must be one of dr_main, dr_north', ['dr', 'status', 'UIN:1001', '--source', 'dr_south']],
    ['--limit must be', ['dr', 'cache', 'list', '--limit', '0']],
    ['line 1', ['dr', 'sync', '--file', '-']],
    ['concurrency must be', ['dr', 'sync', '--file', '-', '--concurrency', '99']],
  ])('%s', async (text, argv) => {
    const { code, stdout, stderr } = await run({}, argv, argv.includes('99') ? 'UIN:1' : 'UIN');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(registry.messages).toEqual([]);
  });
});
