import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { ibr, type JsonObject, social } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { answersIn, callbacksOf, correlationOf, senderUri, silentEgress, storesOf } from '../async.fixtures.ts';
import { socialPersons } from '../records.fixtures.ts';
import { byId, grantAll, searchItem, searchMessage, startTestServer, type TestServer } from '../server.fixtures.ts';
import {
  boundary,
  digestOf,
  fileEnvelope,
  filesOf,
  formOf,
  sendForm,
  upload,
  type WrittenPart,
} from './uploads.fixtures.ts';

const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
const limits = {
  maxUploadBytes: 4_000,
  maxUploadItems: 20,
  maxUploadedMessageBytes: 3_000,
  maxUploadsAtOnce: 3,
};
let server: TestServer;
let url: string;
beforeAll(async () => {
  server = await startTestServer({
    registries: [
      { type: social, adapter },
      { type: ibr, adapter: memoryAdapter({ registryType: ibr, records: {} }) },
    ],
    host: { egressPort: silentEgress() },
    limits,
  });
  ({ url } = await server.host.listen());
});
afterAll(() => server[Symbol.asyncDispose]());

const csv = 'type,value\nUIN,UIN-1\n';
const action: WrittenPart = { name: 'action', content: 'search' };
const format: WrittenPart = { name: 'fileFormat', content: 'csv' };
const file: WrittenPart = { name: 'fileName', content: csv, filename: 'people.csv' };
const envelope = async (content: string | Uint8Array = csv, changes = {}): Promise<WrittenPart> => ({
  name: 'envelope',
  content: await fileEnvelope(server, content, changes),
});

const countOf = () => {
  const row = server.host.context.database.durable
    .prepare('SELECT count(*) AS count FROM dci_server_transaction')
    .get();
  return (row as { readonly count: number }).count;
};

