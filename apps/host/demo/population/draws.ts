/**
 * Repeatable draws from one seed. The same key gives the same draws on every machine: only 32-bit
 * integer arithmetic and exact divisions by powers of two are used.
 */
export interface Draws {
  /** @returns a number in [0, 1) */
  fraction(): number;
  /** @returns an integer from `least` to `most`, both included */
  integer(least: number, most: number): number;
  /** @returns true with this probability */
  chance(probability: number): boolean;
  /** @returns one element; `list` must not be empty */
  pick<T>(list: readonly T[]): T;
  /** @returns one of the values, as often as its weight says; `choices` must not be empty */
  weighted<T>(choices: readonly (readonly [value: T, weight: number])[]): T;
  /** @returns a shuffled copy */
  shuffled<T>(list: readonly T[]): T[];
}

/** xmur3: spreads a text over 32-bit words, for seeding. */
function seedWords(key: string): () => number {
  let state = 1779033703 ^ key.length;
  for (let at = 0; at < key.length; at += 1) {
    state = Math.imul(state ^ key.charCodeAt(at), 3432918353);
    state = (state << 13) | (state >>> 19);
  }
  return () => {
    state = Math.imul(state ^ (state >>> 16), 2246822507);
    state = Math.imul(state ^ (state >>> 13), 3266489909);
    state ^= state >>> 16;
    return state >>> 0;
  };
}

/**
 * Opens the sequence of draws that belongs to a key.
 *
 * @param key - names the sequence, for example `demo/household/17`
 * @returns the draws; the generator behind it is sfc32
 */
export function drawsFor(key: string): Draws {
  const seed = seedWords(key);
  let a = seed();
  let b = seed();
  let c = seed();
  let counter = seed();

  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) word();

  const fraction = (): number => word() / 4294967296;
  const integer = (least: number, most: number): number => least + Math.floor(fraction() * (most - least + 1));
  const pick = <T>(list: readonly T[]): T => {
    const picked = list[integer(0, list.length - 1)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  };
  return {
    fraction,
    integer,
    chance: (probability) => fraction() < probability,
    pick,
    weighted: (choices) => {
      let total = 0;
      for (const [, weight] of choices) total += weight;
      let rest = fraction() * total;
      for (const [value, weight] of choices) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return pick(choices)[0];
    },
    shuffled: (list) => {
      const copy = [...list];
      for (let last = copy.length - 1; last > 0; last -= 1) {
        const other = integer(0, last);
        const [kept, moved] = [copy[last], copy[other]];
        if (kept === undefined || moved === undefined) continue;
        copy[last] = moved;
        copy[other] = kept;
      }
      return copy;
    },
  };
}
