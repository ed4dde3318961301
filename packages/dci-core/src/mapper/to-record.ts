import type { JsonObject, JsonValue } from '../json/value.ts';
import type { RecordWarning } from '../registry-type/define.ts';
import type { Mapping } from './define.ts';
import type { Chain, ColumnPlan, FieldPlan, ListPlan, RelationPlan, TranslationPlan, ValuesPlan } from './plan.ts';
import { formatRecordPath, RecordBuilder } from './record-path.ts';
import type { Row, RowSet } from './row.ts';

/** What {@link toRecord} can be told. */
export interface ToRecordOptions {
  /** Called for each column value that could not be read; its place in the record, never the value. */
  onWarning?(warning: RecordWarning): void;
}

/**
 * Makes a record out of rows. A column value that cannot be read (an unknown code, a malformed date) is left
 * out with a warning: one bad row must not fail a whole page. Absent values are left out, never null
 * (protocol.md section 1).
 *
 * @param mapping - from {@link import('./define.ts').defineMapping}
 * @param rows - the rows of one record
 * @param options - where warnings go
 * @returns the record under the standard's names
 */
export function toRecord(mapping: Mapping, rows: RowSet, options: ToRecordOptions = {}): JsonObject {
  const reader: Reader = { relations: mapping.plan.relations, rows, options, index: new Map() };
  return readLevel(reader, mapping.plan.fields, { row: rows.root, isRoot: true }, '') ?? {};
}

interface Reader {
  readonly relations: Mapping['plan']['relations'];
  readonly rows: RowSet;
  readonly options: ToRecordOptions;
  /** Relation name → rows by the key that ties them to their parent. */
  readonly index: Map<string, ReadonlyMap<string, readonly Row[]>>;
}

interface Enclosing {
  readonly row: Row;
  readonly isRoot: boolean;
}

/** A list as it went into the record, with the row of each element. */
type ReadList = readonly (readonly [row: Row, element: JsonObject])[];

function readLevel(
  reader: Reader,
  fields: readonly FieldPlan[],
  enclosing: Enclosing,
  prefix: string,
): JsonObject | undefined {
  const builder = new RecordBuilder();
  const lists = new Map<ListPlan, ReadList>();
  for (const field of fields) {
    if (field.kind === 'computed-column' || !field.reads) continue;
    switch (field.kind) {
      case 'column':
        builder.set(field.path, readFirst(reader, field, enclosing, prefix));
        break;
      case 'values':
        builder.set(field.path, readValues(reader, field, enclosing, prefix));
        break;
      case 'list': {
        const list = readList(reader, field, enclosing, prefix);
        lists.set(field, list);
        if (list.length === 0) break;
        for (const path of [field.path, ...field.alsoAt])
          builder.set(
            path,
            list.map(([, element]) => element),
          );
        break;
      }
      case 'element':
        builder.set(field.path, lists.get(field.list)?.find(([row]) => isMarked(field, row))?.[1]);
        break;
      case 'constant':
        builder.set(field.path, field.value);
        break;
      case 'count':
        builder.set(field.path, rowsAt(reader, field.chain, enclosing)?.length);
        break;
      case 'computed':
        builder.set(field.path, field.compute(enclosing.row, reader.rows));
        break;
    }
  }
  return builder.finish();
}

function readFirst(reader: Reader, field: ColumnPlan, enclosing: Enclosing, prefix: string): JsonValue | undefined {
  const row = field.chain.length === 0 ? enclosing.row : rowsAt(reader, field.chain, enclosing)?.[0];
  return row === undefined ? undefined : readColumn(reader, field, row, () => prefix + formatRecordPath(field.path));
}

function readValues(reader: Reader, field: ValuesPlan, enclosing: Enclosing, prefix: string): JsonValue | undefined {
  const values = (rowsAt(reader, field.chain, enclosing) ?? []).flatMap((row, position) => {
    const value = readColumn(reader, field, row, () => `${prefix}${formatRecordPath(field.path)}[${position}]`);
    return value === undefined ? [] : [value];
  });
  return values.length === 0 ? undefined : values;
}

function readList(reader: Reader, field: ListPlan, enclosing: Enclosing, prefix: string): ReadList {
  const rows = rowsAt(reader, field.chain, enclosing) ?? [];
  return rows.flatMap((row, position) => {
    const inner = `${prefix}${formatRecordPath(field.path)}[${position}].`;
    const element = readLevel(reader, field.fields, { row, isRoot: false }, inner);
    return element === undefined ? [] : [[row, element] as const];
  });
}

function isMarked(field: TranslationPlan, row: Row): boolean {
  const value = row[field.column];
  return value !== undefined && value !== null && field.conversion.read(value) === true;
}

function readColumn(reader: Reader, field: TranslationPlan, row: Row, path: () => string): JsonValue | undefined {
  const value = row[field.column];
  if (value === undefined || value === null || value === '' || (value === false && field.falseIsAbsent))
    return undefined;
  const read = field.conversion.read(value);
  if (read === undefined)
    reader.options.onWarning?.({ path: path(), message: 'The column holds a value that cannot be read.' });
  return read;
}

/** The rows that a chain leads to; `undefined` when a relation on the way was not fetched. */
function rowsAt(reader: Reader, chain: Chain, enclosing: Enclosing): readonly Row[] | undefined {
  let rows: readonly Row[] = [enclosing.row];
  for (const [depth, name] of chain.entries()) {
    const relation = reader.relations.get(name);
    const all = reader.rows.children[name];
    if (relation === undefined || all === undefined) return undefined;
    // All rows of a relation of the root belong to the one record.
    const isRoot = depth === 0 && enclosing.isRoot;
    rows = isRoot ? all : rows.flatMap((row) => rowsUnder(reader, relation, row));
  }
  return rows;
}

function rowsUnder(reader: Reader, relation: RelationPlan, parent: Row): readonly Row[] {
  const key = parent[relation.kind === 'many' ? relation.parentKey : relation.foreignKey];
  if (key === undefined || key === null) return [];
  let index = reader.index.get(relation.name);
  if (index === undefined) {
    const column = relation.kind === 'many' ? relation.foreignKey : relation.key;
    index = Map.groupBy(reader.rows.children[relation.name] ?? [], (row) => String(row[column]));
    reader.index.set(relation.name, index);
  }
  return index.get(String(key)) ?? [];
}
