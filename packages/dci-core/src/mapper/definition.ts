import type { JsonObject, JsonValue } from '../json/value.ts';
import type { Conversion } from './conversion.ts';
import type { LookupTable } from './lookup.ts';
import type { Row, RowSet, RowValue } from './row.ts';

/** Which way a field goes: both (default), only from rows to the record, or only from the record to rows. */
export type Direction = 'both' | 'to-record' | 'to-rows';

/** The table that has one row for each record. */
export interface RootTable {
  readonly table: string;
  /** Primary key; `id` when absent. */
  readonly key?: string;
  /** Columns with a fixed value: a row belongs to the mapping only with them, and a new row gets them. */
  readonly where?: Row;
}

/** A table related to the root or to another relation. */
export interface Relation {
  readonly table: string;
  /** `many`: any number of rows for one parent row. `one`: at most one. */
  readonly kind: 'many' | 'one';
  /** `many`: the column of this table that holds the parent's key. `one`: the parent's column that holds this table's key. */
  readonly foreignKey: string;
  /** Primary key; `id` when absent. */
  readonly key?: string;
  /** Name of the relation that it hangs under; the root when absent. */
  readonly parent?: string;
  /** Columns with a fixed value, as in {@link RootTable}. */
  readonly where?: Row;
  /** Columns that order the rows of one parent; the primary key when absent. */
  readonly orderBy?: readonly string[];
}

/** How the values of a column are translated. */
export interface ColumnTranslation {
  /** `asText()` when absent. */
  readonly conversion?: Conversion;
  /** Name of a lookup: the column is a foreign key, and the lookup's value is what the conversion translates. */
  readonly lookup?: string;
}

/** One column ↔ one value of the record. */
export interface ColumnField extends ColumnTranslation {
  readonly kind: 'column';
  /** Where in the record (or in the element of the enclosing list), see `parseRecordPath`. */
  readonly path: string;
  readonly column: string;
  /**
   * Relation that holds the column, when it is not the enclosing row: reached over `one` relations.
   * A `many` relation is allowed `to-record`: its first row counts.
   */
  readonly relation?: string;
  readonly direction?: Direction;
}

/** The rows of a `many` relation ↔ a list of objects. */
export interface ListField {
  readonly kind: 'list';
  readonly path: string;
  /** Further places of the record that show the same list; from a record, the lists are united. */
  readonly alsoAt?: readonly string[];
  readonly relation: string;
  /** Paths are those inside an element. */
  readonly fields: readonly FieldMapping[];
  readonly direction?: Direction;
}

/** One column of the rows of a `many` relation ↔ a list of plain values. */
export interface ValuesField extends ColumnTranslation {
  readonly kind: 'values';
  readonly path: string;
  readonly relation: string;
  readonly column: string;
  readonly direction?: Direction;
}

/**
 * One element of a list beside it, told by a truth value in its row: the head of a group among its members.
 * From a record, the element of the list that equals the value (or shares an element of `matchBy` with it)
 * is marked; without one, the value becomes a further row.
 */
export interface ElementField {
  readonly kind: 'element';
  readonly path: string;
  /** Path of the list field on the same level. */
  readonly list: string;
  /** Column of the list's relation that is true for the element. */
  readonly column: string;
  /** `asBoolean()` when absent. */
  readonly conversion?: Conversion;
  /** Path inside an element of a list by which two elements are known to be the same, for example identifiers. */
  readonly matchBy?: string;
}

/** A value that every record has. Not stored. */
export interface ConstantField {
  readonly kind: 'constant';
  readonly path: string;
  readonly value: JsonValue;
}

/** The number of rows of a `many` relation. Not stored. */
export interface CountField {
  readonly kind: 'count';
  readonly path: string;
  readonly relation: string;
}

/** A value computed from the rows. Not stored, and no database query can ask for it. */
export interface ComputedField {
  readonly kind: 'computed';
  readonly path: string;
  /**
   * @param row - the enclosing row
   * @param rows - all rows of the record
   * @returns the value, or `undefined` for none
   */
  compute(row: Row, rows: RowSet): JsonValue | undefined;
}

/** A column computed from the record when rows are made, for example a display name. Not read. */
export interface ComputedColumn {
  readonly kind: 'computed-column';
  readonly column: string;
  /** Relation that holds the column, reached over `one` relations; the enclosing row when absent. */
  readonly relation?: string;
  /**
   * @param record - the record, or the element of the enclosing list
   * @returns the column's value
   */
  compute(record: JsonObject): RowValue;
}

/** One line of a mapping. */
export type FieldMapping =
  | ColumnField
  | ListField
  | ValuesField
  | ElementField
  | ConstantField
  | CountField
  | ComputedField
  | ComputedColumn;

/**
 * A two-way mapping between a DCI record and local rows, as data. Paths use the standard's names (records.md
 * section 2); tables, columns and codes are the local ones.
 */
export interface MappingDefinition {
  /** Record type that the rows make, for example `Person`. */
  readonly recordType: string;
  readonly root: RootTable;
  /** Relation name → related table. */
  readonly relations?: Readonly<Record<string, Relation>>;
  /** Lookup name → lookup table. */
  readonly lookups?: Readonly<Record<string, LookupTable>>;
  readonly fields: readonly FieldMapping[];
  /** Odoo's RPC gives `false` for an empty field of any type: read it as null, except where truth values are meant. */
  readonly falseIsAbsent?: boolean;
}