describe('a form', () => {
  let transactions = 0;
  let files = 0;
  beforeEach(() => {
    transactions = countOf();
    files = filesOf(server).length;
  });

  /** Sends a form that must be refused and leave nothing. */
  async function refused(
    parts: readonly WrittenPart[] | Uint8Array<ArrayBuffer>,
    options: Parameters<typeof sendForm>[3] & { readonly path?: string } = {},
  ) {
    const { path, ...rest } = options;
    const reply = await sendForm(server, parts, path, rest);
    expect(countOf()).toBe(transactions);
    expect(filesOf(server)).toHaveLength(files);
    const [error] = reply.body.errors as readonly JsonObject[];
    return [reply.status, error?.code];
  }

  it('with a file that is a whole message is answered as that message', async () => {
    const message = searchMessage(searchItem(byId('UIN', 'UIN-2')));
    const text = await server.envelope({ message, header: { sender_uri: senderUri } });
    for (const parts of [
      [action, { name: 'fileName', content: text, filename: 'm.json' }],
      [{ name: 'fileName', content: text }, { name: 'fileFormat', content: 'JSON' }, action],
    ]) {
      const correlationId = correlationOf(await sendForm(server, parts));
      await server.host.runJobs();
      const [callback] = await callbacksOf(server, correlationId);
      expect(answersIn(callback?.content.message)).toHaveLength(1);
    }
    expect(countOf()).toBe(transactions + 1);
    expect(filesOf(server)).toHaveLength(files);
  });

  it('is taken on every path, with the action of the path', async () => {
    const cases: readonly [string, JsonObject, string][] = [
      [
        'unsubscribe',
        { transaction_id: 't', timestamp: '2026-04-22T10:30:00Z', subscription_codes: ['c'] },
        'unsubscribe',
      ],
      [
        'txn/status',
        {
          transaction_id: 't',
          txnstatus_request: { txn_type: 'search', attribute_type: 'transaction_id', attribute_value: 't' },
        },
        'txn-status',
      ],
    ];
    for (const [path, message, name] of cases) {
      const text = await server.envelope({ message, header: { action: name, sender_uri: senderUri } });
      const parts = [
        { name: 'action', content: name },
        { name: 'fileName', content: text },
      ];
      expect((await sendForm(server, parts, path)).status, path).toBe(202);
      transactions += 1;
      expect(await refused([{ name: 'action', content: 'search' }, parts[1] as WrittenPart], { path })).toEqual([
        400,
        'rjct.action.invalid',
      ]);
    }
    const text = await server.envelope({ message: searchMessage() });
    const sync = await sendForm(server, [action, { name: 'fileName', content: text }], 'sync/search');
    expect(sync.status, sync.text).toBe(200);
  });

  it('is taken by the special calls too', async () => {
    const send = (name: string) => {
      const parts = [
        { name: 'action', content: name },
        { name: 'fileName', content: '{}' },
      ];
      return refused(parts, { path: 'sync/enrollment/updates', slug: 'ibr' });
    };
    expect(await send('search')).toEqual([400, 'rjct.action.invalid']);
    expect(await send('enrollment-updates')).toEqual([400, 'err.request.bad']);
    const items = [{ name: 'action', content: 'enrolled' }, format, await envelope(), file];
    expect(await refused(items, { path: 'sync/enrolled', slug: 'ibr' })).toEqual([400, 'err.request.bad']);
  });

  it('whose token is bad is refused before it is read', async () => {
    expect(await refused(Uint8Array.of(1, 2, 3), { authorization: null })).toEqual([401, 'err.auth.missing_header']);
    expect(await refused([action, file], { authorization: 'Bearer nobody' })).toEqual([401, 'err.auth.invalid_token']);
  });

  it('with a file of items needs an envelope that is signed and comes first', async () => {
    expect(await refused([action, format, file])).toEqual([401, 'err.signature.missing']);
    expect(await refused([action, file, format])).toEqual([401, 'err.signature.missing']);
    expect(await refused([action, { name: 'fileName', content: '[{}]' }])).toEqual([401, 'err.signature.missing']);
    expect(await refused([action, format, file, await envelope()])).toEqual([401, 'err.signature.missing']);
    expect(await refused([action, { name: 'fileName', content: '{}' }, await envelope()])).toEqual([
      400,
      'err.request.bad',
    ]);
    const { signature: _, ...unsigned } = JSON.parse(await fileEnvelope(server, csv)) as JsonObject;
    expect(await refused([action, format, { name: 'envelope', content: JSON.stringify(unsigned) }, file])).toEqual([
      401,
      'err.signature.missing',
    ]);
  });

  it('of another sender, receiver or action is refused', async () => {
    const other = await server.addPeer({ senderId: `other-${transactions}.example.org`, policy: grantAll(social) });
    const foreign = { name: 'envelope', content: await fileEnvelope(server, csv, {}, other) };
    expect(await refused([action, format, foreign, file])).toEqual([403, 'err.auth.sender_mismatch']);
    const posing = { sender_id: other.senderId };
    expect(await refused([action, format, await envelope(csv, { header: posing }), file])).toEqual([
      403,
      'err.auth.sender_mismatch',
    ]);
    const elsewhere = await envelope(csv, { header: { receiver_id: 'elsewhere.example.org' } });
    expect(await refused([action, format, elsewhere, file])).toEqual([403, 'err.receiver_id.invalid']);
    const subscribe = await envelope(csv, { header: { action: 'subscribe' } });
    expect(await refused([action, format, subscribe, file])).toEqual([400, 'rjct.action.invalid']);
  });

  it('whose file is not the one that was signed is refused', async () => {
    for (const content of [`${csv}UIN,UIN-2\n`, csv.slice(0, -1), csv.replace('UIN-1', 'UIN-2')]) {
      const parts = [action, format, await envelope(), { ...file, content }];
      expect(await refused(parts)).toEqual([401, 'err.signature.invalid']);
    }
  });

  it.each<[string, JsonObject]>([
    ['no digest', { file_digest: '' }],
    ['another form of digest', { file_digest: digestOf('').slice(8) }],
    ['no transaction id', { transaction_id: '' }],
    ['criteria that differ from item to item', { search_criteria: { query: {} } }],
    ['criteria that are no object', { search_criteria: [] }],
  ])('whose message has %s is refused', async (_name, message) => {
    expect(await refused([action, format, await envelope(csv, { message }), file])).toEqual([400, 'err.request.bad']);
  });

  it('in another shape is refused', async () => {
    const good = await envelope();
    const bad = [400, 'err.request.bad'];
    expect(await refused([format, good, file])).toEqual(bad);
    expect(await refused([action, format, good])).toEqual(bad);
    expect(await refused([action, action, format, await envelope(), file])).toEqual(bad);
    expect(await refused([action, { name: 'other', content: '' }, file])).toEqual(bad);
    expect(await refused([action, { name: '', content: '' }, file])).toEqual(bad);
    expect(await refused([action, { name: 'fileFormat', content: 'xml' }, file])).toEqual(bad);
    expect(await refused([action, await envelope('[]'), { ...file, content: '[]' }, format])).toEqual(bad);
    expect(await refused([])).toEqual(bad);
    expect(await refused([action, format, await envelope(), file, file])).toEqual(bad);
    const five = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, content: '' }));
    expect(await refused(five)).toEqual(bad);
  });

  it('with files that hold nothing to answer is refused', async () => {
    for (const [content, kind] of [
      ['type,value\n', 'csv'],
      ['name\nx\n', 'csv'],
      ['[]', 'json'],
      ['[{}', 'json'],
    ] as const) {
      const parts = [action, { name: 'fileFormat', content: kind }, await envelope(content), { ...file, content }];
      expect(await refused(parts), content).toEqual([400, 'err.request.bad']);
    }
  });

  it('that is too large is refused with 413', async () => {
    const tooLarge = [413, 'err.request.bad'];
    const many = `type,value\n${'UIN,1\n'.repeat(21)}`;
    expect(await refused([action, format, await envelope(many), { ...file, content: many }])).toEqual(tooLarge);
    const long = `type,value\n${'U'.repeat(4_000)}`;
    expect(await refused([action, format, await envelope(long), { ...file, content: long }])).toEqual(tooLarge);
    expect(await refused([{ name: 'action', content: 's'.repeat(101) }])).toEqual(tooLarge);
    expect(await refused([action, { name: 'envelope', content: ' '.repeat(3_001) }])).toEqual(tooLarge);
    expect(await refused([action, { name: 'fileName', content: ' '.repeat(3_001) }])).toEqual(tooLarge);
    expect(await refused(Uint8Array.from(formOf([{ ...file, content: ' '.repeat(100_000) }])))).toEqual(tooLarge);
  });

  it('whose boundary is abused is refused', async () => {
    const whole = formOf([action, format, await envelope(), file]);
    const bad = [400, 'err.request.bad'];
    for (const cut of [1, 40, 200, whole.length - 60, whole.length - 30]) {
      expect(await refused(whole.slice(0, cut)), `cut at ${cut}`).toEqual(bad);
    }
    expect(await refused(whole, { contentType: 'multipart/form-data; boundary=another' })).toEqual(bad);
    expect(await refused(Uint8Array.from(Buffer.from('no form at all')))).toEqual(bad);
    const heavy = `--${boundary}\r\n${'x-header: y\r\n'.repeat(2_000)}\r\n\r\n--${boundary}--\r\n`;
    expect(await refused(Uint8Array.from(Buffer.from(heavy)))).toEqual(bad);
    for (const contentType of [
      'multipart/form-data',
      'multipart/form-data; boundary=',
      `multipart/form-data; boundary=${'x'.repeat(71)}`,
      'multipart/form-data; boundary=a; boundary=b',
      'multipart/mixed; boundary=a',
    ]) {
      expect((await refused(whole, { contentType }))[0], contentType).toBe(415);
    }
  });

  it('that breaks off over a connection leaves nothing', async () => {
    const whole = formOf([action, format, await envelope(), { ...file, content: csv.repeat(3) }]);
    const breakOff = () =>
      new Promise<void>((resolve) => {
        const broken = httpRequest(`${url}/dci_api/v1/social/registry/search`, {
          method: 'POST',
          headers: {
            'content-type': `multipart/form-data; boundary=${boundary}`,
            'content-length': whole.length,
            authorization: `Bearer ${server.peer.token}`,
          },
        });
        broken.on('error', () => {}).on('close', () => resolve());
        broken.write(whole.slice(0, -80), () => setImmediate(() => broken.destroy()));
      });
    // More than may be received at a time, so that one that was not noticed would be missed.
    for (let count = 0; count < 4; count += 1) await breakOff();
    const good = [action, format, await envelope(), file];
    await expect.poll(async () => (await sendForm(server, good)).status).toBe(202);
    transactions += 1;
    files += 1;
    await expect.poll(() => filesOf(server).length).toBe(files);
    expect(countOf()).toBe(transactions);
  });
});

