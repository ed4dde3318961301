import { DciError, type JsonObject, type RecordWarning, type Row, type RowSet, type RowValue, toRows } from 'dci-core';
import type { ImportDefinition } from './import-definition.ts';
import type { ImportRows, RowKey } from './import-target.ts';
import { type RowChange, recordingRows } from './row-change.ts';

/** What became of one record. */
export interface ImportOutcome {
  readonly status:
    | 'created'
    | 'updated'
    | 'unchanged'
    /** It is not stored, and the import creates none. */
    | 'skipped'
    /** Its values lead to several stored records. Nothing is changed. */
    | 'ambiguous'
    /** It has none of the values by which it would be recognised. Nothing is changed. */
    | 'unidentified'
    /** The database refused it. Nothing is changed. */
    | 'failed';
  /** Primary key of the root row. */
  readonly key?: RowKey;
  readonly changes: readonly RowChange[];
  /** Places of the record that are not stored. */
  readonly warnings: readonly RecordWarning[];
  /** Code of the database, where the import failed; never its text, which can hold values. */
  readonly reason?: string;
}

type Relations = ImportDefinition['mapping']['plan']['relations'];
type Relation = Relations extends ReadonlyMap<string, infer Plan> ? Plan : never;

/** A record that leads to more stored ones than this is ambiguous all the same. */
const MOST_CANDIDATES = 5;

/**
 * Brings one record into the tables: finds the stored one, and creates it or changes what differs.
 *
 * @param record - a record under the standard's names
 * @param definition - from `defineImport`
 * @param rows - the tables, inside of a transaction
 * @returns what became of it
 * @throws what the database throws
 */
export async function importRecord(
  record: JsonObject,
  definition: ImportDefinition,
  rows: ImportRows,
): Promise<ImportOutcome> {
  const warnings: RecordWarning[] = [];
  const wanted = toRows(definition.mapping, record, { onWarning: (warning) => warnings.push(warning) });
  const searches = searchesOf(definition, wanted);
  if (searches.length === 0) return { status: 'unidentified', changes: [], warnings };
  for (const { name } of searches.toSorted((one, other) => (one.name < other.name ? -1 : 1))) await rows.lock(name);
  const found = await findStored(definition, searches, rows);
  if (found.length > 1) return { status: 'ambiguous', changes: [], warnings };
  const [stored] = found;
  const write = recordingRows(rows);
  const work: Work = { definition, rows, write, wanted };
  if (stored === undefined) {
    if (definition.create === false) return { status: 'skipped', changes: [], warnings };
    const key = await insertRow(work, undefined, wanted.root);
    return { status: 'created', key, changes: write.changes, warnings };
  }
  await bringRow(work, undefined, stored, wanted.root);
  const status = write.changes.length === 0 ? 'unchanged' : 'updated';
  return { status, key: stored, changes: write.changes, warnings };
}

interface Search {
  /** Of the lock: the same values, the same name. */
  readonly name: string;
  readonly table: string;
  /** Column that holds the root's key. */
  readonly column: string;
  readonly values: Row;
}

function searchesOf({ mapping, match }: ImportDefinition, wanted: RowSet): Search[] {
  const { root, plan } = mapping;
  return match.flatMap(({ relation, columns }): Search[] => {
    const relationPlan = relation === undefined ? undefined : plan.relations.get(relation);
    const place =
      relationPlan === undefined
        ? { table: root.table, column: plan.rootKey, where: root.where }
        : { table: relationPlan.table, column: relationPlan.foreignKey, where: relationPlan.where };
    const candidates = relation === undefined ? [wanted.root] : (wanted.children[relation] ?? []);
    return candidates.flatMap((row) => {
      const compared = Object.fromEntries(columns.map((column) => [column, row[column]]));
      if (Object.values(compared).some((value) => value === null || value === undefined || value === '')) return [];
      const name = JSON.stringify([place.table, columns, Object.values(compared).map(String)]);
      return [{ name, table: place.table, column: place.column, values: { ...place.where, ...compared } }];
    });
  });
}

async function findStored(
  { mapping }: ImportDefinition,
  searches: readonly Search[],
  rows: ImportRows,
): Promise<readonly RowKey[]> {
  const { root, plan } = mapping;
  const keys = new Map<string, RowKey>();
  for (const { table, column, values } of searches) {
    for (const key of await rows.find(table, column, values, MOST_CANDIDATES)) {
      // A child can hang under a root row that is none of this mapping, such as a group.
      const isRoot =
        table === root.table ||
        (await rows.find(root.table, plan.rootKey, { ...root.where, [plan.rootKey]: key }, 1)).length > 0;
      if (isRoot) keys.set(String(key), key);
    }
  }
  return [...keys.values()];
}

interface Work {
  readonly definition: ImportDefinition;
  readonly rows: ImportRows;
  readonly write: ReturnType<typeof recordingRows>;
  readonly wanted: RowSet;
}

