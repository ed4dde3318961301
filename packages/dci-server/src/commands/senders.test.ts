import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRandom,
  generateKey,
  type PrivateKey,
  publicKeyOf,
  social,
  writePrivateKeyPem,
  writePublicKeyPem,
} from 'dci-core';
import { type CommandResult, runCommand, type TemporaryDirectory, temporaryDirectory } from 'dci-host/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { dciServer } from '../plugin.ts';
import { socialPersons } from '../records.fixtures.ts';
import { dialectNames } from '../senders/sender.ts';
import { receiverId, startTestServer } from '../server.fixtures.ts';

const random = createRandom(globalThis.crypto);
const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });

let directory: TemporaryDirectory;
let key: PrivateKey;
beforeAll(async () => {
  key = await generateKey('ed25519', { random, subtle: globalThis.crypto.subtle });
});
beforeEach(async () => {
  directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'public.pem'), await writePublicKeyPem(publicKeyOf(key)));
  writeFileSync(join(directory.path, 'private.pem'), await writePrivateKeyPem(key));
});
afterEach(() => directory.remove());

const file = (name: string): string => join(directory.path, name);
const senders = (...argv: string[]): Promise<CommandResult> =>
  runCommand(['senders', ...argv], {
    config: {
      senderId: receiverId,
      dataDirectory: file('data'),
      plugins: [dciServer({ registries: [{ type: social, adapter }] })],
    },
  });
async function json(...argv: string[]) {
  const { code, stdout, stderr } = await senders(...argv, '--json');
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}
const add = (...argv: string[]) => json('add', 'mis.example.org', '--key', file('public.pem'), ...argv);

