import type { JsonObject } from 'dci-core';
import { expect, test } from 'vitest';
import type { NotifiedEvent } from '../../callbacks/notifications.ts';
import { importHandler } from '../import-handler.ts';
import { openSqlite, person, personImport } from './import.fixtures.ts';

const evidence = { verified: true, senderId: 'registry', header: {}, message: {} };
const event = (eventType: string, records: readonly JsonObject[], recordType = 'Person'): NotifiedEvent => ({
  source: 'social',
  id: '1',
  eventType,
  recordType,
  records,
  warnings: [],
  evidence,
});
const context = { signal: new AbortController().signal, attempt: 1 };

test('a handler imports the records of events and of searches, however often it is called', async () => {
  const database = await openSqlite();
  const { onEvent, onSearchResult } = importHandler({
    name: 'import',
    definition: personImport,
    target: database.target,
  });
  await onEvent?.(event('REGISTER', [person('1')]), context);
  await onEvent?.(event('REGISTER', [person('1')]), context);
  await onEvent?.(event('DELETE', [person('2')]), context);
  await onEvent?.(event('REGISTER', [person('3')], 'Group'), context);
  const page = {
    status: 'succ',
    referenceId: 'r',
    recordType: 'Person',
    records: [person('4')],
    warnings: [],
  } as const;
  await onSearchResult?.(
    { source: 'social', transactionId: 't', evidence, outcomes: [page, { status: 'rjct', referenceId: 's' }] },
    context,
  );
  expect(await database.query('SELECT value FROM registrant_identifier ORDER BY value')).toEqual([
    { value: '1' },
    { value: '4' },
  ]);
  await database.close();
});

test('a handler whose database refuses a record is called again', async () => {
  const database = await openSqlite();
  const { onEvent } = importHandler({ name: 'import', definition: personImport, target: database.target });
  const twice = [1, 1].map(() => ({ identifier_type: 'UIN', identifier_value: 'secret-5' }));
  const failing = onEvent?.(event('REGISTER', [person('5', { identifier: twice })]), context);
  await expect(failing).rejects.toMatchObject({
    code: 'err.state.conflict',
    message: expect.not.stringContaining('secret'),
  });
  await database.close();
});
