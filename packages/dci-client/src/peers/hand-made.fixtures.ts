import { createHash, type KeyObject, sign } from 'node:crypto';

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, sorted(item)]));
}

/**
 * Canonical JSON in the simplest way that is right for texts and whole numbers: the tests of the peers compare with it,
 * and sign with it what they send.
 */
export const simpleCanonical = (value: unknown): string =>
  JSON.stringify(sorted(value)).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** How a signature made by hand differs from a good one. */
export interface HandMade {
  readonly key: KeyObject;
  /** Seconds for which it is valid; absent: 300. */
  readonly life?: number;
  /** Seconds since it was made; absent: 0. */
  readonly age?: number;
}

/** A signature in the form of the seeds over a text in canonical form. */
export function signByHand(canonical: string, { key, life = 300, age = 0 }: HandMade): string {
  const created = Math.floor(Date.now() / 1000) - age;
  const digest = createHash('sha256').update(canonical).digest('base64');
  const text = `(created): ${created}\n(expires): ${created + life}\ndigest: ${digest}`;
  const signature = sign(null, Buffer.from(text), key).toString('base64');
  return `namespace="dci", kidId="mis.example.org|key1|ed25519", algorithm="ed25519", created="${created}", expires="${created + life}", headers="(created) (expires) digest", signature="${signature}"`;
}
