import { DciError } from '../errors.ts';
import type { Shape } from '../records/shape.ts';
import type { AttributeDefinition, AttributeTable, AttributeType } from './registry-type.ts';

/** What an attribute table says about a member of a record beside what follows from the record's shape. */
export interface MemberAttribute {
  readonly aliases?: readonly string[];
  readonly sensitive?: boolean;
}

/** Attribute name → a member of the record of that path, or an attribute that is written out in full. */
export type AttributeEntries = Readonly<Record<string, MemberAttribute | AttributeDefinition>>;

/**
 * Makes an attribute table from paths of a record: type, code list and `many` follow from the shape, so that table and
 * records cannot drift apart (protocol.md section 7: the attributes are the records' own paths).
 *
 * @param shape - the record
 * @param entries - attributes; a name without `type` is a path in the record
 * @returns the table
 * @throws DciError `err.configuration.invalid` when the record has no such path
 */
export function attributesOf(shape: Shape, entries: AttributeEntries): AttributeTable {
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [
      name,
      'type' in entry ? entry : { ...sourceOf(shape, name), ...entry },
    ]),
  );
}

/**
 * Makes the attributes of a nested object into attributes of the record around it.
 *
 * @param path - where the nested object stands
 * @param table - the nested object's attributes; constants are left out
 * @param options - `many`: the object stands in a list; `shortNames`: the nested names stay as aliases
 * @returns the table, names and paths behind `path`
 */
export function nestAttributes(
  path: string,
  table: AttributeTable,
  options: { readonly many?: boolean; readonly shortNames?: boolean } = {},
): AttributeTable {
  const { many = false, shortNames = false } = options;
  return Object.fromEntries(
    Object.entries(table)
      .filter(([, { constant }]) => constant === undefined)
      .map(([name, { aliases, path: inner, ageFrom, ...definition }]): [string, AttributeDefinition] => [
        `${path}.${name}`,
        {
          ...definition,
          ...(inner !== undefined && {
            path: typeof inner === 'string' ? `${path}.${inner}` : inner.map((part) => `${path}.${part}`),
          }),
          ...(ageFrom !== undefined && { ageFrom: `${path}.${ageFrom}` }),
          ...(many && { many }),
          ...(shortNames && { aliases: [name, ...(aliases ?? [])] }),
        },
      ]),
  );
}

/**
 * Joins attribute tables. Where names or aliases meet, the earlier table keeps them.
 *
 * @param tables - the record's own attributes first, nested ones after
 * @returns one table
 */
export function joinAttributes(...tables: readonly AttributeTable[]): AttributeTable {
  const joined: Record<string, AttributeDefinition> = {};
  const names = new Set(tables.flatMap((table) => Object.keys(table)));
  const aliases = new Set<string>();
  for (const [name, definition] of tables.flatMap((table) => Object.entries(table))) {
    if (Object.hasOwn(joined, name)) continue;
    const free = (definition.aliases ?? []).filter((alias) => !names.has(alias) && !aliases.has(alias));
    for (const alias of free) aliases.add(alias);
    const { aliases: _, ...rest } = definition;
    joined[name] = free.length === 0 ? rest : { ...rest, aliases: free };
  }
  return joined;
}

/**
 * @param table - an attribute table
 * @param names - names that must be in it
 * @returns the table with these attributes only, in this order
 */
export function pickAttributes(table: AttributeTable, names: readonly string[]): AttributeTable {
  return Object.fromEntries(
    names.map((name) => {
      const definition = table[name];
      if (definition === undefined) throw unknown(name);
      return [name, definition];
    }),
  );
}

const types: Readonly<Partial<Record<string, AttributeType>>> = {
  text: 'string',
  date: 'date',
  datetime: 'datetime',
  decimal: 'decimal',
  integer: 'integer',
  boolean: 'boolean',
  code: 'code',
};

function sourceOf(shape: Shape, path: string): AttributeDefinition {
  let many = false;
  let current: Shape | undefined = shape;
  let definition: AttributeDefinition | undefined;
  for (const member of path.split('.')) {
    const field: Shape['fields'][string] | undefined = current?.fields[member];
    if (field === undefined) throw unknown(path);
    many ||= field.list;
    current = field.shape?.();
    const type = types[field.kind];
    definition = type && {
      type,
      path,
      ...(type === 'code' && field.codeList !== undefined && { codeList: field.codeList }),
    };
  }
  if (definition === undefined) throw unknown(path);
  return many ? { ...definition, many } : definition;
}

function unknown(path: string): DciError {
  return new DciError('err.configuration.invalid', `no attribute can be made of ${path}`, { path });
}
