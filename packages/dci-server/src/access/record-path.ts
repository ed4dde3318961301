import { type AttributePath, DciError, parseAttributePath } from 'dci-core';

/** One step of a {@link RecordPath}: into a member, or into those list elements that have a certain member. */
export type PathStep =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'where'; readonly member: string; readonly value: string };

/**
 * A place in a record, in the notation of a registry type's attribute table: member names joined by dots,
 * lists on the way are traversed, `name[member=value]` keeps the elements whose `member` equals `value`.
 */
export type RecordPath = readonly PathStep[];

/**
 * Reads a path.
 *
 * @param text - for example `additional_attributes[key=housing].value`
 * @returns its steps; the text `''` is the record itself
 * @throws DciError `err.configuration.invalid` when it is not a path
 */
export function parseRecordPath(text: string): RecordPath {
  if (text === '') return [];
  return parsed(text).flatMap(({ member: name, selector }): PathStep[] => {
    // A `*` that means "everything" is read before; in a name it is a slip.
    if (name.includes('*')) throw notAPath(text);
    return selector === undefined
      ? [{ kind: 'member', name }]
      : [
          { kind: 'member', name },
          { kind: 'where', ...selector },
        ];
  });
}

function parsed(text: string): AttributePath {
  try {
    return parseAttributePath(text);
  } catch (error) {
    if (error instanceof DciError) throw notAPath(text);
    throw error;
  }
}

function notAPath(text: string): DciError {
  return new DciError('err.configuration.invalid', `"${text}" is not a path of a record`);
}

/**
 * Tells whether everything at `path` lies at or below `prefix`.
 *
 * @param prefix - a path; where it has no condition on list elements, it means all of them
 * @param path - a path
 * @returns true when `prefix` covers `path` for sure
 */
export function covers(prefix: RecordPath, path: RecordPath): boolean {
  let at = 0;
  for (const step of prefix) {
    if (step.kind === 'member') {
      while (path[at]?.kind === 'where') at += 1;
      const other = path[at];
      if (other?.kind !== 'member' || other.name !== step.name) return false;
    } else {
      const other = path[at];
      if (other?.kind !== 'where' || other.member !== step.member || other.value !== step.value) return false;
    }
    at += 1;
  }
  return true;
}

/**
 * Tells whether some place can lie at or below both paths.
 *
 * @param first - a path
 * @param second - a path
 * @returns false only when no record can have a place that both paths cover
 */
export function overlaps(first: RecordPath, second: RecordPath): boolean {
  let one = 0;
  let two = 0;
  while (one < first.length && two < second.length) {
    const a = first[one];
    const b = second[two];
    if (a === undefined || b === undefined) return true;
    if (a.kind === 'where' && b.kind === 'where') {
      if (a.member === b.member && a.value !== b.value) return false;
      one += 1;
      two += 1;
    } else if (a.kind === 'where') {
      one += 1;
    } else if (b.kind === 'where') {
      two += 1;
    } else if (a.name !== b.name) {
      return false;
    } else {
      one += 1;
      two += 1;
    }
  }
  return true;
}
