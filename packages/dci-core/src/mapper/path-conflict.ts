import type { PathStep, RecordPath } from './record-path.ts';

/**
 * Tells why two paths cannot both be written into one record.
 *
 * @param left - a path
 * @param right - another path
 * @returns the reason, or `undefined` when they stand beside each other
 */
export function pathConflict(left: RecordPath, right: RecordPath): string | undefined {
  const common = Math.min(left.length, right.length);
  for (let depth = 0; depth < common; depth += 1) {
    const a = left[depth];
    const b = right[depth];
    if (a === undefined || b === undefined || a.name !== b.name) return undefined;
    if (selectorKind(a) !== selectorKind(b)) return 'treats one member as a list in two ways';
    if (a.index !== b.index || a.match?.member !== b.match?.member || a.match?.value !== b.match?.value)
      return undefined;
  }
  return left.length === right.length
    ? 'maps one place of the record twice'
    : 'maps a place inside another mapped place';
}

function selectorKind(step: PathStep): 'none' | 'index' | 'match' {
  if (step.index !== undefined) return 'index';
  return step.match === undefined ? 'none' : 'match';
}
