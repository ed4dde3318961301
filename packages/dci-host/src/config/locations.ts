import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';

/** A place of the registry's area: region, district, facility. Names are those of the wire (`locations.json`). */
export interface LocationSetting {
  /** Unique among the locations. */
  readonly id: string;
  readonly name: string;
  /** For example `region`, or a code of the registry such as `crvs:HEALTH_FACILITY`. */
  readonly type: string;
  /** The place in which this one lies; absent or `null` for a root. */
  readonly parent_id?: string | null | undefined;
  /** Further identifiers of the place, for example of a statistics office. */
  readonly identifier?: readonly { readonly name: string; readonly identifier: string }[] | undefined;
}

const text = v.pipe(
  v.string('a text is expected'),
  v.nonEmpty('a text is expected'),
  v.maxLength(512, 'at most 512 characters'),
);

const locationSchema = v.strictObject(
  {
    id: text,
    name: text,
    type: text,
    parent_id: v.optional(v.nullable(text)),
    identifier: v.optional(
      v.array(
        v.strictObject({ name: text, identifier: text }, 'name and identifier are expected'),
        'a list is expected',
      ),
    ),
  },
  'a location with id, name and type is expected',
);

/** Schema of a list of locations: ids are unique, parents are there, and nothing lies within itself. */
export const locationsSchema = v.pipe(
  v.array(locationSchema, 'a list of locations, or the path of a file with one, is expected'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    for (const { index, member, message } of treeFaults(dataset.value)) {
      const place = dataset.value[index];
      if (place === undefined) continue;
      addIssue({
        message,
        path: [
          { type: 'array', origin: 'value', input: dataset.value, key: index, value: place },
          { type: 'object', origin: 'value', input: place, key: member, value: place[member] },
        ],
      });
    }
  }),
);

const fileSchema = v.pipe(
  v.unknown(),
  v.transform((value) =>
    typeof value === 'object' && value !== null && 'locations' in value ? value.locations : value,
  ),
  locationsSchema,
);

/**
 * Reads a file of locations: a JSON list, or an object with a list `locations`.
 *
 * @param path - of the file
 * @param directory - to which a relative path belongs
 * @returns the locations, and every fault without a value
 */
export function readLocationFile(
  path: string,
  directory: string,
): { readonly locations: readonly LocationSetting[]; readonly faults: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(resolve(directory, path), 'utf8'));
  } catch (error) {
    const isSyntax = error instanceof SyntaxError;
    return { locations: [], faults: [`locations: the file ${isSyntax ? 'holds no JSON' : 'cannot be read'}`] };
  }
  const result = v.safeParse(fileSchema, value);
  if (result.success) return { locations: result.output, faults: [] };
  const faults = result.issues.map(
    (issue) => `locations${v.getDotPath(issue) === null ? '' : ` ${v.getDotPath(issue)}`}: ${issue.message}`,
  );
  return { locations: [], faults };
}

interface TreeFault {
  readonly index: number;
  readonly member: 'id' | 'parent_id';
  readonly message: string;
}

function treeFaults(locations: readonly LocationSetting[]): readonly TreeFault[] {
  const byId = new Map(locations.map((location) => [location.id, location]));
  const seen = new Set<string>();
  /** Ids from which a root is reached. */
  const rooted = new Set<string>();
  return locations.flatMap((location, index): readonly TreeFault[] => {
    if (seen.has(location.id)) return [{ index, member: 'id', message: 'there is another location of this id' }];
    seen.add(location.id);
    if (location.parent_id != null && !byId.has(location.parent_id)) {
      return [{ index, member: 'parent_id', message: 'no location has this id' }];
    }
    const way = new Set<string>();
    let place: LocationSetting | undefined = location;
    while (place !== undefined && !rooted.has(place.id)) {
      if (way.has(place.id)) return [{ index, member: 'parent_id', message: 'a location lies within itself' }];
      way.add(place.id);
      place = place.parent_id == null ? undefined : byId.get(place.parent_id);
    }
    for (const id of way) rooted.add(id);
    return [];
  });
}
