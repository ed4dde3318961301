import type { ComparisonOperator } from './filter.ts';

/** A value as the sender wrote it; not yet checked against the attribute's type. */
export type UnboundValue = string | number | bigint | boolean | null;

/** An attribute, as the sender named it, compared with one value. */
export interface UnboundComparison {
  readonly kind: 'comparison';
  readonly attribute: string;
  readonly operator: ComparisonOperator;
  readonly value: UnboundValue;
}

/** An attribute compared with a list of values; never empty. */
export interface UnboundIn {
  readonly kind: 'in';
  readonly attribute: string;
  readonly values: readonly UnboundValue[];
}

/** The record has a value for the attribute. */
export interface UnboundExists {
  readonly kind: 'exists';
  readonly attribute: string;
}

/** The record carries an identifier. */
export interface UnboundIdentifier {
  readonly kind: 'identifier';
  /** Identifier type as the sender wrote it. */
  readonly identifierType: string;
  readonly value: string;
}

/** All parts hold; never empty. */
export interface UnboundAnd {
  readonly kind: 'and';
  readonly filters: readonly UnboundFilter[];
}

/** At least one part holds; never empty. */
export interface UnboundOr {
  readonly kind: 'or';
  readonly filters: readonly UnboundFilter[];
}

/** The part does not hold. */
export interface UnboundNot {
  readonly kind: 'not';
  readonly filter: UnboundFilter;
}

/** What every query form is parsed to, before it is bound to a record type's attributes. */
export type UnboundFilter =
  | UnboundAnd
  | UnboundOr
  | UnboundNot
  | UnboundComparison
  | UnboundIn
  | UnboundExists
  | UnboundIdentifier;

/** A query that was parsed. */
export interface ParsedQuery {
  readonly filter: UnboundFilter;
  /** `collection` of the standard's expression form: the record type that it asks for, as sent. */
  readonly recordTypeHint?: string;
}
