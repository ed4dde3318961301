import { DciError } from '../errors.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { agesIn, compareAge } from './age.ts';
import {
  type AttributeScope,
  type FoundAttribute,
  type FoundIdentifier,
  findAttribute,
  findIdentifier,
  readableIdentifier,
} from './attribute-lookup.ts';
import { toNumber, toText } from './attribute-value.ts';
import { bindComparison, bindIn } from './bind-comparison.ts';
import { allOf, anyOf, negate } from './combine.ts';
import { formatDay } from './date-value.ts';
import { satisfies } from './evaluate-filter.ts';
import type { ComparisonOperator, Filter } from './filter.ts';
import { canonicalIdentifierType } from './identifier-type.ts';
import { invalidFilter, unusableFilter } from './query-error.ts';
import { maxBoundComparisons } from './query-limits.ts';
import type { UnboundFilter, UnboundValue } from './unbound-filter.ts';

/** What a filter is bound to. */
export interface BindingContext extends AttributeScope {
  /** The registry type that the record type belongs to; knows the identifier types. */
  readonly registryType: Pick<RegistryType, 'identifierTypes'>;
  /** Time of the request, milliseconds since 1970-01-01T00:00:00Z; ages are counted for its UTC day. */
  readonly now: number;
}

/**
 * Binds a parsed query to a record type (protocol.md section 7): finds its attributes, checks and
 * normalises the values, turns ages into birth dates, and folds what is the same for every record.
 *
 * An unknown attribute and one that may not be read give the same error as an empty query. Of an
 * identifier match only the readable identifier lists are kept. An identifier type that the registry type
 * does not know is looked for as it was sent: deployments agree on types of their own.
 *
 * Lists of ages and days are written out; the whole filter has at most 256 comparisons.
 *
 * @param filter - the parsed query
 * @param context - record type, registry type, time of the request, what the sender may read
 * @returns the bound filter; a constant only as the whole of it
 * @throws DciError `rjct.filter.invalid`
 */
export function bindFilter(filter: UnboundFilter, context: BindingContext): Filter {
  const bound = bindPart(filter, context);
  if (countComparisons(bound) > maxBoundComparisons) {
    throw invalidFilter(
      `The query has too many comparisons when its lists are written out; at most ${maxBoundComparisons} are allowed.`,
    );
  }
  return bound;
}

function countComparisons(filter: Filter): number {
  if (filter.kind === 'not') return countComparisons(filter.filter);
  if (filter.kind !== 'and' && filter.kind !== 'or') return 1;
  return filter.filters.reduce((count, part) => count + countComparisons(part), 0);
}

function bindPart(filter: UnboundFilter, context: BindingContext): Filter {
  switch (filter.kind) {
    case 'and':
      return allOf(filter.filters.map((part) => bindPart(part, context)));
    case 'or':
      return anyOf(filter.filters.map((part) => bindPart(part, context)));
    case 'not':
      return negate(bindPart(filter.filter, context));
    case 'identifier':
      return bindIdentifier(filter.identifierType, filter.value, context);
    case 'exists':
      return bindExists(filter.attribute, context);
    case 'comparison':
      return bindOperator(filter.attribute, filter.operator, filter.value, context);
    case 'in':
      return bindList(filter.attribute, filter.values, context);
  }
}

function bindIdentifier(identifierType: string, value: string, context: BindingContext): Filter {
  const canonical = canonicalIdentifierType(context.registryType, identifierType) ?? identifierType.normalize('NFC');
  const found = readableIdentifier(canonical, context.recordType.identifierPaths, context, context.registryType);
  if (found === undefined) throw unusableFilter();
  return identifierFilter(found, [value.normalize('NFC')]);
}

function bindExists(name: string, context: BindingContext): Filter {
  const found = requireAttribute(name, context);
  if (found.definition.constant !== undefined) return { kind: 'constant', value: true };
  return { kind: 'exists', attribute: found.definition.ageFrom ?? found.name };
}