/** Relations right below a row: of the root, or of another relation. */
function relationsBelow({ definition }: Work, parent: string | undefined): readonly Relation[] {
  return [...definition.mapping.plan.relations.values()].filter((relation) => relation.parent === parent);
}

/** The wanted rows of a relation under a wanted row, by the keys that tie a row set together. */
function wantedUnder({ wanted }: Work, relation: Relation, parent: Row): readonly Row[] {
  const all = wanted.children[relation.name] ?? [];
  if (relation.kind === 'many') return all.filter((row) => row[relation.foreignKey] === parent[relation.parentKey]);
  const key = parent[relation.foreignKey];
  return key === undefined || key === null ? [] : all.filter((row) => row[relation.key] === key);
}

const place = (work: Work, relation: Relation | undefined): { readonly table: string; readonly key: string } => ({
  table: relation?.table ?? work.definition.mapping.root.table,
  key: relation?.key ?? work.definition.mapping.plan.rootKey,
});

/** The columns of a wanted row without keys that only tie the set together. */
function ownColumns(work: Work, relation: Relation | undefined, row: Row): Record<string, RowValue | undefined> {
  const values: Record<string, RowValue | undefined> = { ...row };
  delete values[place(work, relation).key];
  if (relation?.kind === 'many') delete values[relation.foreignKey];
  for (const below of relationsBelow(work, relation?.name)) if (below.kind === 'one') delete values[below.foreignKey];
  return values;
}

async function insertRow(work: Work, relation: Relation | undefined, row: Row, parent: Row = {}): Promise<RowKey> {
  const below = relationsBelow(work, relation?.name);
  const values = { ...ownColumns(work, relation, row), ...parent };
  for (const one of below.filter(({ kind }) => kind === 'one')) {
    const [child] = wantedUnder(work, one, row);
    if (child !== undefined) values[one.foreignKey] = await insertRow(work, one, child);
  }
  const { table, key } = place(work, relation);
  const inserted = await work.write.insert(table, key, values);
  for (const many of below.filter(({ kind }) => kind === 'many')) {
    for (const child of wantedUnder(work, many, row)) {
      await insertRow(work, many, child, { [many.foreignKey]: inserted });
    }
  }
  return inserted;
}

/** Makes a stored row, and all below it, as the record says. */
async function bringRow(work: Work, relation: Relation | undefined, stored: RowKey, row: Row): Promise<void> {
  const { table, key } = place(work, relation);
  const values = withoutAbsent(work, ownColumns(work, relation, row));
  for (const below of relationsBelow(work, relation?.name)) {
    const children = wantedUnder(work, below, row);
    if (below.kind === 'many') await bringMany(work, below, stored, children);
    else {
      const [child] = children;
      const current = await work.rows.value(table, key, stored, below.foreignKey);
      if (child !== undefined && isKey(current)) await bringRow(work, below, current, child);
      else if (child !== undefined) values[below.foreignKey] = await insertRow(work, below, child);
      else if (work.definition.absent === 'clear') values[below.foreignKey] = null;
    }
  }
  await work.write.bring(table, key, stored, values);
}

async function bringMany(work: Work, relation: Relation, parent: RowKey, children: readonly Row[]): Promise<void> {
  const { table, foreignKey, key, where } = relation;
  const identity = work.definition.rowIdentity?.[relation.name];
  const under = { ...where, [foreignKey]: parent };
  const taken = new Set<string>();
  for (const child of children) {
    const own = ownColumns(work, relation, child);
    const marks = identity === undefined ? own : Object.fromEntries(identity.map((column) => [column, own[column]]));
    const candidates = await work.rows.find(table, key, { ...under, ...marks }, taken.size + 1);
    const known = candidates.find((candidate) => !taken.has(String(candidate)));
    if (known === undefined) {
      const inserted = await insertRow(work, relation, child, { [foreignKey]: parent });
      taken.add(String(inserted));
    } else {
      taken.add(String(known));
      await bringRow(work, relation, known, child);
    }
  }
  if (work.definition.absent !== 'clear') return;
  for (const stored of await work.rows.find(table, key, under, Number.MAX_SAFE_INTEGER)) {
    if (!taken.has(String(stored))) await deleteRow(work, relation, stored);
  }
}

async function deleteRow(work: Work, relation: Relation, stored: RowKey): Promise<void> {
  for (const below of relationsBelow(work, relation.name).filter(({ kind }) => kind === 'many')) {
    const under = { ...below.where, [below.foreignKey]: stored };
    for (const child of await work.rows.find(below.table, below.key, under, Number.MAX_SAFE_INTEGER)) {
      await deleteRow(work, below, child);
    }
  }
  await work.write.delete(relation.table, relation.key, stored);
}

function withoutAbsent(
  { definition }: Work,
  values: Record<string, RowValue | undefined>,
): Record<string, RowValue | undefined> {
  if (definition.absent === 'clear') return values;
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined));
}

function isKey(value: RowValue | undefined): value is RowKey {
  if (value === null || value === undefined) return false;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return true;
  throw new DciError('err.internal', 'A foreign key of the tables is neither a number nor a text.');
}