describe('an accepted file', () => {
  it('sent again is acknowledged as before, and kept once', async () => {
    const parts = [action, format, await envelope(), file];
    const files = filesOf(server).length;
    const replies = await Promise.all([sendForm(server, parts), sendForm(server, parts)]);
    replies.push(await sendForm(server, parts));
    expect(new Set(replies.map(correlationOf)).size).toBe(1);
    expect(filesOf(server)).toHaveLength(files + 1);
    const other = await sendForm(server, [
      action,
      format,
      {
        name: 'envelope',
        content: await fileEnvelope(server, csv, {
          header: {
            message_id: (JSON.parse(String(parts[2]?.content)) as { header: { message_id: string } }).header.message_id,
          },
          message: { transaction_id: 'another' },
        }),
      },
      file,
    ]);
    expect(other.status).toBe(409);
    expect(filesOf(server)).toHaveLength(files + 1);
  });

  it('over a connection, in small pieces, is accepted', async () => {
    const whole = formOf([action, format, await envelope(), file]);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const slow = httpRequest(`${url}/dci_api/v1/social/registry/search`, {
        method: 'POST',
        headers: {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          authorization: `Bearer ${server.peer.token}`,
        },
      });
      slow.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject);
      for (let at = 0; at < whole.length; at += 100) slow.write(whole.slice(at, at + 100));
      slow.end();
    });
    expect(status).toBe(202);
  });

  it('costs what its rows cost', async () => {
    const poor = await server.addPeer({
      senderId: 'poor.example.org',
      policy: { ...grantAll(social), quota: { perMinute: 13, perDay: 1_000 } },
    });
    const rows = `type,value\n${'UIN,1\n'.repeat(10)}`;
    const send = async () =>
      server.send(
        formOf([
          action,
          format,
          { name: 'envelope', content: await fileEnvelope(server, rows, {}, poor) },
          { ...file, content: rows },
        ]),
        { path: '/dci_api/v1/social/registry/search', contentType: `multipart/form-data; boundary=${boundary}` },
        poor,
      );
    expect((await send()).status).toBe(202);
    const files = filesOf(server).length;
    const refusal = await send();
    expect([refusal.status, refusal.headers.has('retry-after')]).toEqual([429, true]);
    expect(filesOf(server)).toHaveLength(files);
  });

  it('is deleted with the content of its request, and orphans when a host starts', async () => {
    const correlationId = correlationOf(await upload(server, csv));
    await server.host.runJobs();
    const { createSqliteUploadStore } = await import('../stores/sqlite/upload-store.ts');
    const { database, sealer, random, config } = server.host.context;
    const directory = join(config.dataDirectory, 'uploads');
    const uploads = createSqliteUploadStore({ database, sealer, random, directory });
    expect(await uploads.find(correlationId)).toMatchObject({ bytes: csv.length });
    expect(await uploads.purge()).toBe(0);
    const orphan = await uploads.create();
    await orphan.write(Buffer.from('x'));
    const before = readdirSync(directory).length;
    expect(await uploads.removeOrphans()).toBe(1);
    expect(readdirSync(directory)).toHaveLength(before - 1);
    const { transactions } = storesOf(server);
    await transactions.purge({ contentBefore: Number.MAX_SAFE_INTEGER, rowsBefore: 0 });
    expect(await uploads.purge()).toBeGreaterThan(0);
    expect(await uploads.find(correlationId)).toBeUndefined();
  });
});
