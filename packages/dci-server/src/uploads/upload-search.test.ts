import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue, social } from 'dci-core';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { answersIn, callbacksOf, correlationOf, request, silentEgress, storesOf } from '../async.fixtures.ts';
import { socialPersons } from '../records.fixtures.ts';
import {
  byExpression,
  byId,
  grantAll,
  recordsOf,
  searchItem,
  startTestServer,
  type TestServer,
} from '../server.fixtures.ts';
import { standardFile } from '../standard/standard-file.fixtures.ts';
import { fileEnvelope, filesOf, sendForm, upload } from './uploads.fixtures.ts';

const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
let server: TestServer;
afterEach(() => server[Symbol.asyncDispose]());

const start = (limits = {}) =>
  startTestServer({ registries: [{ type: social, adapter }], host: { egressPort: silentEgress() }, limits });

describe('a CSV file of identifiers', () => {
  it('is answered row by row', async () => {
    server = await start();
    const file = [
      '\ufeffidentifier_type,identifier_value,reference_id',
      'UIN,UIN-1,a',
      '"UIN","UIN-2",',
      'UIN,"UIN-""3",c',
      'uin,UIN-3,d',
      '',
      'UIN,,e',
      'PASSPORT,X-1,f',
      'UIN,UIN-1,g',
      'UIN,UIN-1,g',
      'only one',
    ].join('\r\n');
    const correlationId = correlationOf(await upload(server, file));
    expect(filesOf(server)).toHaveLength(1);
    expect(readFileSync(join(server.host.dataDirectory, 'uploads', filesOf(server)[0] ?? '')).includes('UIN-1')).toBe(
      false,
    );
    await server.host.runJobs();
    const [callback, ...others] = await callbacksOf(server, correlationId);
    expect(others).toEqual([]);
    expect(callback?.content.header).toMatchObject({ status: 'succ', total_count: 9, completed_count: 9 });
    const answers = answersIn(callback?.content.message);
    const found = answers.map((answer) => [
      answer.reference_id,
      answer.status === 'rjct' ? answer.status_reason_code : recordsOf(answer),
    ]);
    expect(found).toEqual([
      ['a', [socialPersons[0]]],
      ['row-2', [socialPersons[1]]],
      ['c', []],
      ['d', [socialPersons[2]]],
      ['e', 'rjct.search_criteria.invalid'],
      ['f', []],
      ['g', [socialPersons[0]]],
      ['g', 'rjct.reference_id.duplicate'],
      ['row-9', 'rjct.search_criteria.invalid'],
    ]);
    expect(await storesOf(server).transactions.find(correlationId)).toMatchObject({
      state: 'succ',
      completedCount: 9,
      rejectedCount: 3,
    });
  });
});

/** What the callbacks of a transaction say of each item, in order. */
async function answersOf(correlationId: string): Promise<readonly JsonObject[]> {
  return (await callbacksOf(server, correlationId)).flatMap(({ content }) => answersIn(content.message));
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, index) => {
    if (index % 50 === 7) return '"UIN,broken';
    if (index % 50 === 8) return 'UIN';
    if (index % 50 === 9) return 'SECRET,1';
    return index % 3 === 0 ? `UIN,"UIN-${(index % 5) + 1}"` : `UIN,UIN-${(index % 5) + 1}`;
  });