function bindOperator(
  name: string,
  operator: ComparisonOperator,
  value: UnboundValue,
  context: BindingContext,
): Filter {
  const found = findAttribute(name, context);
  if (found === undefined) {
    const identifier = requireIdentifier(name, context);
    if (operator !== 'eq') throw invalidFilter(`The identifier ${name} can be compared with = and in only.`);
    return identifierFilter(identifier, [identifierValue(name, value)]);
  }
  refuseNull(name, value);
  const { definition } = found;
  if (definition.ageFrom !== undefined) {
    if (operator === 'contains' || operator === 'startsWith' || operator === 'endsWith') {
      throw invalidFilter(`The attribute ${name} is not text: contains, startsWith and endsWith do not apply.`);
    }
    return compareAge(operator, ageValue(name, value), ageContext(definition.ageFrom, context));
  }
  const bound = bindComparison({ ...found, writtenName: name }, operator, value);
  return definition.constant === undefined ? bound : foldConstant(bound, found);
}

function bindList(name: string, values: readonly UnboundValue[], context: BindingContext): Filter {
  const found = findAttribute(name, context);
  if (found === undefined) {
    const identifier = requireIdentifier(name, context);
    return identifierFilter(
      identifier,
      values.map((value) => identifierValue(name, value)),
    );
  }
  for (const value of values) refuseNull(name, value);
  const { definition } = found;
  if (definition.ageFrom !== undefined) {
    const ages = values.map((value) => ageValue(name, value));
    return agesIn(ages, ageContext(definition.ageFrom, context));
  }
  const bound = bindIn({ ...found, writtenName: name }, values);
  return definition.constant === undefined ? bound : foldConstant(bound, found);
}

function requireAttribute(name: string, context: BindingContext): FoundAttribute {
  const found = findAttribute(name, context);
  if (found !== undefined) return found;
  requireIdentifier(name, context);
  throw invalidFilter(`The identifier ${name} can be compared with = and in only.`);
}

function requireIdentifier(name: string, context: BindingContext): FoundIdentifier {
  const found = findIdentifier(name, context, context.registryType);
  if (found === undefined) throw unusableFilter();
  return found;
}

function identifierFilter({ identifierType, paths }: FoundIdentifier, values: readonly string[]): Filter {
  return { kind: 'identifier', identifierType, values, paths };
}

function identifierValue(name: string, value: UnboundValue): string {
  refuseNull(name, value);
  const text = typeof value === 'boolean' ? undefined : toText(value);
  if (text === undefined) throw invalidFilter(`The identifier ${name} needs text.`);
  return text;
}

function ageValue(name: string, value: UnboundValue): number {
  const age = toNumber(value);
  if (age === undefined) throw invalidFilter(`The attribute ${name} needs a number.`);
  return age;
}

function ageContext(birthDate: string, { recordType, now }: BindingContext): Parameters<typeof compareAge>[2] {
  const definition = recordType.attributes[birthDate];
  const today = formatDay(now);
  if (definition?.type !== 'date' || today === undefined) {
    throw new DciError('err.configuration.invalid', 'An age attribute needs an attribute of type date to count from.');
  }
  return { birthDate, many: definition.many === true, today };
}

function refuseNull(name: string, value: UnboundValue): void {
  if (value === null) throw invalidFilter(`The attribute ${name} cannot be compared with null.`);
}

/** Answers a filter over a constant attribute now: it is the same for every record. */
function foldConstant(filter: Filter, { definition }: FoundAttribute): Filter {
  const { constant } = definition;
  const holds = (part: Filter): boolean => {
    if (constant === undefined) return false;
    if (part.kind === 'comparison') return satisfies(constant, part);
    if (part.kind === 'in') return part.values.includes(constant);
    if (part.kind === 'and') return part.filters.every(holds);
    if (part.kind === 'or') return part.filters.some(holds);
    return part.kind === 'constant' ? part.value : true;
  };
  return { kind: 'constant', value: holds(filter) };
}
