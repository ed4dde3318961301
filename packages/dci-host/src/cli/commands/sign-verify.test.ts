import { createHash, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixedClock } from '../../testing/clock.ts';
import { type CommandResult, type RunCommandOptions, runCommand } from '../../testing/run-command.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../testing/temporary-directory.ts';
import { createTestHost } from '../../testing/test-host.ts';

const now = Date.parse('2026-04-22T10:30:00Z');
let directory: TemporaryDirectory;

beforeAll(() => {
  directory = temporaryDirectory();
  for (const [name, pair] of [
    ['ed', generateKeyPairSync('ed25519')],
    ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['other', generateKeyPairSync('ed25519')],
  ] as const) {
    write(`${name}.pem`, String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })));
    write(`${name}.pub`, String(pair.publicKey.export({ format: 'pem', type: 'spki' })));
    write(`${name}.jwk`, JSON.stringify(pair.publicKey.export({ format: 'jwk' })));
  }
});
afterAll(() => {
  directory.remove();
});

function write(name: string, text: string): void {
  writeFileSync(join(directory.path, name), text);
}

const run = (argv: readonly string[], stdin = '', options: RunCommandOptions = {}): Promise<CommandResult> =>
  runCommand(argv, { workingDirectory: directory.path, clock: fixedClock(now), stdin, ...options });

const request = '{"message":{"n":1.0,"big":123456789012345678901234567890},"header":{"sender_id":"a","name":"Zoë"}}';
const sign = async (...more: string[]): Promise<string> => {
  const { code, stdout, stderr } = await run(
    ['sign', '--key', 'ed.pem', '--sender-id', 'a', '--key-id', 'k', ...more],
    request,
  );
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};

describe('dci digest', () => {
  test('is of the received text, not of what a parser makes of it', async () => {
    const canonical =
      '{"header":{"name":"Zo\\u00eb","sender_id":"a"},"message":{"big":123456789012345678901234567890,"n":1.0}}';
    const digest = createHash('sha256').update(canonical).digest('base64');
    expect(await run(['digest'], request)).toEqual({ code: 0, stdout: `${digest}\n`, stderr: '' });
    expect((await run(['digest', '-'], request)).stdout).toBe(`${digest}\n`);
    write('request.json', request);
    expect((await run(['digest', 'request.json', '--json'])).stdout).toBe(`{"digest":"${digest}"}\n`);
  });

  test.each([
    '',
    '{',
    '[]',
    '{"header":{}}',
    '{"header":{},"header":{},"message":{}}',
    '{"header":{"a":"\\ud800"},"message":{}}',
  ])('%j is 2', async (input) => {
    const { code, stdout, stderr } = await run(['digest'], input);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('(err.request.bad)');
  });

  test('a file that is not there is 2', async () => {
    expect(await run(['digest', 'missing.json'])).toMatchObject({
      code: 2,
      stderr: 'error: the file missing.json cannot be read (ENOENT) (err.request.bad)\n',
    });
  });
});

