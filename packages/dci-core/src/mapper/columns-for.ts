import type { JsonValue } from '../json/value.ts';
import type { Conversion } from './conversion.ts';
import type { Mapping } from './define.ts';
import type { FieldPlan, ListPlan, TranslationPlan } from './plan.ts';
import { type PathStep, parseRecordPath, type RecordPath } from './record-path.ts';
import type { RowValue } from './row.ts';

/** A condition on a row that is joined, beside the `where` of its table. */
export interface ColumnCondition {
  /** Relation of the row; `undefined` for the root. */
  readonly relation: string | undefined;
  readonly column: string;
  /** The column holds one of these; never so when empty. */
  readonly values: readonly RowValue[];
}

/** The rows that a value of the record comes from. */
export interface RowReference {
  /** Relation names from the root to the table of the rows, each joined as the mapping's `relations` say; empty for the root. */
  readonly joins: readonly string[];
  readonly table: string;
  readonly conditions: readonly ColumnCondition[];
}

/** Where a value of the record comes from. */
export type ColumnReference =
  | (RowReference & {
      readonly kind: 'column';
      readonly column: string;
      /** Translates what a query compares with: `write` gives the column values that equal a value of the record. */
      readonly conversion: Conversion;
      /** True when only the first of the joined rows counts, in the relation's order. */
      readonly firstOnly: boolean;
    })
  | (RowReference & { readonly kind: 'count' })
  | { readonly kind: 'constant'; readonly value: JsonValue }
  | { readonly kind: 'computed' };

/**
 * Tells which columns the values at a path of the record come from, so that a query can ask the tables
 * instead of the record. The path is that of an attribute (`AttributeDefinition.path`): lists on the way are
 * traversed, `[member=value]` keeps some of their elements. Several references: the values of all together.
 *
 * @param mapping - from {@link import('./define.ts').defineMapping}
 * @param path - for example `name.surname`, `identifier[identifier_type=UIN].identifier_value`
 * @returns the references; empty when the mapping gives the path no value, or none that a column tells
 */
export function columnsFor(mapping: Mapping, path: string): readonly ColumnReference[] {
  const steps = parseRecordPath(path);
  return steps === undefined ? [] : search(mapping, mapping.plan.fields, steps, { joins: [], conditions: [] });
}

interface Position {
  readonly joins: readonly string[];
  readonly conditions: readonly ColumnCondition[];
}

function search(
  mapping: Mapping,
  fields: readonly FieldPlan[],
  path: RecordPath,
  at: Position,
): readonly ColumnReference[] {
  return fields.flatMap((field) =>
    field.kind === 'computed-column' || !field.reads ? [] : searchField(mapping, field, path, at),
  );
}

function searchField(
  mapping: Mapping,
  field: Exclude<FieldPlan, { kind: 'computed-column' }>,
  path: RecordPath,
  at: Position,
): readonly ColumnReference[] {
  if (field.kind === 'list') {
    return [field.path, ...field.alsoAt].flatMap((listPath) => searchList(mapping, field, listPath, path, at));
  }
  if (field.kind === 'element') {
    const rest = stepsAfter(field.path, path);
    if (rest === undefined) return [];
    const joins = [...at.joins, ...field.list.chain];
    const mark: ColumnCondition = {
      relation: field.list.relation,
      column: field.column,
      values: field.conversion.write(true),
    };
    return search(mapping, field.list.fields, rest, { joins, conditions: [...at.conditions, mark] });
  }
  if (stepsAfter(field.path, path)?.length !== 0) return [];
  switch (field.kind) {
    case 'column':
    case 'values': {
      const isFirst =
        field.kind === 'column' && field.chain.some((name) => mapping.plan.relations.get(name)?.kind === 'many');
      return [columnReference(mapping, field, { ...at, joins: [...at.joins, ...field.chain] }, isFirst)];
    }
    case 'count':
      return [{ kind: 'count', ...rowReference(mapping, { ...at, joins: [...at.joins, ...field.chain] }) }];
    case 'constant':
      return [{ kind: 'constant', value: field.value }];
    case 'computed':
      return [{ kind: 'computed' }];
  }
}

function searchList(
  mapping: Mapping,
  field: ListPlan,
  listPath: RecordPath,
  path: RecordPath,
  at: Position,
): readonly ColumnReference[] {
  const rest = stepsAfter(listPath, path, true);
  if (rest === undefined || rest.length === 0) return [];
  const inner: Position = { ...at, joins: [...at.joins, ...field.chain] };
  const match = path[listPath.length - 1]?.match;
  if (match === undefined) return search(mapping, field.fields, rest, inner);
  return search(mapping, field.fields, [{ name: match.member }], inner).flatMap((told) => {
    if (told.kind !== 'column' || told.joins.length !== inner.joins.length) return [];
    const condition = { relation: field.relation, column: told.column, values: told.conversion.write(match.value) };
    return search(mapping, field.fields, rest, { ...inner, conditions: [...inner.conditions, condition] });
  });
}

/** What is left of `path` behind a field's own path, or `undefined` when it leads elsewhere. */
function stepsAfter(field: RecordPath, path: RecordPath, isList = false): RecordPath | undefined {
  if (field.length > path.length) return undefined;
  const leadsThere = field.every((step, depth) => {
    const asked = path[depth];
    return asked !== undefined && isSameStep(step, asked, isList && depth === field.length - 1);
  });
  return leadsThere ? path.slice(field.length) : undefined;
}

function isSameStep(step: PathStep, asked: PathStep, isList: boolean): boolean {
  if (step.name !== asked.name) return false;
  // Without a selector the path means every element; a list field takes the selector for itself.
  if (asked.index === undefined && (asked.match === undefined || isList)) return true;
  return (
    step.index === asked.index && step.match?.member === asked.match?.member && step.match?.value === asked.match?.value
  );
}

function columnReference(mapping: Mapping, field: TranslationPlan, at: Position, firstOnly: boolean): ColumnReference {
  const { column, conversion } = field;
  return { kind: 'column', ...rowReference(mapping, at), column, conversion, firstOnly };
}

function rowReference(mapping: Mapping, at: Position): RowReference {
  const last = at.joins.at(-1);
  const table =
    last === undefined ? mapping.root.table : (mapping.plan.relations.get(last)?.table ?? mapping.root.table);
  return { joins: at.joins, table, conditions: at.conditions };
}
