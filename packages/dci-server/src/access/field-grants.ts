import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import { covers, overlaps, parseRecordPath, type RecordPath } from './record-path.ts';

/** What a sender may read of the records of one type. */
export interface FieldGrants {
  /**
   * Tells whether everything at and below a path may be read.
   *
   * @param path - a path as in the registry type's attribute table
   * @returns false for every path that is not granted, known or not
   */
  isReadable(path: string): boolean;
  /**
   * Cuts a record to what may be read.
   *
   * @param record - the whole record
   * @returns a new record with the granted places only. Lists keep the elements of which something is left,
   *   objects and lists of which nothing is left are left out, so that what is hidden leaves no trace.
   *   The `@context` and `@type` of the record itself are always kept.
   */
  project(record: JsonObject): JsonObject;
}

interface Grant {
  readonly path: RecordPath;
  /** True when it also grants what is sensitive below it. */
  readonly deep: boolean;
}

/** What is granted at a place: nothing, what is not sensitive, or everything. */
type Coverage = 'none' | 'plain' | 'deep';

interface Pending {
  readonly grants: readonly Grant[];
  readonly sensitive: readonly RecordPath[];
  readonly coverage: Coverage;
}

/**
 * Compiles the `fields` of a policy.
 *
 * @param fields - paths, `*` and `**` as {@link import('./policy.ts').RecordTypePolicy.fields} says
 * @param sensitivePaths - paths that the registry type marks as sensitive
 * @returns the compiled grants; nothing is granted that is not named
 * @throws DciError `err.configuration.invalid` when a field is not a path
 */
export function compileFieldGrants(fields: readonly string[], sensitivePaths: readonly string[]): FieldGrants {
  const grants = fields.map(parseGrant);
  const sensitive = sensitivePaths.map(parseRecordPath);
  const readable = new Map<string, boolean>();
  const atRecord = settle({ grants, sensitive, coverage: 'none' });

  return {
    isReadable: (path) => {
      const known = readable.get(path);
      if (known !== undefined) return known;
      const answer = isReadable(parseRecordPath(path), { grants, sensitive });
      // Paths come from attribute tables; the bound keeps a caller's mistake from becoming a leak of memory.
      if (readable.size < 10_000) readable.set(path, answer);
      return answer;
    },
    project: (record) => {
      const kept = projectObject(record, atRecord) ?? {};
      const envelope: Record<string, JsonValue> = {};
      for (const name of ['@context', '@type']) {
        const value = record[name];
        if (value !== undefined) envelope[name] = value;
      }
      return { ...envelope, ...kept };
    },
  };
}

function parseGrant(field: string): Grant {
  if (field === '*') return { path: [], deep: false };
  if (field === '**') return { path: [], deep: true };
  if (field.endsWith('.**')) return { path: parseRecordPath(field.slice(0, -3)), deep: true };
  return { path: parseRecordPath(field), deep: false };
}

/**
 * A path may be read when it is covered, and the reader may know every condition on list elements in it:
 * because a covering grant makes the same condition, or because the member that it looks at is covered too.
 */
function isReadable(path: RecordPath, { grants, sensitive }: Omit<Pending, 'coverage'>): boolean {
  if (!isCovered(path, grants, sensitive)) return false;
  return path.every((step, index) => {
    if (step.kind === 'member') return true;
    const place = path.slice(0, index + 1);
    return (
      grants.some((grant) => covers(grant.path, path) && covers(place, grant.path)) ||
      isCovered([...place, { kind: 'member', name: step.member }], grants, sensitive)
    );
  });
}

/**
 * A path is covered when a grant lies at or above it, and every sensitive place above, in or below it is
 * granted by name.
 */
function isCovered(path: RecordPath, grants: readonly Grant[], sensitive: readonly RecordPath[]): boolean {
  const above = grants.filter((grant) => covers(grant.path, path));
  if (above.some((grant) => grant.deep)) return true;
  const touched = sensitive.filter((place) => overlaps(place, path));
  const around = touched.filter((place) => covers(place, path));
  const within = touched.filter((place) => !covers(place, path));
  return (
    above.some((grant) => around.every((place) => covers(place, grant.path))) &&
    within.every((place) => grants.some((grant) => names(grant, place)))
  );
}

/** A grant names a sensitive place when it lies exactly there, or above with `.**`. */
function names(grant: Grant, place: RecordPath): boolean {
  return covers(grant.path, place) && (grant.deep || covers(place, grant.path));
}

function projectValue(value: JsonValue, pending: Pending): JsonValue | undefined {
  if (pending.coverage === 'deep') return value;
  if (pending.coverage === 'plain' && pending.sensitive.length === 0) return value;
  if (pending.coverage === 'none' && pending.grants.length === 0) return undefined;
  if (Array.isArray(value)) {
    const kept = value.map((element) => projectValue(element, pending)).filter((element) => element !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  if (isJsonObject(value)) return projectObject(value, enterElement(value, pending));
  return pending.coverage === 'none' ? undefined : value;
}

function projectObject(value: JsonObject, pending: Pending): JsonObject | undefined {
  if (pending.coverage === 'deep') return value;
  if (pending.coverage === 'plain' && pending.sensitive.length === 0) return value;
  const kept: Record<string, JsonValue> = {};
  let empty = true;
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const left = projectValue(member, enterMember(name, pending));
    if (left === undefined) continue;
    kept[name] = left;
    empty = false;
  }
  return empty ? undefined : kept;
}

/** Follows grants and sensitive paths into a member. */
function enterMember(name: string, pending: Pending): Pending {
  const into = (path: RecordPath) => path[0]?.kind === 'member' && path[0].name === name;
  return settle({
    grants: pending.grants
      .filter((grant) => into(grant.path))
      .map((grant) => ({ path: grant.path.slice(1), deep: grant.deep })),
    sensitive: pending.sensitive.filter(into).map((path) => path.slice(1)),
    coverage: pending.coverage,
  });
}

/** Resolves conditions on list elements for one element; a single object counts as a list of one. */
function enterElement(element: JsonObject, pending: Pending): Pending {
  const waits = (path: RecordPath) => path[0]?.kind === 'where';
  const passes = (path: RecordPath) => path[0]?.kind !== 'where' || textOf(element[path[0].member]) === path[0].value;
  const strip = (path: RecordPath) => (waits(path) ? path.slice(1) : path);
  return settle({
    grants: pending.grants
      .filter((grant) => passes(grant.path))
      .map((grant) => ({ path: strip(grant.path), deep: grant.deep })),
    sensitive: pending.sensitive.filter(passes).map(strip),
    coverage: pending.coverage,
  });
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'object' || value === undefined ? undefined : String(value);
}

/** Applies the grants and sensitive marks that end at this very place. */
function settle(pending: Pending): Pending {
  let { coverage } = pending;
  if (coverage !== 'deep' && pending.sensitive.some((path) => path.length === 0)) coverage = 'none';
  for (const grant of pending.grants) {
    if (grant.path.length > 0) continue;
    if (grant.deep) coverage = 'deep';
    else if (coverage === 'none') coverage = 'plain';
  }
  return {
    grants: pending.grants.filter((grant) => grant.path.length > 0),
    sensitive: pending.sensitive.filter((path) => path.length > 0),
    coverage,
  };
}