describe('dci senders', () => {
  it('has help that says what each group of its commands is for', async () => {
    const { stdout } = await senders('--help');
    expect(stdout).toContain('the parties that may send to this host');
    expect(stdout).toMatch(/^ {2}key +the public keys/m);
    expect(stdout).toMatch(/^ {2}token +the bearer tokens/m);
  });

  it('add registers a sender with key and policy', async () => {
    const added = await add(
      '--key-id',
      'key1',
      '--name',
      'The Ministry',
      '--dialect',
      'openspp',
      '--grant',
      'social:Person, Group',
    );
    expect(added).toMatchObject({
      sender_id: 'mis.example.org',
      name: 'The Ministry',
      state: 'active',
      dialect: 'openspp',
      schemes: ['dci'],
      keys: [{ key_id: 'key1', algorithm: 'ed25519', state: 'active' }],
      policy: {
        registries: {
          social: { actions: ['search'], recordTypes: { Person: { fields: ['*'] }, Group: { fields: ['*'] } } },
        },
      },
      tokens: [],
    });
    expect(added).not.toHaveProperty('token');
    expect(await json('show', 'mis.example.org')).toEqual(added);
    expect(await json('list')).toEqual([added]);
  });

  it.each(dialectNames)('add registers a sender of the dialect %s', async (dialect) => {
    expect(await add('--dialect', dialect)).toMatchObject({ dialect });
    expect(await json('show', 'mis.example.org')).toMatchObject({ dialect });
  });

  it('add reads a policy from a file', async () => {
    const policy = {
      registries: {
        social: { actions: ['search'], recordTypes: { Person: { fields: ['name'], visible: 'age > 17' } } },
      },
    };
    writeFileSync(file('policy.json'), JSON.stringify(policy));
    expect((await add('--policy', file('policy.json'))).policy).toEqual(policy);
  });

  it('prints a token once and never again', async () => {
    const { token } = await add('--token');
    expect(token).toMatch(/^dci_[\w-]{43}$/);
    const issued = await json('token', 'issue', 'mis.example.org');
    expect(issued.token).not.toBe(token);
    for (const argv of [['show', 'mis.example.org'], ['list'], ['show', 'mis.example.org', '--json']]) {
      const { stdout } = await senders(...argv);
      expect(stdout).not.toContain('dci_');
    }
    expect(
      (await json('show', 'mis.example.org')).tokens.map((known: { token_id: string }) => known.token_id),
    ).toContain(issued.token_id);
    expect(await senders('token', 'revoke', 'mis.example.org', issued.token_id)).toMatchObject({ code: 0 });
    expect(await senders('token', 'revoke', 'mis.example.org', issued.token_id)).toMatchObject({ code: 1 });
    expect((await json('show', 'mis.example.org')).tokens).toHaveLength(1);
  });

  it('policy --grant keeps the quota', async () => {
    const quota = { perMinute: 10, perDay: 100 };
    writeFileSync(file('policy.json'), JSON.stringify({ registries: {}, quota }));
    await add('--policy', file('policy.json'));
    await senders('policy', 'mis.example.org', '--grant', 'social:Person');
    expect((await json('show', 'mis.example.org')).policy).toEqual({
      registries: { social: { actions: ['search'], recordTypes: { Person: { fields: ['*'] } } } },
      quota,
    });
  });

  describe('how a sender is reached', () => {
    const encryptionKey = { kty: 'RSA', n: `z${'A'.repeat(341)}`, e: 'AQAB', use: 'enc', kid: 'enc1' };
    beforeEach(() => {
      writeFileSync(file('token.txt'), 'callback-secret\n');
      writeFileSync(file('basic.txt'), 'registry:pass:word\n');
      writeFileSync(file('enc.json'), JSON.stringify(encryptionKey));
    });

    it('is registered, and shown without the secret', async () => {
      const added = await add(
        ...['--callback-base', 'https://mis.example.org/dci/', '--callback-host', 'MIS.example.org:443'],
        ...['--callback-host', 'callback.example.org:8443', '--callback-bearer-file', file('token.txt')],
        ...['--encryption-key', file('enc.json'), '--subscription-approval', 'manual'],
      );
      expect(added).toMatchObject({
        callback_base: 'https://mis.example.org/dci',
        callback_hosts: ['mis.example.org', 'callback.example.org:8443'],
        callback_credential: 'bearer',
        encryption_key: encryptionKey,
        subscription_approval: 'manual',
      });
      const shown = await senders('show', 'mis.example.org');
      expect(shown.stdout).toMatch(/callback credential +bearer/);
      expect(shown.stdout).toMatch(/encryption key +RSA enc1/);
      expect(JSON.stringify(added) + shown.stdout).not.toContain('callback-secret');
    });

    it('is changed by update, which leaves alone what it does not name', async () => {
      await add('--callback-host', 'mis.example.org', '--callback-bearer-file', file('token.txt'));
      const updated = await json(
        ...['update', 'mis.example.org', '--callback-basic-file', file('basic.txt')],
        ...['--callback-host', 'a.example.org', '--callback-host', 'b.example.org'],
      );
      expect(updated).toMatchObject({
        callback_hosts: ['a.example.org', 'b.example.org'],
        callback_credential: 'basic',
        keys: [{ algorithm: 'ed25519' }],
      });
      const cleared = await json(
        'update',
        'mis.example.org',
        '--clear',
        'callback-host',
        '--clear',
        'callback-credential',
      );
      expect(cleared).not.toHaveProperty('callback_hosts');
      expect(cleared).not.toHaveProperty('callback_credential');
      expect(await json('show', 'mis.example.org')).toEqual(cleared);
      const text = await senders('update', 'mis.example.org', '--callback-base', 'https://mis.example.org');
      expect(text.stdout).toMatch(/callbacks to +https:\/\/mis\.example\.org$/m);
    });

    it('has a credential from the environment', async () => {
      await add();
      const { code } = await runCommand(
        ['senders', 'update', 'mis.example.org', '--callback-bearer-env', 'MIS_TOKEN'],
        {
          config: {
            senderId: receiverId,
            dataDirectory: file('data'),
            plugins: [dciServer({ registries: [{ type: social, adapter }] })],
          },
          env: { MIS_TOKEN: 'callback-secret' },
        },
      );
      expect(code).toBe(0);
      expect((await json('show', 'mis.example.org')).callback_credential).toBe('bearer');
    });

    it.each([
      ['nothing to change', [], 'name what is to change'],
      ['a callback base that is none', ['--callback-base', 'callback'], 'not a URL'],
      ['a callback base of another kind', ['--callback-base', 'ftp://mis.example.org/'], 'https:'],
      ['a callback base with a password', ['--callback-base', 'https://a:b@mis.example.org/'], 'user information'],
      ['a callback base with a query', ['--callback-base', 'https://mis.example.org/?a=b'], 'query'],
      ['a host that is a URL', ['--callback-host', 'https://mis.example.org'], 'callback host'],
      ['a host with a user', ['--callback-host', 'a@mis.example.org'], 'callback host'],
      [
        'two credentials',
        ['--callback-bearer-env', 'A', '--callback-basic-file', 'basic.txt'],
        'one callback credential',
      ],
      ['a variable that is not set', ['--callback-bearer-env', 'NOTHING'], 'NOTHING is not set'],
      ['an empty file', ['--callback-bearer-file', 'empty.txt'], 'empty'],
      ['a token that is none', ['--callback-bearer-file', 'words.txt'], 'not a bearer token'],
      ['a basic credential without a password', ['--callback-basic-file', 'token.txt'], 'user:password'],
      ['an encryption key that is private', ['--encryption-key', 'private.json'], 'private'],
      ['an encryption key that is short', ['--encryption-key', 'short.json'], '2048'],
      ['an encryption key for signatures', ['--encryption-key', 'sig.json'], 'another use'],
      ['an encryption key for another algorithm', ['--encryption-key', 'alg.json'], 'RSA-OAEP-256'],
      ['an encryption key that is no object', ['--encryption-key', 'token.txt'], ''],
      ['another approval', ['--subscription-approval', 'never'], 'approval'],
      ['the same set and cleared', ['--callback-host', 'a.example.org', '--clear', 'callback-host'], 'set and cleared'],
    ])('update refuses %s with exit code 2', async (_name, argv, text) => {
      const before = await add();
      writeFileSync(file('empty.txt'), '\n');
      writeFileSync(file('words.txt'), 'callback secret');
      writeFileSync(file('private.json'), JSON.stringify({ ...encryptionKey, d: 'AQAB' }));
      writeFileSync(file('short.json'), JSON.stringify({ ...encryptionKey, n: `A${encryptionKey.n.slice(1)}` }));
      writeFileSync(file('sig.json'), JSON.stringify({ ...encryptionKey, use: 'sig' }));
      writeFileSync(file('alg.json'), JSON.stringify({ ...encryptionKey, alg: 'RSA1_5' }));
      const result = await senders(
        ...['update', 'mis.example.org'],
        ...argv.map((word) => (/\.(txt|json)$/.test(word) ? file(word) : word)),
      );
      expect(result).toMatchObject({ code: 2, stdout: '' });
      expect(result.stderr).toContain(text);
      expect(result.stderr).not.toContain('callback secret');
      expect(await json('show', 'mis.example.org')).toEqual(before);
    });
  });

  it('shows senders as text', async () => {
    expect((await senders('list')).stdout).toContain('There is no sender');
    const added = await senders('add', 'mis.example.org', '--key', file('public.pem'), '--token');
    expect(added).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/it may search nothing\ntoken [0-9a-f]{12} \(shown only now\): dci_/),
    });
    expect(added.stderr).toContain('no policy was given');
    await senders('policy', 'mis.example.org', '--grant', 'social');
    expect((await senders('list')).stdout).toMatch(
      /mis\.example\.org +active +spdci-1\.0 +1 +social: Person, Member, Group/,
    );
    expect((await senders('show', 'mis.example.org')).stdout).toMatch(/\(any id\) ed25519 active[\s\S]*"recordTypes"/);
  });

  it('adds URLs without TLS where the host calls such', async () => {
    const argv = [
      'senders',
      'add',
      'mis',
      '--jwks-url',
      'http://mis.example.org/jwks',
      '--callback-base',
      'http://mis.example.org',
    ];
    const added = async (allowHttpCallbacks: boolean) =>
      runCommand(argv, {
        config: {
          senderId: receiverId,
          dataDirectory: file('data'),
          development: { allowHttpCallbacks },
          plugins: [dciServer({ registries: [{ type: social, adapter }] })],
        },
      });
    expect((await added(false)).code).toBe(2);
    expect((await added(true)).code).toBe(0);
  });

  it.each([
    ['no key', ['mis'], 'needs a public key'],
    ['a private key', ['mis', '--key', 'private.pem'], ''],
    ['a key that is none', ['mis', '--key', 'policy.json'], ''],
    ['a file that is not there', ['mis', '--key', 'nothing.pem'], ''],
    ['a JWKS URL that is none', ['mis', '--jwks-url', 'keys'], 'JWKS URL'],
    ['a JWKS URL of another kind', ['mis', '--jwks-url', 'ftp://mis.example.org/jwks'], 'JWKS URL'],
    ['a JWKS URL without TLS', ['mis', '--jwks-url', 'http://mis.example.org/jwks'], 'allowHttpCallbacks'],
    ['a callback base without TLS', ['mis', '--key', 'public.pem', '--callback-base', 'http://a.example'], 'allowHttp'],
    ['a JWKS URL with a password', ['mis', '--jwks-url', 'https://a:b@mis.example.org/jwks'], 'JWKS URL'],
    ['an unknown dialect', ['mis', '--key', 'public.pem', '--dialect', 'klingon'], 'dialect'],
    ['an unknown scheme', ['mis', '--key', 'public.pem', '--scheme', 'none'], 'scheme'],
    ['an unknown registry', ['mis', '--key', 'public.pem', '--grant', 'tax'], '--grant'],
    ['an unknown record type', ['mis', '--key', 'public.pem', '--grant', 'social:Dog'], 'Dog'],
    ['a policy that is none', ['mis', '--key', 'public.pem', '--policy', 'policy.json'], 'registries'],
    ['two policies', ['mis', '--key', 'public.pem', '--policy', 'policy.json', '--grant', 'social'], 'either'],
    ['an id with a quote', ['m"s', '--key', 'public.pem'], 'sender id'],
    ['an id of 100 characters', ['x'.repeat(100), '--key', 'public.pem'], 'sender id'],
    ['a key id with a bar', ['mis', '--key', 'public.pem', '--key-id', 'a|b'], 'key id'],
    ['no id', [], 'sender-id'],
  ])('add refuses %s with exit code 2', async (_name, argv, text) => {
    writeFileSync(file('policy.json'), '{}');
    const result = await senders('add', ...argv.map((word) => (/\.(pem|json)$/.test(word) ? file(word) : word)));
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(text);
    expect(result.stderr).not.toContain('PRIVATE');
    expect(await json('list')).toEqual([]);
  });

  it('add refuses an id that is taken', async () => {
    await add();
    expect(await senders('add', 'mis.example.org', '--key', file('public.pem'), '--token')).toMatchObject({
      code: 2,
      stdout: '',
    });
    expect((await json('show', 'mis.example.org')).tokens).toEqual([]);
  });

  it.each([
    ['show'],
    ['update', '--callback-host', 'a.example.org'],
    ['disable'],
    ['enable'],
    ['token', 'issue'],
    ['policy', '--grant', 'social'],
    ['key', 'revoke'],
  ])('%s of an unknown sender ends with exit code 1', async (...words) => {
    expect(await senders(...words, 'nobody')).toMatchObject({ code: 1, stdout: '' });
  });

  it('every command has help', async () => {
    for (const words of [
      ['add'],
      ['list'],
      ['show'],
      ['update'],
      ['disable'],
      ['enable'],
      ['policy'],
      ['key', 'add'],
      ['key', 'revoke'],
      ['token', 'issue'],
      ['token', 'revoke'],
    ]) {
      expect(await senders(...words, '--help')).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`dci senders ${words.join(' ')}`),
      });
    }
  });
});

describe('dci senders beside a running host', () => {
  it('takes effect with the next request', async () => {
    await using server = await startTestServer({
      registries: [{ type: social, adapter }],
      host: { dataDirectory: file('data') },
    });
    const { peer } = server;
    const status = async (authorization?: string) =>
      (await server.send(await server.envelope(), authorization === undefined ? {} : { authorization })).status;
    expect(await status()).toBe(200);
    await senders('disable', peer.senderId);
    expect(await status()).toBe(401);
    await senders('enable', peer.senderId);
    expect(await status()).toBe(200);
    const issued = await json('token', 'issue', peer.senderId);
    expect(await status(`Bearer ${issued.token}`)).toBe(200);
    await senders('token', 'revoke', peer.senderId, issued.token_id);
    expect(await status(`Bearer ${issued.token}`)).toBe(401);
    await senders('key', 'add', peer.senderId, '--key', file('public.pem'), '--key-id', 'key2');
    expect((await server.send(await server.envelope({ key, keyId: 'key2' }))).status).toBe(200);
    await senders('key', 'revoke', peer.senderId, 'key1');
    expect(await status()).toBe(401);
    expect((await server.send(await server.envelope({ key, keyId: 'key2' }))).status).toBe(200);
  });
});
