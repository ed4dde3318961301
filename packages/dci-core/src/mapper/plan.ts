import type { JsonValue } from '../json/value.ts';
import type { Conversion } from './conversion.ts';
import type { ComputedColumn, ComputedField, Relation } from './definition.ts';
import type { RecordPath } from './record-path.ts';
import type { Row } from './row.ts';

/** A relation with its defaults filled in. */
export interface RelationPlan extends Relation {
  readonly name: string;
  readonly key: string;
  /** Primary key of the parent's table. */
  readonly parentKey: string;
  /** A new row: every column that the mapping writes, null or its fixed value. */
  readonly blank: Row;
}

/** Relation names from the enclosing row to the row that is meant; empty for the enclosing row itself. */
export type Chain = readonly string[];

/** What the field plans have in common. */
interface PathPlan {
  readonly path: RecordPath;
  /** Takes part in making a record. */
  readonly reads: boolean;
  /** Takes part in making rows. */
  readonly writes: boolean;
}

/** A column and its translation. */
export interface TranslationPlan {
  readonly column: string;
  readonly conversion: Conversion;
  readonly falseIsAbsent: boolean;
}

export interface ColumnPlan extends PathPlan, TranslationPlan {
  readonly kind: 'column';
  readonly chain: Chain;
}

export interface ValuesPlan extends PathPlan, TranslationPlan {
  readonly kind: 'values';
  readonly relation: string;
  readonly chain: Chain;
}

export interface ListPlan extends PathPlan {
  readonly kind: 'list';
  readonly alsoAt: readonly RecordPath[];
  readonly relation: string;
  readonly chain: Chain;
  readonly fields: readonly FieldPlan[];
}

export interface ElementPlan extends PathPlan, TranslationPlan {
  readonly kind: 'element';
  readonly list: ListPlan;
  readonly matchBy?: RecordPath;
}

export interface ConstantPlan extends PathPlan {
  readonly kind: 'constant';
  readonly value: JsonValue;
}

export interface CountPlan extends PathPlan {
  readonly kind: 'count';
  readonly chain: Chain;
}

export interface ComputedPlan extends PathPlan {
  readonly kind: 'computed';
  readonly compute: ComputedField['compute'];
}

export interface ComputedColumnPlan {
  readonly kind: 'computed-column';
  readonly chain: Chain;
  readonly column: string;
  readonly compute: ComputedColumn['compute'];
}

/** One line of a mapping with its paths parsed and its names resolved. */
export type FieldPlan =
  | ColumnPlan
  | ValuesPlan
  | ListPlan
  | ElementPlan
  | ConstantPlan
  | CountPlan
  | ComputedPlan
  | ComputedColumnPlan;

/** A mapping as `toRecord`, `toRows` and `columnsFor` use it. Elements come after the lists that they are in. */
export interface MappingPlan {
  readonly rootKey: string;
  /** A new root row, as {@link RelationPlan.blank}. */
  readonly blank: Row;
  readonly relations: ReadonlyMap<string, RelationPlan>;
  readonly fields: readonly FieldPlan[];
}

/** A field plan that has a path in the record. */
export type PathFieldPlan = Exclude<FieldPlan, ComputedColumnPlan>;
