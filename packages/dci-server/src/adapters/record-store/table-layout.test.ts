import type { AttributeTable } from 'dci-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { person, personRegistry } from './record-store.fixtures.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';
import { tableLayout } from './table-layout.ts';

const anyName = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('select', 'a.b', 'a_b', 'A_B', '_a', 'a_', 'a__b', '"', "'; --", 'key', 'side_rows', 'größe', '名'),
);

function namesOf(registry: string, recordType: string, attributes: AttributeTable): readonly string[] {
  const registryType = personRegistry(attributes, registry);
  const [first] = registryType.recordTypes;
  if (first === undefined) throw new Error('there is one');
  const layout = tableLayout(registryType, { ...first, name: recordType });
  const columns = [...layout.attributes.values()].flatMap((stored) =>
    stored.kind === 'column' ? [stored.column, ...(stored.folded === undefined ? [] : [stored.folded])] : [],
  );
  return [layout.documentTable, layout.recordTable, layout.valueTable, layout.identifierTable, ...columns];
}

describe('tableLayout', () => {
  it('makes names that are safe in SQL text and distinct', () => {
    fc.assert(
      fc.property(anyName, anyName, fc.uniqueArray(anyName, { maxLength: 8 }), (registry, recordType, attributes) => {
        const table: AttributeTable = Object.fromEntries(
          attributes.map((name) => [name, { type: 'string', path: 'x' }]),
        );
        const names = namesOf(registry, recordType, table);
        for (const name of names) expect(name).toMatch(/^[a-z0-9_]+$/);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('gives different record types different tables', () => {
    const name = anyName.map((text) => text.toLowerCase());
    const pair = fc.tuple(name, name);
    fc.assert(
      fc.property(pair, pair, (one, other) => {
        fc.pre(one[0] !== other[0] || one[1] !== other[1]);
        const taken = new Set(namesOf(...one, {}));
        expect(namesOf(...other, {}).filter((table) => taken.has(table))).toEqual([]);
      }),
    );
  });

  it('works in SQLite whatever the names are', async () => {
    const attribute = anyName.filter((name) => name !== '__proto__');
    await fc.assert(
      fc.asyncProperty(anyName, fc.uniqueArray(attribute, { minLength: 1, maxLength: 5 }), async (registry, names) => {
        const attributes: AttributeTable = Object.fromEntries(
          names.map((name, index) => [name, { type: 'string', path: `p${index}` }]),
        );
        const store = recordStoreAdapter({ registryType: personRegistry(attributes, registry), file: ':memory:' });
        await store.put('Person', person('1', Object.fromEntries(names.map((name, index) => [`p${index}`, name]))));
        for (const name of names) {
          const filter = { kind: 'exists', attribute: name } as const;
          const found = name.normalize('NFC') === '' ? 0 : 1;
          expect(await store.count({ recordType: 'Person', filter })).toBe(found);
        }
        await store.close();
      }),
      { numRuns: 50 },
    );
  });
});