describe('a file of 5,000 rows', () => {
  const file = `type,value\n${rows(5_000).join('\n')}\n`;

  it('is answered in several callbacks, and its progress can be asked for', async () => {
    server = await start();
    const correlationId = correlationOf(await upload(server, file));
    const status = async () => {
      const message = {
        transaction_id: 'asks',
        txnstatus_request: { attribute_type: 'correlation_id', attribute_value: correlationId, txn_type: 'search' },
      };
      const reply = await request(server, 'txn-status', message, { sync: true });
      const { header } = reply.body;
      return isJsonObject(header) ? [header.status, header.total_count, header.completed_count] : reply.text;
    };
    expect(await status()).toEqual(['rcvd', 5_000, 0]);
    const { database } = server.host.context;
    const seen: unknown[] = [];
    const commit = database.commit.bind(database);
    Object.defineProperty(database, 'commit', {
      value: async (work: () => unknown) => {
        const result = await commit(work);
        const found = await storesOf(server).transactions.find(correlationId);
        const at = [found?.state, found?.completedCount];
        if (seen.at(-1)?.toString() !== at.toString()) seen.push(at);
        if (found?.completedCount === 2_000 && seen.length === 2) seen.push(await status());
        return result;
      },
    });
    await server.host.runJobs();
    expect(seen).toContainEqual(['pdng', 3_000]);
    const callbacks = await callbacksOf(server, correlationId);
    expect(callbacks.map(({ content: { header } }) => [header.status, header.completed_count])).toEqual([
      ['pdng', 1_000],
      ['pdng', 2_000],
      ['pdng', 3_000],
      ['pdng', 4_000],
      ['succ', 5_000],
    ]);
    const answers = await answersOf(correlationId);
    expect(answers.map(({ reference_id }) => reference_id)).toEqual(answers.map((_, index) => `row-${index + 1}`));
    for (const [index, answer] of answers.entries()) {
      const place = index % 50;
      if (place === 7 || place === 8) expect(answer.status_reason_code).toBe('rjct.search_criteria.invalid');
      else expect(recordsOf(answer)).toEqual(place === 9 ? [] : [socialPersons[index % 5]].filter(Boolean));
    }
    const standard = standardFile('social');
    for (const { content } of callbacks) {
      expect(standard.requestFaults('/registry/on-search', { signature: 's', ...content })).toEqual([]);
    }
    const disclosures = callbacks.flatMap(({ content }) => content.disclosures ?? []);
    expect(disclosures.some(({ queryShape }) => queryShape?.startsWith('identifier UIN in 9') === true)).toBe(true);
    expect(disclosures.length).toBeLessThan(20);
  });

  it('goes on behind its last callback in a process that dies at a commit', async () => {
    server = await start({ maxUploadBatch: 2_000 });
    const correlationId = correlationOf(await upload(server, file));
    const { database } = server.host.context;
    const real = database.commit.bind(database);
    let commits = 0;
    Object.defineProperty(database, 'commit', {
      value: async (work: () => unknown) => {
        commits += 1;
        if (commits === 2) throw new Error('the process died before the commit');
        const result = await real(work);
        if (commits === 4) throw new Error('the process died behind the commit');
        return result;
      },
    });
    for (let round = 0; round < 20; round += 1) {
      await server.host.runJobs();
      server.clock.advance(360_000);
    }
    const answers = await answersOf(correlationId);
    expect(answers.map(({ reference_id }) => reference_id)).toEqual(rows(5_000).map((_, index) => `row-${index + 1}`));
    expect(await storesOf(server).transactions.find(correlationId)).toMatchObject({
      state: 'succ',
      completedCount: 5_000,
    });
  });
});

const namesOf = (record: JsonObject) =>
  Object.keys(record)
    .filter((name) => !name.startsWith('@'))
    .sort();

