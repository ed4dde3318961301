import { isJsonObject, type JsonObject } from '../json/value.ts';
import type { AttributeDefinition, RegistryType } from '../registry-type/registry-type.ts';
import { type AttributePath, parseAttributePath, valuesAt } from './attribute-path.ts';
import { toAttributeValue, toText } from './attribute-value.ts';
import type { AttributeValue } from './filter.ts';
import { canonicalIdentifierType } from './identifier-type.ts';

/** An identifier of a record, its type in the registry's spelling. */
export interface RecordIdentifier {
  readonly identifierType: string;
  readonly value: string;
}

// Parsing is a pure function of the definition; definitions live as long as the registry type.
const parsedPaths = new WeakMap<AttributeDefinition, readonly AttributePath[]>();

function pathsOf(attribute: AttributeDefinition): readonly AttributePath[] {
  let paths = parsedPaths.get(attribute);
  if (paths === undefined) {
    paths = attributePaths(attribute).map(parseAttributePath);
    parsedPaths.set(attribute, paths);
  }
  return paths;
}

/**
 * Lists the paths of an attribute.
 *
 * @param attribute - an attribute of a record type
 * @returns its paths as written in the definition; none for `age` and `constant` attributes
 */
export function attributePaths(attribute: AttributeDefinition): readonly string[] {
  const { path } = attribute;
  return path === undefined ? [] : typeof path === 'string' ? [path] : path;
}

/**
 * Reads the values of an attribute from a record. The one extraction that every adapter uses, for
 * evaluating, indexing and sorting alike (protocol.md section 7). Values that are not of the attribute's
 * type are passed over; of an attribute that is not `many` only the first value counts.
 *
 * @param record - a record in the registry's spelling
 * @param attribute - an attribute of its record type. An `ageFrom` attribute has no values of its own:
 *   bound filters and sort keys name the birth date instead
 * @returns the normalised values without repetitions, in record order; empty when there is none
 */
export function attributeValues(record: JsonObject, attribute: AttributeDefinition): readonly AttributeValue[] {
  if (attribute.constant !== undefined) return [attribute.constant];
  const values: AttributeValue[] = [];
  for (const path of pathsOf(attribute)) {
    for (const candidate of valuesAt(record, path)) {
      const value = toAttributeValue(candidate, attribute);
      if (value === undefined) continue;
      if (attribute.many !== true) return [value];
      values.push(value);
    }
  }
  return values.length > 1 ? [...new Set(values)] : values;
}

/**
 * Reads the identifiers at one path of a record. Elements without a type or a value are passed over.
 *
 * @param record - a record in the registry's spelling
 * @param path - one of the record type's `identifierPaths`
 * @param registryType - knows the spellings of identifier types; an unknown type stays as it is
 * @returns the identifiers in record order
 */
export function identifiersOf(
  record: JsonObject,
  path: string,
  registryType: Pick<RegistryType, 'identifierTypes'>,
): readonly RecordIdentifier[] {
  const identifiers: RecordIdentifier[] = [];
  for (const element of valuesAt(record, parseAttributePath(path))) {
    if (!isJsonObject(element)) continue;
    const type = toText(element.identifier_type);
    const value = toText(element.identifier_value);
    if (type === undefined || value === undefined) continue;
    identifiers.push({ identifierType: canonicalIdentifierType(registryType, type) ?? type, value });
  }
  return identifiers;
}
