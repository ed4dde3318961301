import type { JsonObject } from '../json/value.ts';
import type { RecordType, RegistryType } from '../registry-type/registry-type.ts';
import { compareValues } from './compare-values.ts';
import type { AttributeValue, ComparisonFilter, Filter } from './filter.ts';
import { foldText } from './fold-text.ts';
import { attributeValues, identifiersOf } from './record-values.ts';

/**
 * Tells whether a record satisfies a bound filter: the reference for every adapter (protocol.md section 7).
 *
 * @param filter - a filter bound to the record type
 * @param record - a record in the registry's spelling
 * @param recordType - its record type
 * @param registryType - the registry type that the record type belongs to
 * @returns true when it does; an attribute that the record type lacks has no values
 */
export function evaluateFilter(
  filter: Filter,
  record: JsonObject,
  recordType: Pick<RecordType, 'attributes'>,
  registryType: Pick<RegistryType, 'identifierTypes'>,
): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every((part) => evaluateFilter(part, record, recordType, registryType));
    case 'or':
      return filter.filters.some((part) => evaluateFilter(part, record, recordType, registryType));
    case 'not':
      return !evaluateFilter(filter.filter, record, recordType, registryType);
    case 'constant':
      return filter.value;
    case 'comparison':
      return valuesOf(record, recordType, filter.attribute).some((value) => satisfies(value, filter));
    case 'in':
      return valuesOf(record, recordType, filter.attribute).some((value) => filter.values.includes(value));
    case 'exists':
      return valuesOf(record, recordType, filter.attribute).length > 0;
    case 'identifier':
      return filter.paths.some((path) =>
        identifiersOf(record, path, registryType).some(
          (identifier) =>
            identifier.identifierType === filter.identifierType && filter.values.includes(identifier.value),
        ),
      );
  }
}

/**
 * Tells whether one value satisfies a comparison.
 *
 * @param value - a normalised value of the attribute
 * @param comparison - the operator and the value to compare with
 * @returns true when it does; never for values of different types
 */
export function satisfies(value: AttributeValue, comparison: Pick<ComparisonFilter, 'operator' | 'value'>): boolean {
  const { operator, value: operand } = comparison;
  if (typeof value !== typeof operand) return false;
  switch (operator) {
    case 'eq':
      return value === operand;
    case 'gt':
      return compareValues(value, operand) > 0;
    case 'gte':
      return compareValues(value, operand) >= 0;
    case 'lt':
      return compareValues(value, operand) < 0;
    case 'lte':
      return compareValues(value, operand) <= 0;
    case 'contains':
      return foldText(String(value)).includes(foldText(String(operand)));
    case 'startsWith':
      return foldText(String(value)).startsWith(foldText(String(operand)));
    case 'endsWith':
      return foldText(String(value)).endsWith(foldText(String(operand)));
  }
}

function valuesOf(
  record: JsonObject,
  recordType: Pick<RecordType, 'attributes'>,
  name: string,
): readonly AttributeValue[] {
  const attribute = Object.hasOwn(recordType.attributes, name) ? recordType.attributes[name] : undefined;
  return attribute === undefined ? [] : attributeValues(record, attribute);
}
