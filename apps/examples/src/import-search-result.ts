// Imports the result of a search into tables of one's own: first a dry run that shows what would change, then for real.
//   node apps/examples/src/import-search-result.ts [file.sqlite]      exit code 0: imported; 1: a record needs a look
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import type { DciClient, SearchCriteria } from 'dci-client';
import { defineImport, type ImportTarget, importRecords, sqliteImportTarget } from 'dci-client/import';
import { asDate, asText, defineMapping } from 'dci-core';
import { demoClient, print, runExample } from './demo-client.ts';

const tables = `CREATE TABLE IF NOT EXISTS registrant (id INTEGER PRIMARY KEY, surname TEXT, birth_date TEXT);
  CREATE TABLE IF NOT EXISTS registrant_identifier (id INTEGER PRIMARY KEY, registrant_id INTEGER, type TEXT, value TEXT)`;

/** Left: where it stands in a record of any registry. Right: your columns. */
const mapping = defineMapping({
  recordType: 'Person',
  root: { table: 'registrant' },
  relations: { identifiers: { table: 'registrant_identifier', kind: 'many', foreignKey: 'registrant_id' } },
  fields: [
    { kind: 'column', path: 'name.surname', column: 'surname' },
    { kind: 'column', path: 'birth_date', column: 'birth_date', conversion: asDate() },
    {
      kind: 'list',
      path: 'identifier',
      relation: 'identifiers',
      fields: [
        { kind: 'column', path: 'identifier_type', column: 'type', conversion: asText() },
        { kind: 'column', path: 'identifier_value', column: 'value' },
      ],
    },
  ],
});
/** A registrant is the same as a stored one when it shares an identifier with it. */
const definition = defineImport({ mapping, match: [{ relation: 'identifiers', columns: ['type', 'value'] }] });

/** Imports the result of a search, unless the dry run shows that a record needs a look. */
export async function importSearch(client: Pick<DciClient, 'records'>, target: ImportTarget, criteria: SearchCriteria) {
  const foreseen = await importRecords(client.records(criteria), { definition, target, dryRun: true });
  if (foreseen.ambiguous + foreseen.unidentified + foreseen.failed > 0) return { foreseen };
  return { foreseen, done: await importRecords(client.records(criteria), { definition, target }) };
}

if (import.meta.main) {
  await runExample(async () => {
    const database = new DatabaseSync(process.argv[2] ?? 'registrants.sqlite');
    database.exec(tables);
    // With better-sqlite3, `sqliteImportTarget(database)` is all; PostgreSQL has `postgresImportTarget(pool)`.
    const target = sqliteImportTarget({
      prepare: (text) => Object.assign(database.prepare(text), { reader: database.prepare(text).columns().length > 0 }),
    });
    const query = 'person.age >= 65';
    const criteria = { queryType: 'predicate', query, recordType: 'Person', page: { size: 200 } } as const;
    const client = await demoClient({ at: 'demo', registry: 'social', code: 'social_main' });
    const { foreseen, done } = await importSearch(client, target, criteria);
    for (const { dryRun, created, updated, unchanged } of [foreseen, ...(done === undefined ? [] : [done])]) {
      print(`${dryRun ? 'dry run ' : 'imported'}: ${created} created, ${updated} updated, ${unchanged} unchanged`);
    }
    return done === undefined ? 1 : 0;
  });
}
