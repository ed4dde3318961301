/** A value that an attribute is compared with: dates are `YYYY-MM-DD`, date-times RFC 3339 UTC with milliseconds. */
export type AttributeValue = string | number | boolean;

/** Comparisons of an attribute with one value. `!=` and `not in` are written as `not` of `eq` and `in`. */
export type ComparisonOperator = 'eq' | 'gt' | 'gte' | 'lt' | 'lte' | 'contains' | 'startsWith' | 'endsWith';

/**
 * True when at least one value of the attribute satisfies the comparison. A record without a value
 * never satisfies it. `contains`, `startsWith` and `endsWith` ignore case, the rest is exact.
 */
export interface ComparisonFilter {
  readonly kind: 'comparison';
  /** Canonical name in the record type's attribute table. */
  readonly attribute: string;
  readonly operator: ComparisonOperator;
  readonly value: AttributeValue;
}

/** True when at least one value of the attribute is in the list. */
export interface InFilter {
  readonly kind: 'in';
  readonly attribute: string;
  readonly values: readonly AttributeValue[];
}

/** True when the record has any value for the attribute (CEL `has()`). */
export interface ExistsFilter {
  readonly kind: 'exists';
  readonly attribute: string;
}

/** True when the record carries one of these identifiers at one of the paths. */
export interface IdentifierFilter {
  readonly kind: 'identifier';
  /** Canonical identifier type, for example `UIN`. */
  readonly identifierType: string;
  /** Never empty. */
  readonly values: readonly string[];
  /** Paths of identifier lists in the record that may be looked at; never empty. */
  readonly paths: readonly string[];
}

/** All parts hold; never empty. */
export interface AndFilter {
  readonly kind: 'and';
  readonly filters: readonly Filter[];
}

/** At least one part holds; never empty. */
export interface OrFilter {
  readonly kind: 'or';
  readonly filters: readonly Filter[];
}

/** The part does not hold: two-valued logic, so a record without a value satisfies `not eq`. */
export interface NotFilter {
  readonly kind: 'not';
  readonly filter: Filter;
}

/**
 * The same answer for every record, for example of `is_registrant = true` where that holds for the whole
 * register. A compiled query has it only as its root, never below `and`, `or` or `not`; combine filters
 * with `allOf`, `anyOf` and `negate` (query/combine.ts) to keep it so.
 */
export interface ConstantFilter {
  readonly kind: 'constant';
  readonly value: boolean;
}

/**
 * The one query tree (protocol.md section 7). Every query form compiles to it, bound to the
 * attribute table of one record type; adapters only ever see this. It is plain data and survives JSON.
 */
export type Filter =
  | AndFilter
  | OrFilter
  | NotFilter
  | ComparisonFilter
  | InFilter
  | ExistsFilter
  | IdentifierFilter
  | ConstantFilter;

/** One sort key, bound: the attribute is a canonical name with a single value per record. */
export interface SortKey {
  readonly attribute: string;
  readonly order: 'asc' | 'desc';
}
