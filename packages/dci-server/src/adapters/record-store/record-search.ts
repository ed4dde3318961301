import type { Database } from 'better-sqlite3';
import { DciError, type Filter, type IdentifierFilter, type JsonObject } from 'dci-core';
import type { RecordPage, RecordQuery } from '../adapter.ts';
import { consentToSql } from './consent-table.ts';
import { readDocument } from './document.ts';
import { carriersToSql, filterToSql, type SqlCondition } from './filter-to-sql.ts';
import type { SqlValue } from './index-record.ts';
import { type SqlOrder, sortToSql } from './sort-to-sql.ts';
import { StatementCache } from './statement-cache.ts';
import type { TableLayout } from './table-layout.ts';
import type { TimeLimit } from './time-limit.ts';

type Row = readonly SqlValue[];

/** A condition; `isMomentary` where it holds for other records when nothing but the time or a consent has changed. */
interface Condition extends SqlCondition {
  readonly isMomentary?: true;
}

/** Records that an identifier is followed to before the rest of the search runs. */
const fewCarriers = 8;

/** Counts that are kept for the next page of the same search. */
const keptCounts = 200;

/** Longest condition, in characters with its values, whose count is kept: a query may hold a megabyte of values. */
const longestKeptCondition = 10_000;

/** Searches the tables of a record store over one connection. */
export class RecordSearch {
  private readonly statements: StatementCache;
  private readonly timeLimit: TimeLimit;
  private readonly snapshot: <T>(work: () => T) => T;
  private readonly counts = new Map<string, { readonly change: number; readonly count: number }>();

  /**
   * @param database - a connection that reads
   * @param timeLimit - the time limit of that connection
   */
  constructor(database: Database, timeLimit: TimeLimit) {
    this.statements = new StatementCache(database);
    this.timeLimit = timeLimit;
    // Count, page and documents are read in one transaction, so that they agree while another connection writes.
    const transaction = database.transaction((work: () => unknown) => work());
    this.snapshot = <T>(work: () => T) => transaction(work) as T;
  }

  /**
   * @param query - a bound query
   * @param layout - the tables of its record type
   * @returns the page
   * @throws DciError `err.request.timeout`, `rjct.sort.invalid`, `rjct.pagination.invalid`
   */
  search(query: Omit<RecordQuery, 'signal'>, layout: TableLayout): RecordPage {
    const order = sortToSql(query.sort, layout);
    return this.timeLimit.run(() =>
      this.snapshot(
        () => this.lookUp(query, layout, order) ?? this.readPage(query, layout, this.condition(query, layout), order),
      ),
    );
  }

  /** The most frequent search, one identifier and nothing else, needs neither the record table nor a count. */
  private lookUp(
    { filter, sort, page, consent }: Omit<RecordQuery, 'signal'>,
    layout: TableLayout,
    order: SqlOrder,
  ): RecordPage | undefined {
    if (filter.kind !== 'identifier' || sort.length > 0 || 'after' in page || consent !== undefined) return undefined;
    const carriers = this.carriers(filter, layout);
    if (carriers === undefined) return undefined;
    const keys = [...carriers].sort((one, other) => one - other);
    const end = page.number * page.size;
    const shown = keys.slice(end - page.size, end);
    const records = shown.map((key) => this.document(layout, [key]));
    const last = shown.at(-1);
    const found = { records, totalCount: keys.length };
    return last === undefined || end >= keys.length ? found : { ...found, next: order.position([last]) };
  }

  /**
   * @param query - a bound filter, and a consent that is required
   * @param layout - the tables of its record type
   * @returns the number of matching records
   * @throws DciError `err.request.timeout`
   */
  count(query: Pick<RecordQuery, 'filter' | 'consent'>, layout: TableLayout): number {
    return this.timeLimit.run(() => this.snapshot(() => this.countMatches(layout, this.condition(query, layout))));
  }

  /**
   * @param identifierType - canonical identifier type
   * @param value - the identifier
   * @param layout - the tables of a record type
   * @returns the record that carries it
   */
  get(identifierType: string, value: string, layout: TableLayout): JsonObject | undefined {
    const { documentTable, identifierTable } = layout;
    const row = this.statements
      .rows(
        `SELECT d.document, d.has_long_integers FROM "${identifierTable}" AS i JOIN "${documentTable}" AS d ` +
          'ON d.key = i.record WHERE i.value = ? AND i.type = ? ORDER BY i.path, i.record LIMIT 1',
      )
      .get(value, identifierType) as Row | undefined;
    return row === undefined ? undefined : readDocument(row);
  }

  private condition({ filter, consent }: Pick<RecordQuery, 'filter' | 'consent'>, layout: TableLayout): Condition {
    const matching = this.filterCondition(filter, layout);
    if (consent === undefined) return matching;
    const consenting = consentToSql(consent, layout);
    return {
      sql: `${matching.sql} AND ${consenting.sql}`,
      parameters: [...matching.parameters, ...consenting.parameters],
      isMomentary: true,
    };
  }

