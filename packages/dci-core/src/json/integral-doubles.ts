type Key = string | number;

/**
 * Remembers which numbers of a document were written as doubles although they denote a safe integer (`1.0`, `1e3`):
 * their canonical text cannot be told from the value alone. Kept small, because a body can consist of nothing else.
 */
export class IntegralDoubles {
  /** By array or object: the index or name, or the set of them where there are several. */
  private readonly places = new Map<object, Key | Set<Key>>();

  /**
   * @param container - the array or object that holds the number
   * @param key - its index or name
   */
  add(container: object, key: Key): void {
    const known = this.places.get(container);
    if (known === undefined) this.places.set(container, key);
    else if (known instanceof Set) known.add(key);
    else this.places.set(container, new Set([known, key]));
  }

  /**
   * @param container - the array or object that holds the number
   * @param key - its index or name
   * @returns whether it was added
   */
  has(container: object, key: Key): boolean {
    const known = this.places.get(container);
    return known instanceof Set ? known.has(key) : known === key;
  }
}
