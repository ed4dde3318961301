import { social } from 'dci-core';
import { type CommandResult, runCommand } from 'dci-host/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { dciServer } from '../plugin.ts';
import { socialPersons } from '../records.fixtures.ts';
import { byExpression, byId, grantAll, receiverId, startTestServer, type TestServer } from '../server.fixtures.ts';

const registries = [
  { type: social, adapter: memoryAdapter({ registryType: social, records: { Person: socialPersons } }) },
];

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer({ registries });
});
afterEach(() => server[Symbol.asyncDispose]());

/** Runs a command beside the running host. */
const dci = (...argv: readonly string[]): Promise<CommandResult> =>
  runCommand(argv, {
    config: { senderId: receiverId, dataDirectory: server.host.dataDirectory, plugins: [dciServer({ registries })] },
    clock: server.clock,
  });
async function json(...argv: readonly string[]) {
  const { code, stdout, stderr } = await dci(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

describe('dci audit', () => {
  beforeEach(async () => {
    const other = await server.addPeer({ senderId: 'other.example.org', policy: grantAll(social) });
    await server.search(byId('UIN', 'UIN-1'));
    server.clock.advance(1_000);
    await server.search(byExpression(['sex', '=', '1']), {}, other);
    server.clock.advance(1_000);
    await server.search(byId('UIN', 'none'), {}, other);
  });

  it('list shows rows, newest first, by sender, time and number', async () => {
    const rows = await json('audit', 'list');
    expect(rows.map((row: { sequence: number }) => row.sequence)).toEqual([3, 2, 1]);
    expect(rows[1]).toMatchObject({
      at: '2026-04-22T10:30:01.000Z',
      sender_id: 'other.example.org',
      registry: 'social',
      action: 'search',
      record_type: 'Person',
      query_shape: 'sex eq',
      count: 2,
    });
    expect(await json('audit', 'list', '--sender', 'other.example.org')).toHaveLength(2);
    expect(await json('audit', 'list', '--since', '2026-04-22T10:30:02Z')).toHaveLength(1);
    expect(await json('audit', 'list', '--since', '2026-04-22')).toHaveLength(3);
    expect(await json('audit', 'list', '--limit', '1')).toHaveLength(1);
    const { stdout } = await dci('audit', 'list');
    expect(stdout).toContain('other.example.org');
    expect(stdout).toContain('sex eq');
    expect((await dci('audit', 'list', '--sender', 'nobody')).stdout).toContain('no such row');
  });

  it('find tells who was told of a person, by any of its identifiers in any spelling', async () => {
    for (const [id, sequences] of [
      ['UIN:UIN-1', [1]],
      ['uin:UIN-1', [1]],
      ['NationalID:NID-2', [2]],
      ['UIN:none', []],
      ['NationalID:UIN-1', []],
    ] as const) {
      const rows = await json('audit', 'find', '--id', id);
      expect(
        rows.map((row: { sequence: number }) => row.sequence),
        id,
      ).toEqual(sequences);
    }
    expect(await json('audit', 'find', '--id', 'UIN:UIN-1', '--sender', 'other.example.org')).toEqual([]);
  });

  it('verify prints the head, and knows it again', async () => {
    const { rows, head, fault } = await json('audit', 'verify');
    expect([rows, fault]).toEqual([3, undefined]);
    await server.search(byId('UIN', 'UIN-1'));
    expect((await dci('audit', 'verify', '--head', head)).code).toBe(0);
    expect((await dci('audit', 'verify')).stdout).toMatch(/^4 rows are as they were written; head 4:/);
    const other = `3:${'A'.repeat(43)}`;
    expect(await dci('audit', 'verify', '--head', other)).toMatchObject({ code: 1 });
  });

  it('verify tells the first fault and exits with 1', async () => {
    server.host.context.database.durable.exec("UPDATE dci_server_audit SET sender_id = 'x' WHERE sequence = 2");
    const { code, stdout } = await dci('audit', 'verify');
    expect(code).toBe(1);
    expect(stdout).toContain('row 2 was changed');
    const result = await dci('audit', 'verify', '--json');
    expect(JSON.parse(result.stdout)).toMatchObject({ rows: 1, fault: { kind: 'changed', sequence: 2 } });
    expect(result.code).toBe(1);
  });

  it('export prints JSON lines, oldest first', async () => {
    const { code, stdout } = await dci('audit', 'export');
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(stdout).not.toContain('UIN-1');
    const some = await dci('audit', 'export', '--since', '2026-04-22T10:30:01Z');
    expect(some.stdout.trimEnd().split('\n')).toHaveLength(2);
  });

  it('purge deletes old rows, leaves one of its own, and the rest stays verifiable', async () => {
    const noted = (await json('audit', 'verify')).head;
    expect(await json('audit', 'purge', '--before', '2026-04-22T10:30:01Z')).toMatchObject({ deleted: 1 });
    const rows = await json('audit', 'list');
    expect(rows.map((row: { action: string }) => row.action)).toEqual(['audit-purge', 'search', 'search']);
    expect(rows[0]).toMatchObject({ sequence: 4, sender_id: receiverId });
    await server.search(byId('UIN', 'UIN-1'));
    expect((await dci('audit', 'verify', '--head', noted)).code).toBe(0);
    expect(await json('audit', 'purge', '--before', '2026-04-22T10:30:01Z')).toMatchObject({ deleted: 0 });
    expect(await json('audit', 'list')).toHaveLength(4);
  });

  it.each([
    [['audit', 'purge']],
    [['audit', 'purge', '--before', 'yesterday']],
    [['audit', 'purge', '--before', '2999-01-01']],
    [['audit', 'list', '--limit', '0']],
    [['audit', 'list', '--limit', 'x']],
    [['audit', 'list', '--since', '1.1.2026']],
    [['audit', 'find']],
    [['audit', 'find', '--id', 'UIN']],
    [['audit', 'find', '--id', ':1']],
    [['audit', 'verify', '--head', 'x']],
  ])('refuses %j', async (argv) => {
    expect((await dci(...argv)).code).toBe(2);
    expect(await json('audit', 'list')).toHaveLength(3);
  });
});

describe('dci senders client', () => {
  const sender = () => server.peer.senderId;

  it('add prints the secret once; list never shows it', async () => {
    const added = await json('senders', 'client', 'add', sender(), '--scope', 'social/search');
    expect(added).toMatchObject({
      client_id: expect.stringMatching(/^client-[0-9a-f]{16}$/),
      client_secret: expect.stringMatching(/^dcis_[\w-]{43}$/),
      sender_id: sender(),
      scopes: ['social/search'],
    });
    const { client_secret: secret, ...shown } = added;
    expect(await json('senders', 'client', 'list', sender())).toEqual([shown]);
    const { stdout } = await dci('senders', 'client', 'list', sender());
    expect(stdout).toContain(added.client_id);
    expect(stdout).not.toContain(secret);
    const printed = await dci('senders', 'client', 'add', sender(), '--client-id', 'mis-1');
    expect(printed.stdout).toMatch(/^client mis-1 of sender .*\nsecret \(shown only now\): dcis_/);
  });

  it('remove ends a client', async () => {
    await dci('senders', 'client', 'add', sender(), '--client-id', 'mis-1');
    expect(await dci('senders', 'client', 'remove', 'other.example.org', 'mis-1')).toMatchObject({ code: 1 });
    expect(await json('senders', 'client', 'remove', sender(), 'mis-1')).toMatchObject({ state: 'removed' });
    expect(await dci('senders', 'client', 'remove', sender(), 'mis-1')).toMatchObject({ code: 1 });
    expect((await dci('senders', 'client', 'list', sender())).stdout).toContain('no client');
  });

  it.each([
    [['--client-id', 'two words']],
    [['--client-id', '']],
    [['--scope', 'social']],
    [['--scope', 'crvs/search']],
  ])('add refuses %j', async (options) => {
    expect((await dci('senders', 'client', 'add', sender(), ...options)).code).toBe(2);
    expect(await json('senders', 'client', 'list', sender())).toEqual([]);
  });

  it('add refuses an unknown sender and a client id that is taken', async () => {
    expect((await dci('senders', 'client', 'add', 'nobody.example.org')).code).toBe(2);
    await dci('senders', 'client', 'add', sender(), '--client-id', 'mis-1');
    expect((await dci('senders', 'client', 'add', sender(), '--client-id', 'mis-1')).code).toBe(2);
  });
});
