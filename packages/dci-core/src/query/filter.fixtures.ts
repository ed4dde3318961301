import fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { AttributeDefinition, RecordType, RegistryType } from '../registry-type/registry-type.ts';
import { type AttributePath, parseAttributePath } from './attribute-path.ts';
import { toAttributeValue } from './attribute-value.ts';
import { allOf, anyOf, negate } from './combine.ts';
import type { AttributeValue, ComparisonOperator, Filter, SortKey } from './filter.ts';
import { canonicalIdentifierType } from './identifier-type.ts';
import { attributePaths } from './record-values.ts';
import { attributeValueArbitrary, identifierArbitrary, strayValueArbitrary } from './values.fixtures.ts';

type MutableObject = { [name: string]: JsonValue | undefined };

/** What random records look like. */
export interface RecordArbitraryOptions {
  /** Also values that are no values of their attribute. Default true; an adapter that checks what it stores sets false. */
  readonly strayValues?: boolean;
}

/**
 * Random records of a record type, with values for a random part of its attributes and identifiers at its
 * identifier paths. Attributes that share a path share its objects.
 *
 * @param recordType - the record type
 * @param registryType - the registry type that it belongs to
 * @param options - what the records look like
 * @returns an arbitrary of records
 */
export function recordArbitrary(
  recordType: RecordType,
  registryType: Pick<RegistryType, 'identifierTypes'>,
  options: RecordArbitraryOptions = {},
): fc.Arbitrary<JsonObject> {
  const stray = options.strayValues ?? true;
  const identifierPaths = recordType.identifierPaths.map(parseAttributePath);
  const objects = objectPaths(recordType);
  const identifierRoots = recordType.identifierPaths.map((path) => `${path}.`);
  const parts = Object.values(recordType.attributes).flatMap((definition) =>
    attributePaths(definition)
      // Identifiers are written whole, below.
      .filter((path) => !identifierRoots.some((root) => path.startsWith(root)))
      .map((text) => {
        const path = parseAttributePath(text);
        const valid = attributeValueArbitrary(definition);
        const one = stray
          ? fc.oneof({ weight: 9, arbitrary: valid }, { weight: 1, arbitrary: strayValueArbitrary() })
          : valid;
        const isList = definition.many === true && !objects.has(pathText(path.slice(0, -1)));
        const value: fc.Arbitrary<JsonValue> = isList ? fc.array(one, { maxLength: 3 }) : one;
        return { path, value: fc.option(value, { nil: undefined, freq: 3 }) };
      }),
  );
  const identifiers = fc.array(identifierArbitrary(registryType), { maxLength: 3 });
  return fc
    .tuple(fc.tuple(...parts.map(({ value }) => value)), fc.tuple(...identifierPaths.map(() => identifiers)))
    .map(([values, lists]) => {
      const record: MutableObject = {};
      for (const [index, { path }] of parts.entries()) {
        const value = values[index];
        if (value !== undefined) put(record, path, structuredClone(value));
      }
      for (const [index, path] of identifierPaths.entries()) put(record, path, [...(lists[index] ?? [])]);
      return record;
    });
}

/** Paths of objects, which single-valued attributes lie in, so that they are not made lists. */
function objectPaths({ attributes }: RecordType): ReadonlySet<string> {
  const single = Object.values(attributes).filter(({ many }) => many !== true);
  const paths = single.flatMap((definition) => attributePaths(definition).map(parseAttributePath));
  return new Set(paths.flatMap((path) => path.slice(0, -1).map((_, index) => pathText(path.slice(0, index + 1)))));
}

function pathText(path: AttributePath): string {
  return path.map(({ member }) => member).join('.');
}

/** Puts a value at a path, making objects on the way and, for selected elements and lists of values, lists. */
function put(record: MutableObject, path: AttributePath, value: JsonValue): void {
  let target: MutableObject = record;
  for (const [index, { member, selector }] of path.entries()) {
    if (selector !== undefined) {
      const list = elementsOf(target[member]);
      const found = list.find((item) => item[selector.member] === selector.value);
      const element = found ?? { [selector.member]: selector.value };
      target[member] = found === undefined ? [...list, element] : list;
      target = element;
      continue;
    }
    if (index === path.length - 1) {
      // What an attribute with a longer path has put here already is worth more.
      target[member] ??= value;
      return;
    }
    const present = elementsOf(target[member]);
    const last = path[index + 1];
    if (index === path.length - 2 && last !== undefined && Array.isArray(value)) {
      // One object for each value, as in a list of addresses.
      target[member] = value.map((item, position) => ({ ...present[position], [last.member]: item }));
      return;
    }
    const next = present[0] ?? {};
    if (present.length === 0) target[member] = next;
    target = next;
  }
}

