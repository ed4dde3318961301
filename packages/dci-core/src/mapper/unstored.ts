import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { RecordWarning } from '../registry-type/define.ts';
import type { FieldPlan } from './plan.ts';
import { asList, type RecordPath, selects } from './record-path.ts';
import { sameJson } from './same-json.ts';

/** A mapped path, followed as far as `depth`. */
interface Place {
  readonly path: RecordPath;
  readonly depth: number;
  readonly isStored: boolean;
  /** For constants: the only value that loses nothing. */
  readonly constant?: JsonValue;
}

/**
 * Reports the members of a record that a mapping does not store. Elements of mapped lists are looked at
 * when they are written, not here.
 *
 * @param fields - the fields of this level
 * @param record - the record, or the element of a list
 * @param prefix - its own place, for the warnings
 * @param warn - called for each place that is lost
 */
export function reportUnstored(
  fields: readonly FieldPlan[],
  record: JsonObject,
  prefix: string,
  warn: (warning: RecordWarning) => void,
): void {
  const places = fields.flatMap((field): Place[] => {
    if (field.kind === 'computed-column') return [];
    const place = { depth: 0, isStored: field.writes };
    if (field.kind === 'constant') return [{ ...place, path: field.path, constant: field.value }];
    if (field.kind === 'list') return [field.path, ...field.alsoAt].map((path) => ({ ...place, path }));
    return [{ ...place, path: field.path }];
  });
  walk(record, places, prefix, warn);
}

function walk(
  record: JsonObject,
  places: readonly Place[],
  prefix: string,
  warn: (warning: RecordWarning) => void,
): void {
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined || value === null || value === '') continue;
    const here = places.filter(({ path, depth }) => path[depth]?.name === name);
    const selecting = here.filter(
      ({ path, depth }) => path[depth]?.index !== undefined || path[depth]?.match !== undefined,
    );
    if (selecting.length === 0) visit(value, here, prefix + name, warn);
    else {
      asList(value).forEach((element, position) => {
        const chosen = selecting.filter(({ path, depth }) => {
          const step = path[depth];
          return step !== undefined && selects(step, element, position);
        });
        visit(element, withSelectorMember(chosen), `${prefix}${name}[${position}]`, warn);
      });
    }
  }
}

/** The member that a selector `[member=value]` tells elements by is kept in the mapping itself. */
function withSelectorMember(chosen: readonly Place[]): readonly Place[] {
  return chosen.flatMap((place) => {
    const match = place.path[place.depth]?.match;
    if (match === undefined) return [place];
    const path = [...place.path.slice(0, place.depth + 1), { name: match.member }];
    return [place, { path, depth: place.depth, isStored: true }];
  });
}

function visit(value: JsonValue, here: readonly Place[], path: string, warn: (warning: RecordWarning) => void): void {
  const ended = here.filter((place) => place.depth === place.path.length - 1);
  const inner = here
    .filter((place) => place.depth < place.path.length - 1)
    .map((place) => ({ ...place, depth: place.depth + 1 }));
  if (here.length === 0) warn({ path, message: 'The mapping has no column for this member; it is not stored.' });
  else if (ended.length > 0) {
    const isKept = ended.some(
      ({ isStored, constant }) => isStored || (constant !== undefined && sameJson(constant, value)),
    );
    if (!isKept) warn({ path, message: 'The member is only read from rows; it is not stored.' });
  } else if (isJsonObject(value)) walk(value, inner, `${path}.`, warn);
  else warn({ path, message: 'The member is no object; it is not stored.' });
}