describe('a stored callback', () => {
  it('is made again under the access of now', async () => {
    server = await start({ maxUploadBatch: 3 });
    const file = `type,value\n${['1', '2', '3', '4', '5'].map((number) => `UIN,UIN-${number}\n`).join('')}`;
    const correlationId = correlationOf(await upload(server, file));
    await server.host.runJobs();
    const before = await answersOf(correlationId);
    await server.senders.setPolicy(server.peer.senderId, {
      registries: { social: { actions: ['search'], recordTypes: { Person: { fields: ['identifier', 'sex'] } } } },
    });
    const message: JsonObject = {
      transaction_id: 'asks',
      txnstatus_request: { attribute_type: 'correlation_id', attribute_value: correlationId, txn_type: 'search' },
    };
    const reply = await request(server, 'txn-status', message, { sync: true });
    const statuses: JsonObject[] = [];
    const collect = (value: JsonValue | undefined): void => {
      if (Array.isArray(value)) for (const element of value as readonly JsonValue[]) collect(element);
      else if (isJsonObject(value)) {
        if (value.reference_id !== undefined && value.data !== undefined) statuses.push(value);
        for (const member of Object.values(value)) collect(member);
      }
    };
    collect(reply.body);
    expect(statuses.map(({ reference_id }) => reference_id)).toEqual(before.map(({ reference_id }) => reference_id));
    for (const status of statuses) {
      for (const record of recordsOf(status)) expect(namesOf(record)).toEqual(['identifier', 'sex']);
    }
    expect(before.flatMap(recordsOf).some((record) => namesOf(record).length > 2)).toBe(true);
  });
});

describe('a JSON file of searches', () => {
  const searches = [
    searchItem(byId('UIN', 'UIN-1'), { reference_id: 'a' }),
    searchItem(byExpression(['sex', '=', '1']), { reference_id: 'b' }),
    { reference_id: 'c' },
    searchItem(byId('UIN', 'nobody'), { reference_id: 'e' }),
    searchItem(byId('UIN', 'UIN-3'), { reference_id: 'd' }),
  ];
  it.each([
    ['list', JSON.stringify(searches, null, 2)],
    ['lines', `${searches.map((search) => JSON.stringify(search)).join('\n')}\n\n`],
  ])('as a %s is answered like a message', async (_name, file) => {
    server = await start({ maxItems: 2, maxPageSize: 1 });
    const correlationId = correlationOf(
      await upload(server, file, 'json', { criteria: { reg_record_type: 'Person' }, header: { total_count: 5 } }),
    );
    await server.host.runJobs();
    const callbacks = await callbacksOf(server, correlationId);
    const answers = await answersOf(correlationId);
    const males = socialPersons.filter(({ sex }) => sex === '1');
    expect(males.length).toBeGreaterThan(1);
    expect(answers.flatMap((answer) => (answer.status === 'succ' ? recordsOf(answer) : []))).toEqual([
      socialPersons[0],
      ...males,
      socialPersons[2],
    ]);
    expect(answers.map(({ reference_id }) => reference_id)).toEqual(['a', ...males.map(() => 'b'), 'c', 'e', 'd']);
    expect(answers.filter(({ status }) => status === 'rjct').length).toBeGreaterThanOrEqual(1);
    expect(callbacks.at(-1)?.content.header).toMatchObject({ status: 'succ', total_count: 5, completed_count: 5 });
    await server.senders.setPolicy(server.peer.senderId, grantAll(social));
  });

  it('that breaks the rules of a message as a whole is refused in one callback', async () => {
    server = await start();
    const file = JSON.stringify(searches);
    const correlationId = correlationOf(await upload(server, file, 'json', { header: { total_count: 4 } }));
    await server.host.runJobs();
    const [callback, ...others] = await callbacksOf(server, correlationId);
    expect(others).toEqual([]);
    expect(callback?.content.header).toMatchObject({ status: 'rjct', status_reason_code: 'rjct.total_count.invalid' });
  });
});

describe('rows that find much', () => {
  it('wait for the next callback, or are rejected alone', async () => {
    server = await start({ maxRecords: 2 });
    const file = 'type,value\nUIN,UIN-1\nUIN,UIN-2\nUIN,UIN-3\nUIN,UIN-4\nUIN,UIN-5\n';
    const correlationId = correlationOf(await upload(server, file));
    await server.host.runJobs();
    const callbacks = await callbacksOf(server, correlationId);
    expect(callbacks.length).toBeGreaterThan(1);
    for (const { content } of callbacks) expect(answersIn(content.message).flatMap(recordsOf).length).toBeLessThan(3);
    expect(await answersOf(correlationId)).toHaveLength(5);
  });

  it('that do not fit into any callback are rejected', async () => {
    server = await start({ maxReplyBytes: 10 });
    const correlationId = correlationOf(await upload(server, 'type,value\nUIN,UIN-1\nUIN,nobody\n'));
    await server.host.runJobs();
    expect((await answersOf(correlationId)).map(({ status }) => status)).toEqual(['rjct', 'succ']);
  });
});