function elementsOf(value: JsonValue | undefined): MutableObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
}

/**
 * Random bound filters of a record type: every kind of node, every operator that its attributes allow,
 * values from the pool that {@link recordArbitrary} uses, at most four levels and 64 comparisons.
 *
 * @param recordType - the record type
 * @param registryType - the registry type that it belongs to
 * @returns an arbitrary of filters
 */
export function filterArbitrary(
  recordType: RecordType,
  registryType: Pick<RegistryType, 'identifierTypes'>,
): fc.Arbitrary<Filter> {
  const leaves = Object.entries(recordType.attributes)
    .filter(([, definition]) => definition.path !== undefined)
    .map(([name, definition]) => leafArbitrary(name, definition));
  const { identifierPaths } = recordType;
  const identifier = fc
    .tuple(identifierArbitrary(registryType), fc.subarray([...identifierPaths], { minLength: 1 }))
    .map(([{ identifier_type, identifier_value }, paths]): Filter => {
      const identifierType = canonicalIdentifierType(registryType, identifier_type) ?? identifier_type;
      return { kind: 'identifier', identifierType, values: [identifier_value.normalize('NFC')], paths };
    });
  const leaf = fc.oneof(...leaves, ...(identifierPaths.length > 0 ? [identifier, identifier] : []));
  const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 4, arbitrary: leaf },
      { weight: 2, arbitrary: fc.array(tie('filter'), { minLength: 1, maxLength: 4 }).map(allOf) },
      { weight: 2, arbitrary: fc.array(tie('filter'), { minLength: 1, maxLength: 4 }).map(anyOf) },
      { weight: 1, arbitrary: tie('filter').map(negate) },
    ),
  }));
  return filter;
}

function leafArbitrary(attribute: string, definition: AttributeDefinition): fc.Arbitrary<Filter> {
  const value = attributeValueArbitrary(definition)
    .map((written) => toAttributeValue(written, definition))
    .filter((bound): bound is AttributeValue => bound !== undefined);
  const comparison = fc
    .tuple(fc.constantFrom(...operatorsOf(definition)), value)
    .map(([operator, bound]): Filter => ({ kind: 'comparison', attribute, operator, value: bound }));
  return fc.oneof(
    { weight: 5, arbitrary: comparison },
    {
      weight: 2,
      arbitrary: fc
        .uniqueArray(value, { minLength: 1, maxLength: 5 })
        .map((values): Filter => ({ kind: 'in', attribute, values })),
    },
    { weight: 1, arbitrary: fc.constant<Filter>({ kind: 'exists', attribute }) },
  );
}

function operatorsOf({ type }: AttributeDefinition): readonly [ComparisonOperator, ...ComparisonOperator[]] {
  if (type === 'boolean') return ['eq'];
  if (type !== 'string' && type !== 'code') return ['eq', 'gt', 'gte', 'lt', 'lte'];
  return ['eq', 'gt', 'gte', 'lt', 'lte', 'contains', 'startsWith', 'endsWith'];
}

/**
 * Random sort keys of a record type.
 *
 * @param recordType - the record type
 * @returns an arbitrary of up to three different keys
 */
export function sortArbitrary(recordType: RecordType): fc.Arbitrary<readonly SortKey[]> {
  const sortable = Object.entries(recordType.attributes)
    .filter(([, definition]) => definition.path !== undefined && definition.many !== true)
    .map(([name]) => name);
  if (sortable.length === 0) return fc.constant([]);
  return fc.uniqueArray(
    fc.record({ attribute: fc.constantFrom(...sortable), order: fc.constantFrom('asc' as const, 'desc' as const) }),
    { maxLength: 3, selector: ({ attribute }) => attribute },
  );
}
