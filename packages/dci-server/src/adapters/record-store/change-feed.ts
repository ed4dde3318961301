import type { Database, Statement } from 'better-sqlite3';
import { DciError, type RecordChangeKind } from 'dci-core';
import type { ChangePage, RecordChange } from '../adapter.ts';
import { feedPosition, readFeedPosition } from '../feed-position.ts';
import { readDocument } from './document.ts';

type FeedRow = readonly [
  sequence: number,
  at: number,
  recordType: string,
  kind: RecordChangeKind,
  document: string,
  hasLongIntegers: number,
  previous: string | null,
  previousHasLongIntegers: number,
];

/** Reads the change feed of one registry type over one connection. */
export class ChangeFeed {
  private readonly registry: string;
  private readonly state: Statement<[string], [feed: string, pruned: number, last: number]>;
  private readonly rows: Statement<[string, number, number], FeedRow>;
  private readonly snapshot: (since: string | undefined, limit: number) => ChangePage;

  /**
   * @param database - a connection that reads
   * @param registry - name of the registry type
   */
  constructor(database: Database, registry: string) {
    this.registry = registry;
    this.state = database
      .prepare<[string], [string, number, number]>(
        'SELECT feed, pruned, last FROM record_store_feed_state, record_store_change WHERE registry = ?',
      )
      .raw();
    this.rows = database
      .prepare<[string, number, number], FeedRow>(
        'SELECT sequence, at, record_type, kind, document, has_long_integers, previous, previous_has_long_integers ' +
          'FROM record_store_feed WHERE registry = ? AND sequence > ? ORDER BY sequence LIMIT ?',
      )
      .raw();
    this.snapshot = database.transaction((since: string | undefined, limit: number) => this.page(since, limit));
  }

  /**
   * @param since - a position, or `undefined` for that of now
   * @param limit - at most as many changes
   * @returns the next part, as `RegistryAdapter.changes` says
   */
  read(since: string | undefined, limit: number): ChangePage {
    return this.snapshot(since, limit);
  }

  private page(since: string | undefined, limit: number): ChangePage {
    const state = this.state.get(this.registry);
    if (state === undefined) throw new DciError('err.internal', 'The record store has no change feed.');
    const [feed, pruned, last] = state;
    if (since === undefined) return { changes: [], position: feedPosition(feed, last) };
    const given = readFeedPosition(since, feed);
    // A position ahead of the last change is of a copy of the file that was newer than this one.
    const isKept = given !== undefined && given <= last && given >= pruned;
    const start = isKept ? given : pruned;
    const rows = this.rows.all(this.registry, start, limit);
    const end = rows.length < limit ? last : (rows.at(-1)?.[0] ?? start);
    const page = { changes: rows.map((row) => toChange(row, feed)), position: feedPosition(feed, end) };
    return isKept ? page : { ...page, isIncomplete: true };
  }
}

function toChange(row: FeedRow, feed: string): RecordChange {
  const [sequence, at, recordType, kind, document, hasLongIntegers, previous, previousHasLongIntegers] = row;
  return {
    changeId: feedPosition(feed, sequence),
    recordType,
    kind,
    record: readDocument([document, hasLongIntegers]),
    ...(previous === null ? {} : { previous: readDocument([previous, previousHasLongIntegers]) }),
    at,
  };
}