describe('what a sender may see', () => {
  const rowsOf = (...numbers: readonly string[]) => `type,value\n${numbers.map((one) => `UIN,UIN-${one}\n`).join('')}`;
  const policy = (more: JsonObject, person: JsonObject = {}) => ({
    registries: { social: { actions: ['search'], recordTypes: { Person: { fields: ['**'], ...person } }, ...more } },
  });

  it('is the same in a file: hidden records are not there, identifiers that may not be read cannot be asked for', async () => {
    server = await start();
    await server.senders.setPolicy(server.peer.senderId, policy({}, { visible: 'sex == "1"' }) as never);
    const hidden = correlationOf(await upload(server, rowsOf('1', '2', '9')));
    await server.host.runJobs();
    expect((await answersOf(hidden)).map((answer) => [answer.status, recordsOf(answer).length])).toEqual([
      ['succ', 0],
      ['succ', 1],
      ['succ', 0],
    ]);
    await server.senders.setPolicy(server.peer.senderId, policy({}, { fields: ['sex'] }) as never);
    const unreadable = correlationOf(await upload(server, rowsOf('1', '9')));
    await server.host.runJobs();
    expect((await answersOf(unreadable)).map(({ status_reason_code: code }) => code)).toEqual([
      'rjct.filter.invalid',
      'rjct.filter.invalid',
    ]);
  });

  it('depends on consent for the purpose of the file, also when the callback is made again', async () => {
    const consenting = memoryAdapter({ registryType: social, records: { Person: socialPersons } });
    server = await startTestServer({
      registries: [{ type: social, adapter: consenting }],
      host: { egressPort: silentEgress() },
    });
    await server.senders.setPolicy(
      server.peer.senderId,
      policy({ consent: 'required', purposes: ['eligibility', 'audit'] }) as never,
    );
    const person = { identifierType: 'UIN', value: 'UIN-1' };
    const consent = { recipient: server.peer.senderId, purpose: 'eligibility' };
    await consenting.grantConsent('Person', person, consent);
    const found = async (purpose: string) => {
      const criteria = { authorize: { purpose } };
      const correlationId = correlationOf(await upload(server, rowsOf('1', '2'), 'csv', { criteria }));
      await server.host.runJobs();
      return (await answersOf(correlationId)).map((answer) =>
        answer.status === 'rjct' ? answer.status_reason_code : recordsOf(answer).length,
      );
    };
    expect(await found('eligibility')).toEqual([1, 0]);
    expect(await found('audit')).toEqual([0, 0]);
    expect(await found('curiosity')).toEqual(['rjct.search_criteria.invalid', 'rjct.search_criteria.invalid']);
  });

  it('an unsigned file is taken only where development allows it, and its digest counts all the same', async () => {
    server = await startTestServer({
      registries: [{ type: social, adapter }],
      host: { egressPort: silentEgress(), development: { allowUnsignedRequests: true } },
    });
    const file = rowsOf('1');
    const unsigned = async (content: string) => {
      const { signature: _, ...envelope } = JSON.parse(await fileEnvelope(server, file)) as JsonObject;
      return sendForm(server, [
        { name: 'action', content: 'search' },
        { name: 'fileFormat', content: 'csv' },
        { name: 'envelope', content: JSON.stringify(envelope) },
        { name: 'fileName', content },
      ]);
    };
    expect((await unsigned(file)).status).toBe(202);
    expect((await unsigned(rowsOf('2'))).status).toBe(401);
  });
});
