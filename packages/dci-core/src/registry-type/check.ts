import { foldSpelling } from '../code-lists/define.ts';
import { parseAttributePath } from '../query/attribute-path.ts';
import type { AttributeDefinition, AttributeTable, EventType, RecordType, RegistryType } from './registry-type.ts';

/** What is wrong with a registry type, and where. */
export interface RegistryTypeFault {
  readonly path: string;
  readonly reason: string;
}

const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/**
 * Looks for the first fault of a registry type; see `defineRegistryType`.
 *
 * @param type - the definition
 * @returns the first fault, or `undefined` when there is none
 */
export function findRegistryTypeFault(type: RegistryType): RegistryTypeFault | undefined {
  for (const fault of faults(type)) return fault;
  return undefined;
}

function* faults(type: RegistryType): Generator<RegistryTypeFault> {
  if (!slugPattern.test(type.name)) yield { path: 'name', reason: 'must be a slug' };
  if (type.code === '') yield { path: 'code', reason: 'must not be empty' };
  if (type.slugs.length === 0) yield { path: 'slugs', reason: 'must hold at least one slug' };
  if (!type.slugs.every((slug) => slugPattern.test(slug)))
    yield { path: 'slugs', reason: 'must hold path segments only' };
  if (new Set(type.slugs).size !== type.slugs.length) yield { path: 'slugs', reason: 'must not repeat a slug' };
  if (type.recordTypes.length === 0) yield { path: 'recordTypes', reason: 'must hold at least one record type' };
  yield* ambiguous(
    'recordTypes',
    type.recordTypes.map(({ name, aliases }) => ({ code: name, aliases })),
  );
  yield* ambiguous('identifierTypes', type.identifierTypes);
  yield* ambiguous('eventTypes', type.eventTypes);
  yield* ambiguous(
    'operations',
    type.operations.map(({ name, path }) => ({ code: name, aliases: [path] })),
  );
  for (const { name, path } of type.operations) {
    if (!path.split('/').every((segment) => slugPattern.test(segment))) {
      yield { path: `operations.${name}`, reason: 'must have a path of slugs' };
    }
  }
  for (const recordType of type.recordTypes) yield* recordTypeFaults(recordType);
  for (const eventType of type.eventTypes) {
    for (const reason of eventFaults(eventType, type)) yield { path: `eventTypes.${eventType.code}`, reason };
  }
}

function* eventFaults({ attribute, on }: EventType, { recordTypes }: RegistryType): Generator<string> {
  for (const name of [attribute, on?.newValueOf]) {
    if (name !== undefined && !recordTypes.some(({ attributes }) => Object.hasOwn(attributes, name))) {
      yield 'names an attribute that no record type has';
    }
  }
  if (on === undefined) return;
  if (on.kinds.length === 0) yield 'must name the kinds of change that it is';
  if (on.values !== undefined && on.newValueOf === undefined) yield 'has values of no attribute';
  if (on.longerList !== undefined && !isAttributePath(on.longerList)) yield 'names a list by a malformed path';
}

/** Folded spellings that stand for two different things. */
function* ambiguous(
  path: string,
  items: readonly { readonly code: string; readonly aliases: readonly string[] }[],
): Generator<RegistryTypeFault> {
  const seen = new Map<string, string>();
  const codes = new Set<string>();
  for (const { code, aliases } of items) {
    if (codes.has(code)) yield { path: `${path}.${code}`, reason: 'occurs twice' };
    codes.add(code);
    for (const spelling of [code, ...aliases]) {
      const folded = foldSpelling(spelling);
      const known = seen.get(folded);
      if (folded === '') yield { path: `${path}.${code}`, reason: 'has an empty name or alias' };
      if (known !== undefined && known !== code) {
        yield { path: `${path}.${code}`, reason: `shares the spelling "${spelling}" with ${known}` };
      }
      seen.set(folded, code);
    }
  }
}

function* recordTypeFaults(recordType: RecordType): Generator<RegistryTypeFault> {
  const path = `recordTypes.${recordType.name}`;
  for (const [member, paths] of [
    ['identifierPaths', recordType.identifierPaths],
    ['sensitivePaths', recordType.sensitivePaths ?? []],
  ] as const) {
    if (!paths.every(isAttributePath)) yield { path: `${path}.${member}`, reason: 'holds a malformed path' };
  }
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(recordType.attributes)) {
    const at = `${path}.attributes.${name}`;
    for (const spelling of [name, ...(definition.aliases ?? [])]) {
      const known = names.get(spelling);
      if (spelling === '') yield { path: at, reason: 'has an empty name or alias' };
      if (known !== undefined) yield { path: at, reason: `shares the name "${spelling}" with ${known}` };
      names.set(spelling, name);
    }
    const reason = attributeFault(definition, recordType.attributes);
    if (reason !== undefined) yield { path: at, reason };
  }
}

function attributeFault(definition: AttributeDefinition, table: AttributeTable): string | undefined {
  const { path, ageFrom, constant, type, codeList } = definition;
  if ([path, ageFrom, constant].filter((source) => source !== undefined).length !== 1) {
    return 'must have exactly one of path, ageFrom and constant';
  }
  const paths = path === undefined ? [] : typeof path === 'string' ? [path] : path;
  if (path !== undefined && paths.length === 0) return 'must have a path';
  if (!paths.every(isAttributePath)) return 'has a malformed path';
  if (paths.length > 1 && definition.many !== true) return 'has several paths and so must be many';
  if (codeList !== undefined && type !== 'code') return 'has a code list but is no code';
  if (constant !== undefined && !isOfType(constant, type)) return 'has a constant of another type';
  if (ageFrom === undefined) return undefined;
  const source = Object.hasOwn(table, ageFrom) ? table[ageFrom] : undefined;
  if (type !== 'integer') return 'counts years and so must be an integer';
  if (source?.path === undefined || source.type !== 'date') return 'must count from a date attribute of the record';
  return (source.many ?? false) === (definition.many ?? false) ? undefined : 'must be many where its date is';
}

function isOfType(value: string | number | boolean, type: AttributeDefinition['type']): boolean {
  if (type === 'boolean') return typeof value === 'boolean';
  if (type === 'integer') return Number.isSafeInteger(value);
  return type === 'decimal' ? typeof value === 'number' : typeof value === 'string';
}

function isAttributePath(path: string): boolean {
  try {
    return parseAttributePath(path).length > 0;
  } catch {
    return false;
  }
}