describe('dci sign and dci verify', () => {
  test.each([
    ['ed', 'dci'],
    ['rsa', 'dci'],
    ['ed', 'dci-legacy'],
    ['rsa', 'dci-legacy'],
  ])('agree with %s and %s', async (key, scheme) => {
    const signed = await sign('--key', `${key}.pem`, '--scheme', scheme);
    for (const option of [`${key}.pub`, `${key}.jwk`]) {
      expect(await run(['verify', '--key', option, '--scheme', scheme], signed)).toEqual({
        code: 0,
        stdout: 'valid\n',
        stderr: '',
      });
    }
    const { stdout } = await run(['verify', '--key', `${key}.pub`, '--scheme', scheme, '--json'], signed);
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, keyId: 'k', scheme, created: now / 1000 });
  });

  test('the printed envelope has the digest of its own text, and signing it again replaces the signature', async () => {
    const signed = await sign();
    expect(signed).toContain('"big":123456789012345678901234567890');
    const again = await run(['sign', '--key', 'ed.pem', '--sender-id', 'a', '--key-id', 'other'], signed);
    expect(JSON.parse(again.stdout).signature).toContain('a|other|ed25519');
    expect(await run(['verify', '--key', 'ed.pub'], again.stdout)).toMatchObject({ code: 0 });
    expect((await run(['digest'], again.stdout)).stdout).toBe((await run(['digest'], signed)).stdout);
  });

  test('the sender id can come from the environment', async () => {
    const options = { env: { DCI_SENDER_ID: 'from-env' } };
    const { stdout } = await run(['sign', '--key', 'ed.pem', '--key-id', 'k'], request, options);
    expect(JSON.parse(stdout).signature).toContain('from-env|k|ed25519');
  });

  test.each([
    ['another key', ['--key', 'other.pub'], (text: string) => text, 'signature_mismatch'],
    ['another algorithm', ['--key', 'rsa.pub'], (text: string) => text, 'algorithm_mismatch'],
    ['a changed byte', ['--key', 'ed.pub'], (text: string) => text.replace('"n":1', '"n":2'), 'signature_mismatch'],
    ['no signature', ['--key', 'ed.pub'], () => request, 'signature_missing'],
    ['another scheme', ['--key', 'ed.pub', '--scheme', 'dci-legacy'], (text: string) => text, 'scheme_not_allowed'],
    [
      'another sender',
      ['--key', 'ed.pub'],
      (text: string) => text.replace('"sender_id":"a"', '"sender_id":"b"'),
      'sender_mismatch',
    ],
    ['a time after its end', ['--key', 'ed.pub', '--at', String(now / 1000 + 361)], (text: string) => text, 'expired'],
    [
      'a time before its start',
      ['--key', 'ed.pub', '--at', String(now / 1000 - 61)],
      (text: string) => text,
      'not_yet_valid',
    ],
  ])('%s is 1 with the reason', async (_name, argv, change, reason) => {
    const signed = change(await sign());
    expect(await run(['verify', ...argv], signed)).toEqual({ code: 1, stdout: `${reason}\n`, stderr: '' });
    const { code, stdout } = await run(['verify', ...argv, '--json'], signed);
    expect([code, JSON.parse(stdout)]).toEqual([1, { valid: false, reason }]);
  });

  test('a time inside its validity is valid', async () => {
    const signed = await sign('--lifetime', '3600');
    expect(await run(['verify', '--key', 'ed.pub', '--at', String(now / 1000 + 3600)], signed)).toMatchObject({
      code: 0,
    });
  });

  test.each([
    [['verify']],
    [['verify', '--key', 'ed.pub', '--jwks', 'x']],
    [['verify', '--key', 'missing']],
    [['verify', '--key', 'request.txt']],
    [['verify', '--key', 'ed.pub', '--at', 'now']],
    [['verify', '--jwks', 'ed.pub']],
    [['sign', '--key', 'ed.pub', '--sender-id', 'a', '--key-id', 'k']],
    [['sign', '--key', 'ed.pem', '--sender-id', 'a', '--key-id', 'k', '--lifetime', '3601']],
  ])('%j is 2', async (argv) => {
    write('request.txt', 'no key');
    const { code, stdout, stderr } = await run(argv, request);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toMatch(/BEGIN|no key\n/);
  });
});

describe('dci verify --jwks', () => {
  test('takes the sender’s keys from a file and from a URL', async () => {
    await using host = await createTestHost({ senderId: 'a', clock: fixedClock(now) });
    const { url } = await host.listen();
    const { active } = await host.context.keys.rotate({ leadSeconds: 0 });
    const { privateKey } = await host.context.keys.active();
    write('private.jwk', JSON.stringify(privateKey.jwk));
    const signed = await sign('--key', 'private.jwk', '--key-id', active.keyId);
    const jwksUrl = `${url}/.well-known/jwks.json`;
    expect(await run(['verify', '--jwks', jwksUrl], signed)).toMatchObject({ code: 0, stdout: 'valid\n' });
    write('jwks.json', await (await fetch(jwksUrl)).text());
    expect(await run(['verify', '--jwks', 'jwks.json'], signed)).toMatchObject({ code: 0, stdout: 'valid\n' });
    expect(await run(['verify', '--jwks', 'jwks.json'], await sign())).toMatchObject({
      code: 1,
      stdout: 'key_unknown\n',
    });
  });

  test('a server that redirects, or is not there, is 2', async () => {
    const server = createServer((_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const signed = await sign();
    expect(await run(['verify', '--jwks', `http://127.0.0.1:${port}/`], signed)).toMatchObject({ code: 2, stdout: '' });
    await new Promise((resolve) => server.close(resolve));
    expect(await run(['verify', '--jwks', `http://127.0.0.1:${port}/`], signed)).toMatchObject({ code: 2, stdout: '' });
  });
});
