import { DciError } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json/value.ts';
import { type AttributeScope, findAttribute } from './attribute-lookup.ts';
import type { SortKey } from './filter.ts';

const maxSortKeys = 8;

/**
 * Binds the `sort` of a search to a record type: a list of `{attribute_name, sort_order}`, also a single
 * one, also under OpenSPP's spelling `attribute` and `order`; `asc` when no order is given. Sorting by an
 * age attribute is sorting by the birth date, the other way round; a constant attribute orders nothing.
 *
 * @param sort - `search_criteria.sort`, or `undefined`
 * @param scope - the record type and what the sender may read
 * @returns the sort keys, possibly none
 * @throws DciError `rjct.sort.invalid`; the same for an unknown attribute, one that may not be read, and
 *   one with several values per record
 */
export function bindSort(sort: JsonValue | undefined, scope: AttributeScope): readonly SortKey[] {
  if (sort === undefined || sort === null) return [];
  const items: readonly JsonValue[] = Array.isArray(sort) ? sort : [sort];
  if (items.length > maxSortKeys) throw invalidSort(`At most ${maxSortKeys} attributes can be sorted by.`);
  const keys: SortKey[] = [];
  const used = new Set<string>();
  for (const item of items) {
    const { name, order } = readSortItem(item);
    const found = findAttribute(name, scope);
    if (found === undefined) throw unusableSort();
    const { ageFrom } = found.definition;
    const attribute = ageFrom ?? found.name;
    if (scope.recordType.attributes[attribute]?.many === true) throw unusableSort();
    if (used.has(attribute)) throw invalidSort('The sort list names an attribute twice.');
    used.add(attribute);
    if (found.definition.constant !== undefined) continue;
    keys.push({ attribute, order: ageFrom === undefined ? order : order === 'asc' ? 'desc' : 'asc' });
  }
  return keys;
}

function readSortItem(item: JsonValue): { readonly name: string; readonly order: 'asc' | 'desc' } {
  if (!isJsonObject(item)) throw invalidSort('A sort item is not an object.');
  const name = item.attribute_name ?? item.attribute;
  const order = item.sort_order ?? item.order ?? 'asc';
  if (typeof name !== 'string') throw unusableSort();
  const folded = typeof order === 'string' ? order.toLowerCase() : undefined;
  if (folded !== 'asc' && folded !== 'desc') throw invalidSort('A sort order is neither "asc" nor "desc".');
  return { name, order: folded };
}

function unusableSort(): DciError {
  return invalidSort('The sort list names an attribute that cannot be sorted by here.');
}

function invalidSort(message: string): DciError {
  return new DciError('rjct.sort.invalid', message, { path: 'sort' });
}
