import { DciError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { RecordWarning } from '../registry-type/define.ts';
import type { Mapping } from './define.ts';
import type {
  Chain,
  ColumnPlan,
  ElementPlan,
  FieldPlan,
  ListPlan,
  RelationPlan,
  TranslationPlan,
  ValuesPlan,
} from './plan.ts';
import { asList, formatRecordPath, readPath } from './record-path.ts';
import type { RowSet, RowValue } from './row.ts';
import { sameJson } from './same-json.ts';
import { reportUnstored } from './unstored.ts';

/** What {@link toRows} can be told. */
export interface ToRowsOptions {
  /** Primary key of the root row, when the record is already stored. */
  readonly rootKey?: string | number;
  /**
   * Makes the primary key of a new row. When absent, keys are -1, -2, …: they only tie the rows of the set
   * together, and whoever stores the rows replaces them by the database's own.
   *
   * @param relation - relation of the row; `undefined` for the root
   */
  newKey?(relation: string | undefined): string | number;
  /** Called for each place of the record that is not stored; the place, never the value. */
  onWarning?(warning: RecordWarning): void;
}

/**
 * Makes rows out of a record. Every column that the mapping writes is present in every row, null where the
 * record has no value, so that the rows can replace stored ones. Columns that the mapping only reads (system
 * fields, counts) are not present.
 *
 * @param mapping - from {@link import('./define.ts').defineMapping}
 * @param record - a record under the standard's names, as `RecordType.read` gives it
 * @param options - keys of new rows; where warnings go
 * @returns the rows; every relation of the mapping is present
 */
export function toRows(mapping: Mapping, record: JsonObject, options: ToRowsOptions = {}): RowSet {
  const { plan } = mapping;
  let lastKey = 0;
  const newKey = (relation: string | undefined) => options.newKey?.(relation) ?? --lastKey;
  const root: MutableRow = { ...plan.blank, [plan.rootKey]: options.rootKey ?? newKey(undefined) };
  const children = Object.fromEntries([...plan.relations.keys()].map((name) => [name, [] as MutableRow[]]));
  const writer: Writer = { relations: plan.relations, children, newKey, warn: options.onWarning };
  writeLevel(writer, plan.fields, record, open(root), '');
  return { root, children };
}

type MutableRow = { [column: string]: RowValue | undefined };

interface Writer {
  readonly relations: Mapping['plan']['relations'];
  readonly children: Readonly<Record<string, MutableRow[]>>;
  newKey(relation: string | undefined): string | number;
  readonly warn: ToRowsOptions['onWarning'];
}

/** A row that is being filled, with the rows of `one` relations under it. */
interface OpenRow {
  readonly row: MutableRow;
  readonly single: Map<string, OpenRow>;
  /** True as soon as the record gave a value to the row or to one under it. */
  filled: boolean;
}

/** The elements of a list with the rows made of them. */
type WrittenList = { readonly element: JsonObject; readonly row: MutableRow }[];

function open(row: MutableRow): OpenRow {
  return { row, single: new Map(), filled: false };
}

function writeLevel(
  writer: Writer,
  fields: readonly FieldPlan[],
  record: JsonObject,
  at: OpenRow,
  prefix: string,
): void {
  const lists = new Map<ListPlan, WrittenList>();
  for (const field of fields) {
    if (field.kind === 'computed-column' || !field.writes) continue;
    if (field.kind === 'column') writeColumn(writer, field, record, at, prefix);
    else if (field.kind === 'values') writeValues(writer, field, record, at, prefix);
    else if (field.kind === 'list') lists.set(field, writeList(writer, field, record, at, prefix));
    else if (field.kind === 'element') writeElement(writer, field, record, at, prefix, lists.get(field.list) ?? []);
  }
  for (const field of fields) {
    if (field.kind !== 'computed-column') continue;
    const row = existingRow(field.chain, at);
    if (row !== undefined) row[field.column] = field.compute(record);
  }
  if (writer.warn !== undefined) reportUnstored(fields, record, prefix, writer.warn);
}

function writeColumn(writer: Writer, field: ColumnPlan, record: JsonObject, at: OpenRow, prefix: string): void {
  const stored = convert(writer, field, readPath(record, field.path), () => prefix + formatRecordPath(field.path));
  if (stored !== undefined) filledRow(writer, field.chain, at).row[field.column] = stored;
}

function writeValues(writer: Writer, field: ValuesPlan, record: JsonObject, at: OpenRow, prefix: string): void {
  asList(readPath(record, field.path)).forEach((value, position) => {
    const stored = convert(writer, field, value, () => `${prefix}${formatRecordPath(field.path)}[${position}]`);
    if (stored === undefined) return;
    const child = newRow(writer, field.relation);
    child.row[field.column] = stored;
    attach(writer, field, child, at);
  });
}

function writeList(writer: Writer, field: ListPlan, record: JsonObject, at: OpenRow, prefix: string): WrittenList {
  const written: WrittenList = [];
  for (const path of [field.path, ...field.alsoAt]) {
    const before = written.length;
    asList(readPath(record, path)).forEach((element, position) => {
      const isKnown = written.slice(0, before).some((known) => sameJson(known.element, element));
      if (!isKnown)
        writeListElement(writer, field, element, at, `${prefix}${formatRecordPath(path)}[${position}]`, written);
    });
  }
  return written;
}

function writeListElement(
  writer: Writer,
  field: ListPlan,
  element: JsonValue,
  at: OpenRow,
  path: string,
  written: WrittenList,
): MutableRow | undefined {
  if (!isJsonObject(element)) {
    writer.warn?.({ path, message: 'The element is no object and is not stored.' });
    return undefined;
  }
  const child = newRow(writer, field.relation);
  writeLevel(writer, field.fields, element, child, `${path}.`);
  if (!child.filled) return undefined;
  attach(writer, field, child, at);
  written.push({ element, row: child.row });
  return child.row;
}

function writeElement(
  writer: Writer,
  field: ElementPlan,
  record: JsonObject,
  at: OpenRow,
  prefix: string,
  list: WrittenList,
): void {
  const value = readPath(record, field.path);
  if (value === undefined) return;
  const known =
    list.find(({ element }) => sameJson(element, value)) ?? list.find(({ element }) => isMatch(field, element, value));
  const path = prefix + formatRecordPath(field.path);
  const row = known?.row ?? writeListElement(writer, field.list, value, at, path, list);
  if (row !== undefined) row[field.column] = field.conversion.write(true)[0] ?? null;
}

function isMatch(field: ElementPlan, element: JsonObject, value: JsonValue): boolean {
  const { matchBy } = field;
  if (matchBy === undefined || !isJsonObject(value)) return false;
  const marks = asList(readPath(value, matchBy));
  return asList(readPath(element, matchBy)).some((mark) => marks.some((other) => sameJson(mark, other)));
}

function convert(
  writer: Writer,
  field: TranslationPlan,
  value: JsonValue | undefined,
  path: () => string,
): RowValue | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const [stored] = field.conversion.write(value);
  if (stored === undefined)
    writer.warn?.({ path: path(), message: 'The value has no counterpart in the column and is not stored.' });
  return stored;
}

