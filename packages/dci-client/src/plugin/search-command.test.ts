import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type JsonObject, publicKeyOf, writePrivateKeyPem, writePublicKeyPem } from 'dci-core';
import { type CommandResult, runCommand, type TemporaryDirectory, temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CLIENT_ID,
  inItem,
  person,
  REGISTRY_ID,
  startRegistry,
  type TestRegistry,
  TOKEN,
} from '../registry.fixtures.ts';
import { searchCommand } from './search-command.ts';

let registry: TestRegistry;
let directory: TemporaryDirectory;

beforeAll(async () => {
  registry = await startRegistry();
  directory = temporaryDirectory();
  const write = (name: string, text: string): Promise<void> => writeFile(join(directory.path, name), text);
  await write('client.pem', await writePrivateKeyPem(registry.clientKey));
  await write('server.pem', await writePublicKeyPem(publicKeyOf(registry.key.privateKey)));
  await write('token', `${TOKEN}\n`);
  await write(
    'credentials.json',
    JSON.stringify({
      url: registry.baseUrl,
      senderId: CLIENT_ID,
      keyFile: 'client.pem',
      keyId: 'key1',
      token: 'file:token',
    }),
  );
  await write('expression.json', '{"seq":[{"attribute":"sex","operator":"=","value":"female"}]}');
});

afterAll(async () => {
  await registry.stop();
  directory.remove();
});

beforeEach(() => {
  registry.behave({});
  registry.requests.length = 0;
});

