import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttributeTable, Filter, JsonObject, RecordType, RegistryType } from 'dci-core';
import { afterAll } from 'vitest';
import type { RegistryAdapter } from '../adapter.ts';

/**
 * Makes a directory that is removed after the tests of the file.
 *
 * @returns a function that gives the path of a new file in it each time
 */
export function temporaryFiles(): () => string {
  const directory = mkdtempSync(join(tmpdir(), 'dci-record-store-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  let count = 0;
  return () => {
    count += 1;
    return join(directory, `${count}.db`);
  };
}

/** Attributes of the test registry, one of each kind that matters to the store. */
export const personAttributes: AttributeTable = {
  surname: { type: 'string', path: 'name.surname' },
  sex: { type: 'code', path: 'sex' },
  birth_date: { type: 'date', path: 'birth_date' },
  score: { type: 'decimal', path: 'score' },
  phone: { type: 'string', path: 'phone', many: true },
  weight: { type: 'decimal', path: 'weight', many: true },
};

/**
 * A registry type with one record type, `Person`.
 *
 * @param attributes - its attribute table
 * @param name - name of the registry type
 * @returns the registry type
 */
export function personRegistry(attributes: AttributeTable = personAttributes, name = 'test'): RegistryType {
  const person: RecordType = {
    name: 'Person',
    aliases: [],
    context: 'https://example.org/test.jsonld',
    jsonLdType: 'Person',
    identifierPaths: ['identifier', 'related.identifier'],
    attributes,
    read: (value) => ({ record: value as JsonObject, warnings: [] }),
  };
  return {
    name,
    code: `ns:org:RegistryType:${name}`,
    codeAliases: [],
    slugs: [name],
    recordTypes: [person],
    identifierTypes: [
      { code: 'UIN', aliases: [] },
      { code: 'HOUSEHOLD', aliases: [] },
    ],
    eventTypes: [],
    operations: [],
  };
}

/**
 * A record with a UIN.
 *
 * @param uin - the identifier
 * @param members - its other members
 * @returns the record
 */
export function person(uin: string, members: JsonObject = {}): JsonObject {
  return { identifier: [{ identifier_type: 'UIN', identifier_value: uin }], ...members };
}

/** Every record. */
export const everything: Filter = { kind: 'constant', value: true };

/**
 * Searches without sort.
 *
 * @param adapter - the adapter
 * @param filter - the filter; absent: every record
 * @returns the UINs of the persons found, in their order
 */
export async function uinsFound(adapter: RegistryAdapter, filter: Filter = everything): Promise<readonly unknown[]> {
  const page = { size: 1000, number: 1 };
  const { records } = await adapter.search({ recordType: 'Person', filter, sort: [], page });
  return records.map(({ identifier }) => (identifier as JsonObject[])[0]?.identifier_value);
}
