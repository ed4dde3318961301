import { publicKeyOf, readEncryptionKey, readPublicKey } from 'dci-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CommandResult, runCommand } from '../../testing/run-command.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../testing/temporary-directory.ts';
import { createTestHost } from '../../testing/test-host.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  directory.remove();
});

const keys = (...argv: string[]): Promise<CommandResult> =>
  runCommand(['keys', ...argv], { config: { senderId: 'host.example', dataDirectory: directory.path } });

async function json(...argv: string[]) {
  const { code, stdout } = await keys(...argv, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe('dci keys', () => {
  test('on an empty state', async () => {
    expect(await keys('list')).toMatchObject({ code: 0, stdout: expect.stringContaining('There is no key') });
    expect(await json('list')).toEqual([]);
  });

  test('generate prints the public key for peers', async () => {
    const { stdout } = await keys('generate');
    expect(stdout).toMatch(/^active key \d{4}-\d\d-\d\d-[0-9a-f]{8} \(ed25519\)\n\n-----BEGIN PUBLIC KEY-----\n/);
    const made = await json('generate', '--algorithm', 'rs256', '--pending', '--valid-days', '7');
    expect(made).toMatchObject({ algorithm: 'rs256', state: 'pending', kid: `host.example|${made.key_id}|rs256` });
    expect(await readPublicKey(made.public_key)).toMatchObject({ algorithm: 'rs256' });
    const table = (await keys('list')).stdout.split('\n');
    expect(table[0]).toMatch(/^KEY ID +USE +ALGORITHM +STATE +CREATED +NOT AFTER$/);
    expect(
      table
        .slice(1, 3)
        .map((line) => line.split(/ +/)[3])
        .sort(),
    ).toEqual(['active', 'pending']);
  });

  test('rotate and revoke', async () => {
    const first = await json('generate');
    const pending = await json('generate', '--pending');
    const rotation = await json('rotate', '--key-id', pending.key_id, '--retire-days', '2');
    expect(rotation).toMatchObject({
      active: { key_id: pending.key_id },
      retiring: [{ key_id: first.key_id, state: 'retiring' }],
    });
    expect((await keys('rotate')).stdout).toMatch(
      /^active {3}\S+ \(ed25519\) signs from \S+Z\nretiring \S+ \(ed25519\) until \d{4}-\d\d-\d\d\n$/,
    );
    expect(await keys('rotate', '--key-id', 'missing')).toMatchObject({ code: 2 });
    expect(await json('revoke', first.key_id)).toMatchObject({ state: 'revoked' });
    expect(await keys('revoke', 'missing')).toMatchObject({ code: 1, stderr: 'there is no key of that id\n' });
  });

  test('revoking the last active key is warned about', async () => {
    const { key_id: keyId } = await json('generate');
    expect(await keys('revoke', keyId)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('no active key is left'),
    });
  });

  test('encryption keys', async () => {
    const { stdout } = await keys('generate', '--use', 'enc');
    expect(stdout).toMatch(/^active encryption key \S+ \(ECDH-ES\+A256KW\)\n\n-----BEGIN PUBLIC KEY-----\n/);
    const made = await json('generate', '--use', 'enc', '--algorithm', 'RSA-OAEP-256');
    expect(made).toMatchObject({ use: 'enc', kid: `host.example|${made.key_id}|RSA-OAEP-256` });
    expect(await readEncryptionKey(made.public_key)).toMatchObject({ algorithm: 'RSA-OAEP-256' });
    const signing = await json('generate');
    const rotation = await json('rotate', '--use', 'enc', '--retire-days', '2');
    expect(rotation).toMatchObject({ active: { use: 'enc', algorithm: 'ECDH-ES+A256KW' } });
    expect(rotation.retiring).toHaveLength(2);
    expect((await json('list')).find((key: { key_id: string }) => key.key_id === signing.key_id)).toMatchObject({
      use: 'sig',
      state: 'active',
    });
    expect(await keys('revoke', rotation.active.key_id)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('peers cannot encrypt'),
    });
    for (const [use, algorithm] of [
      ['enc', 'rs256'],
      ['sig', 'RSA-OAEP-256'],
    ] as const) {
      expect(await keys('generate', '--use', use, '--algorithm', algorithm)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('takes the algorithms'),
      });
    }
  });

  test.each(['0', '1.5', '-1', 'many'])('--valid-days %s is refused', async (days) => {
    expect(await keys('generate', `--valid-days=${days}`)).toMatchObject({ code: 2 });
  });
});

test('a running host takes a change into use at once', async () => {
  await using host = await createTestHost({ senderId: 'host.example', dataDirectory: directory.path });
  const before = await host.context.keys.active();
  const { active } = await json('rotate', '--lead-seconds', '0');
  const after = await host.context.keys.active();
  expect(after.keyId).toBe(active.key_id);
  expect(after.keyId).not.toBe(before.keyId);
  expect(publicKeyOf(after.privateKey)).toEqual(await readPublicKey(active.public_key));
  const reply = await host.fetch(new Request('http://localhost/.well-known/jwks.json'));
  expect(JSON.parse(await reply.text()).keys.map(({ use }: { use: string }) => use)).toEqual(['sig', 'sig', 'enc']);
});