const dci = (argv: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> =>
  runCommand(argv, { env, commands: [searchCommand], workingDirectory: directory.path });

const search = (...argv: string[]): Promise<CommandResult> =>
  dci(['search', '--credentials', 'credentials.json', '--registry', 'social', ...argv]);

const sentCriteria = (): JsonObject => {
  const [item] = (registry.requests.at(-1)?.message.search_request ?? []) as readonly JsonObject[];
  return (item?.search_criteria ?? {}) as JsonObject;
};

describe('dci search', () => {
  it('prints a table, the total, and that the signature is valid', async () => {
    const { code, stdout, stderr } = await search('--id', 'UIN:1234567897');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^IDENTIFIER +NAME +SEX +BIRTH DATE +LOCALITY +REGION$/),
      expect.stringMatching(/^UIN 1234567897 +Lucía Núñez +female +1990-05-17 +Peñas Blancas +REGION_02$/),
      '',
      '1 record',
      `signature valid (${REGISTRY_ID}, key key1, ed25519)`,
      '',
    ]);
    expect(sentCriteria()).toMatchObject({ query_type: 'idtype-value', query: { type: 'UIN', value: '1234567897' } });
    expect(registry.requests[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  it('takes every setting from options, with the token from the environment', async () => {
    const { code } = await dci(
      [
        ...['search', '--url', registry.baseUrl, '--registry', 'SOCIAL_REGISTRY', '--id', 'urn:gov:national-id:123'],
        ...['--sender-id', CLIENT_ID, '--key', 'client.pem', '--key-id', 'key1', '--token', 'env:MY_TOKEN'],
        ...['--receiver-id', REGISTRY_ID, '--server-key', 'server.pem'],
      ],
      { MY_TOKEN: TOKEN },
    );
    expect(code).toBe(0);
    expect(sentCriteria().query).toEqual({ type: 'urn:gov:national-id', value: '123' });
  });

  it('takes settings from the environment, and adds the base path to a bare address', async () => {
    const { code } = await dci(['search', '--registry', 'sr', '--id', 'UIN:1'], {
      DCI_URL: new URL(registry.baseUrl).origin,
      DCI_CLIENT_SENDER_ID: CLIENT_ID,
      DCI_CLIENT_KEY: 'client.pem',
      DCI_CLIENT_KEY_ID: 'key1',
      DCI_CLIENT_TOKEN: TOKEN,
    });
    expect(code).toBe(0);
    expect(registry.requests[0]?.path).toBe('/dci_api/v1/social/registry/sync/search');
  });

  it('prefers an option to the credentials', async () => {
    const { code, stderr } = await search(
      '--id',
      'UIN:1',
      '--url',
      'http://127.0.0.1:9/dci_api/v1',
      '--receiver-id',
      'x',
    );
    expect(code).toBe(2);
    expect(stderr).toContain('unreachable');
  });

  it('sends expressions, predicates, sort and page', async () => {
    await search('--expression', '{"seq":[]}', '--sort', 'birth_date:desc', '--sort', 'name.surname', '--page', '3');
    expect(sentCriteria()).toMatchObject({
      query: { seq: [] },
      sort: [
        { attribute_name: 'birth_date', sort_order: 'desc' },
        { attribute_name: 'name.surname', sort_order: 'asc' },
      ],
      pagination: { page_number: 3 },
    });
    await search('--expression', '@expression.json', '--page-size', '7', '--cursor', 'abc', '--record-type', 'Group');
    expect(sentCriteria()).toMatchObject({
      reg_record_type: 'Group',
      query: { value: { expression: { query: { sex: { $eq: 'female' } } } } },
      pagination: { page_size: 7, cursor: 'abc' },
    });
    await search('--predicate', 'person.age >= 18');
    expect(sentCriteria()).toMatchObject({
      query_type: 'expression',
      query: { value: { expression: { query: { age: { $gte: 18 } } } } },
    });
  });

  it('tells how to get the next page, and gets all with --all', async () => {
    const page = (number: number, members: JsonObject = {}): void =>
      registry.behave({
        change: (parts, request) => {
          const { pagination } = sentCriteria();
          const asked = (pagination as JsonObject | undefined)?.page_number ?? number;
          return inItem({
            data: { reg_record_type: 'Person', reg_records: [{ ...person, birth_date: `199${String(asked)}-01-01` }] },
            pagination: { page_size: 1, page_number: asked, total_count: 3, ...members },
          })(parts, request);
        },
      });
    page(1);
    const first = await search('--predicate', 'true');
    expect(first.stdout).toContain('\n1 to 1 of 3 records\n');
    expect(first.stdout).toContain('next page: the same with --page 2\n');
    page(1, { next_cursor: 'to-the-second' });
    expect((await search('--predicate', 'true')).stdout).toContain('next page: the same with --page 2\n');
    const byCursor = await search('--predicate', 'true', '--cursor', 'to-the-first');
    expect(byCursor.stdout).toContain('\n1 of 3 records\n');
    expect(byCursor.stdout).toContain('next page: the same with --cursor to-the-second\n');
    page(1);
    const all = await search('--predicate', 'true', '--all');
    expect(all.stdout).toMatch(/1991-01-01[\s\S]*1992-01-01[\s\S]*1993-01-01[\s\S]*\n3 records\n/);
    expect(all.stdout).not.toContain('next page');
  });

  it('prints the verified message with --json', async () => {
    const { code, stdout } = await search('--id', 'UIN:1', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      transaction_id: registry.requests[0]?.message.transaction_id,
      search_response: [{ status: 'succ', data: { reg_records: [person] } }],
    });
  });

  it('answers 1 when nothing is found', async () => {
    registry.behave({ change: inItem({ data: { reg_records: [] }, pagination: { total_count: 0 } }) });
    const { code, stdout } = await search('--id', 'UIN:0');
    expect(code).toBe(1);
    expect(stdout).toBe(`no record found\nsignature valid (${REGISTRY_ID}, key key1, ed25519)\n`);
  });

  it('answers 1 for a reply that cannot be trusted, and prints nothing of it', async () => {
    registry.behave({ rewrite: (text) => text.replace('1990-05-17', '1991-05-17') });
    const { code, stdout, stderr } = await search('--id', 'UIN:1');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'signature: The signature of the reply is not accepted: signature_mismatch. At signature. (err.signature.invalid)\n',
    );
    const json = await search('--id', 'UIN:1', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({
      error: {
        code: 'err.signature.invalid',
        message: 'The signature of the reply is not accepted: signature_mismatch.',
        path: 'signature',
        kind: 'signature',
        reason: 'signature_mismatch',
      },
    });
  });

  it('answers 1 for a refusal and shows the words of the registry, unable to steer the terminal', async () => {
    registry.behave({
      answer: (response) => {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ errors: [{ code: 'err.sender.unknown', message: 'Who?\u001b[2J' }] }));
      },
    });
    const { code, stdout, stderr } = await search('--id', 'UIN:1');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      'refused: The request was refused with HTTP status 401. (err.sender.unknown)\n' +
        'the registry says: err.sender.unknown: Who?\ufffd[2J\n',
    );
  });

  it('answers 1 for a rejected search', async () => {
    registry.behave({ change: inItem({ status: 'rjct', status_reason_code: 'rjct.filter.invalid', data: undefined }) });
    const { code, stderr } = await search('--predicate', 'nonsense');
    expect(code).toBe(1);
    expect(stderr).toContain('rejected');
    expect(stderr).toContain('rjct.filter.invalid');
  });

  it('answers 2 when no answer comes in time', async () => {
    registry.behave({ answer: () => undefined });
    const { code, stderr } = await search('--id', 'UIN:1', '--timeout', '0.2');
    expect(code).toBe(2);
    expect(stderr).toContain('timeout: The registry did not answer within 0.2 seconds.');
  });

  it.each<[string, readonly string[]]>([
    ['one of --id, --expression and --predicate', []],
    ['one of --id, --expression and --predicate', ['--id', 'UIN:1', '--predicate', 'true']],
    ['--id must be', ['--id', '123']],
    ['--id must be', ['--id', ':123']],
    ['--expression is not JSON', ['--expression', '{']],
    ['cannot be read', ['--expression', '@nothing.json']],
    ['--sort must be', ['--id', 'UIN:1', '--sort', 'birth_date:up']],
    ['--page must be', ['--id', 'UIN:1', '--page', '0']],
    ['--page-size must be', ['--id', 'UIN:1', '--page-size', 'ten']],
    ['either --page or --cursor', ['--id', 'UIN:1', '--page', '1', '--cursor', 'c']],
    ['either --all or --json', ['--id', 'UIN:1', '--all', '--json']],
    ['--registry must be one of social', ['--id', 'UIN:1', '--registry', 'unknown']],
    ['either --server-key or --jwks', ['--id', 'UIN:1', '--server-key', 'server.pem', '--jwks', 'http://127.0.0.1/']],
    ['receiverId', ['--id', 'UIN:1', '--server-key', 'server.pem']],
    ['timeoutSeconds', ['--id', 'UIN:1', '--timeout', 'long']],
    ['NOT_SET', ['--id', 'UIN:1', '--token', 'env:NOT_SET']],
    ['baseUrl', ['--id', 'UIN:1', '--url', 'registry']],
    ['err.key.invalid', ['--id', 'UIN:1', '--key', 'token']],
    ['credentials: url is missing', ['--id', 'UIN:1', '--credentials', 'expression.json']],
  ])('answers 2 for bad input: %s', async (text, argv) => {
    const { code, stdout, stderr } = await search(...argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(registry.requests).toEqual([]);
  });

  it('says what is missing', async () => {
    const { code, stderr } = await dci(['search', '--registry', 'social', '--id', 'UIN:1']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--(url|key) is missing \(or --credentials, or DCI_/);
  });

  it('explains itself', async () => {
    const { code, stdout } = await dci(['search', '--help']);
    expect(code).toBe(0);
    for (const word of ['--credentials', '--predicate', 'DCI_CLIENT_KEY', 'Examples:']) expect(stdout).toContain(word);
  });
});