  /**
   * An identifier is looked up first and its few records are then named by key: the subquery that would
   * otherwise find them costs ten times as much as the look-up itself.
   */
  private filterCondition(filter: Filter, layout: TableLayout): SqlCondition {
    const parts = filter.kind === 'and' ? filter.filters : [filter];
    const identifier = parts.find((part) => part.kind === 'identifier');
    const keys = identifier === undefined ? undefined : this.carriers(identifier, layout);
    if (keys === undefined) return filterToSql(filter, layout, this.timeLimit.guard);
    const others = parts.filter((part) => part !== identifier);
    const rest = filterToSql({ kind: 'and', filters: others }, layout, this.timeLimit.guard);
    const named = `r.key IN (${Array.from(keys, () => '?').join(', ')})`;
    const sql = others.length === 0 ? named : `${named} AND ${rest.sql}`;
    return { sql, parameters: [...keys, ...rest.parameters] };
  }

  private carriers(filter: IdentifierFilter, layout: TableLayout): ReadonlySet<number> | undefined {
    const carriers = carriersToSql(filter, layout);
    if (carriers === undefined) return new Set();
    const rows = this.rows(`${carriers.sql} LIMIT ${fewCarriers + 1}`, carriers.parameters);
    return rows.length > fewCarriers ? undefined : new Set(rows.map(([key]) => Number(key)));
  }

  private readPage(
    { page }: Pick<RecordQuery, 'page'>,
    layout: TableLayout,
    condition: Condition,
    order: SqlOrder,
  ): RecordPage {
    // Counting first lets a sorted search choose its way; unsorted, a page that holds everything is the count.
    const counted = order.index === undefined ? undefined : this.countMatches(layout, condition);
    const offset = 'after' in page ? 0 : (page.number - 1) * page.size;
    if (counted !== undefined && offset >= counted) return { records: [], totalCount: counted };
    const limit = page.size + 1;
    const from = this.from(layout, order, counted, offset + limit);
    const rows: Row[] = [];
    if ('after' in page) {
      for (const range of order.after(page.after)) {
        if (rows.length === limit) break;
        const sql = this.pageSql(from, order, [condition.sql, range.condition], range.orderBy);
        rows.push(...this.rows(sql, condition.parameters, range.parameters, [limit - rows.length, 0]));
      }
    } else {
      const sql = this.pageSql(from, order, [condition.sql], order.orderBy);
      rows.push(...this.rows(sql, condition.parameters, [limit, offset]));
    }
    const isLast = rows.length < limit;
    const holdsTheEnd = isLast && !('after' in page) && (rows.length > 0 || offset === 0);
    const totalCount = counted ?? (holdsTheEnd ? offset + rows.length : this.countMatches(layout, condition));
    if (!isLast) rows.pop();
    const last = rows.at(-1);
    const records = rows.map((row) => this.document(layout, row));
    return isLast || last === undefined ? { records, totalCount } : { records, totalCount, next: order.position(last) };
  }

  private pageSql(from: string, order: SqlOrder, conditions: readonly string[], orderBy: string): string {
    const columns = ['r.key', ...order.selected].join(', ');
    const where = [this.timeLimit.guard, ...conditions].join(' AND ');
    return `SELECT ${columns} FROM ${from} WHERE ${where} ORDER BY ${orderBy} LIMIT ? OFFSET ?`;
  }

  /**
   * Where many records match, walking the sort index and passing over the others reaches the page sooner
   * than sorting all matches; SQLite does not take LIMIT into account, so it is told.
   */
  private from(layout: TableLayout, order: SqlOrder, matches: number | undefined, wanted: number): string {
    const table = `"${layout.recordTable}" AS r`;
    if (order.index === undefined || matches === undefined) return table;
    const walked = (wanted * this.highestKey(layout)) / matches;
    return walked < matches ? `${table} INDEXED BY "${order.index}"` : table;
  }

  private highestKey(layout: TableLayout): number {
    const row = this.statements.rows(`SELECT max(key) FROM "${layout.recordTable}"`).get() as Row;
    return Number(row[0] ?? 0);
  }

  private countMatches(layout: TableLayout, condition: Condition): number {
    const change = this.lastChange();
    const name = JSON.stringify([layout.recordTable, condition.sql, condition.parameters]);
    const kept = this.counts.get(name);
    if (kept?.change === change) return kept.count;
    const sql = `SELECT count(*) FROM "${layout.recordTable}" AS r WHERE ${this.timeLimit.guard} AND ${condition.sql}`;
    const [row] = this.rows(sql, condition.parameters);
    const count = Number(row?.[0] ?? 0);
    if (condition.isMomentary === true || name.length > longestKeptCondition) return count;
    this.counts.delete(name);
    if (this.counts.size >= keptCounts) {
      const [oldest] = this.counts.keys();
      if (oldest !== undefined) this.counts.delete(oldest);
    }
    this.counts.set(name, { change, count });
    return count;
  }

  private lastChange(): number {
    const row = this.statements.rows('SELECT last FROM record_store_change').get() as Row;
    return Number(row[0]);
  }

  private document(layout: TableLayout, [key]: Row): JsonObject {
    const sql = `SELECT document, has_long_integers FROM "${layout.documentTable}" WHERE key = ?`;
    const row = this.statements.rows(sql).get(key) as Row | undefined;
    if (row === undefined) throw new DciError('err.internal', 'A record of the store has no document.');
    return readDocument(row);
  }

  private rows(sql: string, ...parameters: readonly (readonly SqlValue[])[]): readonly Row[] {
    return this.statements.rows(sql).all(...parameters.flat()) as Row[];
  }
}
