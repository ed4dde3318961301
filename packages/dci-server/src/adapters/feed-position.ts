/**
 * Writes a position in a change feed. It names the feed, so that a position which another feed gave, of a file that
 * was made anew for example, is not mistaken for one of this feed.
 *
 * @param feed - name of the feed, without a full stop
 * @param sequence - number of the last change before the position
 * @returns a position; also the id of the change with that number
 */
export function feedPosition(feed: string, sequence: number): string {
  return `${feed}.${sequence}`;
}

/**
 * @param position - as a caller gave it
 * @param feed - name of the feed
 * @returns the number of the last change before it, or `undefined` when this feed never gave it
 */
export function readFeedPosition(position: string, feed: string): number | undefined {
  const [, name, digits] = /^([^.]+)\.(\d{1,15})$/.exec(position) ?? [];
  return name === feed ? Number(digits) : undefined;
}
