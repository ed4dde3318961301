import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { social } from 'dci-core';
import { afterEach, describe, expect, it } from 'vitest';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { answersIn, callbacksOf, correlationOf, silentEgress, storesOf } from '../async.fixtures.ts';
import { socialPersons } from '../records.fixtures.ts';
import { recordsOf, startTestServer, type TestServer } from '../server.fixtures.ts';
import { filesOf, upload } from './uploads.fixtures.ts';

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