function newRow(writer: Writer, relation: string): OpenRow {
  const plan = relationPlan(writer, relation);
  return open({ ...plan.blank, [plan.key]: writer.newKey(relation) });
}

/** Puts a filled row of a `many` relation under its parent. */
function attach(writer: Writer, field: ListPlan | ValuesPlan, child: OpenRow, at: OpenRow): void {
  const plan = relationPlan(writer, field.relation);
  const parent = filledRow(writer, field.chain.slice(0, -1), at);
  child.row[plan.foreignKey] = parent.row[plan.parentKey];
  writer.children[field.relation]?.push(child.row);
}

/** The row that a chain of `one` relations leads to, made where it does not exist yet. */
function filledRow(writer: Writer, chain: Chain, at: OpenRow): OpenRow {
  let current = at;
  current.filled = true;
  for (const name of chain) {
    let next = current.single.get(name);
    if (next === undefined) {
      const plan = relationPlan(writer, name);
      next = newRow(writer, name);
      current.row[plan.foreignKey] = next.row[plan.key];
      current.single.set(name, next);
      writer.children[name]?.push(next.row);
    }
    current = next;
    current.filled = true;
  }
  return current;
}

/** As {@link filledRow}, but a computed column alone makes no row. */
function existingRow(chain: Chain, at: OpenRow): MutableRow | undefined {
  return chain.reduce<OpenRow | undefined>((row, name) => row?.single.get(name), at)?.row;
}

function relationPlan(writer: Writer, name: string): RelationPlan {
  const plan = writer.relations.get(name);
  // defineMapping resolved every name; this cannot happen.
  if (plan === undefined) throw new DciError('err.internal', 'A mapping lost a relation.');
  return plan;
}
