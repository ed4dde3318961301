import type { ChangePage, RecordChange } from './adapter.ts';
import { feedPosition, readFeedPosition } from './feed-position.ts';

/** A change feed in memory. It ends with the process: positions of an earlier one are of another feed. */
export class MemoryFeed {
  private readonly name: string;
  private readonly capacity: number;
  private changes: RecordChange[] = [];
  /** Number of the last change that was forgotten. */
  private pruned = 0;

  /**
   * @param startedAt - unix milliseconds; names the feed
   * @param capacity - how many changes are kept at least; about as many more stay until they are forgotten together
   */
  constructor(startedAt: number, capacity: number) {
    this.name = startedAt.toString(36);
    this.capacity = capacity;
  }

  /** @param change - what was done */
  write(change: Omit<RecordChange, 'changeId'>): void {
    const changeId = feedPosition(this.name, this.pruned + this.changes.length + 1);
    this.changes.push({ changeId, ...change });
    if (this.changes.length < 2 * this.capacity) return;
    this.pruned += this.changes.length - this.capacity;
    this.changes = this.changes.slice(-this.capacity);
  }

  /**
   * @param since - a position, or `undefined` for that of now
   * @param limit - at most as many changes
   * @returns the next part, as `RegistryAdapter.changes` says
   */
  read(since: string | undefined, limit: number): ChangePage {
    const last = this.pruned + this.changes.length;
    if (since === undefined) return { changes: [], position: feedPosition(this.name, last) };
    const given = readFeedPosition(since, this.name);
    const isKept = given !== undefined && given <= last && given >= this.pruned;
    const start = isKept ? given - this.pruned : 0;
    const changes = this.changes.slice(start, start + limit);
    const page = { changes, position: feedPosition(this.name, this.pruned + start + changes.length) };
    return isKept ? page : { ...page, isIncomplete: true };
  }
}
