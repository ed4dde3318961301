import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';

/** One step of a {@link RecordPath}: a member, and which element where the member is a list. */
export interface PathStep {
  readonly name: string;
  /** `name[2]`: the element at this position, counted from 0. */
  readonly index?: number;
  /** `name[member=value]`: the element whose `member` is `value`. */
  readonly match?: { readonly member: string; readonly value: string };
}

/** A parsed path into a record. */
export type RecordPath = readonly PathStep[];

const stepPattern = /([^.[\]=]+)(?:\[(?:(\d{1,4})|([^.[\]=]+)=([^[\]]*))\])?(\.|$)/y;

/**
 * Parses a path into a record: the grammar of `AttributeDefinition.path` and, beside it, positions in a
 * list: `name.surname`, `email[0]`, `additional_attributes[key=dwelling_type].value`.
 *
 * @param text - the path
 * @returns its steps, or `undefined` when it is not a path
 */
export function parseRecordPath(text: string): RecordPath | undefined {
  const pattern = new RegExp(stepPattern);
  const steps: PathStep[] = [];
  for (;;) {
    const found = pattern.exec(text);
    const name = found?.[1];
    if (!found || name === undefined || name === '__proto__') return undefined;
    const [, , index, member, value] = found;
    if (index !== undefined) steps.push({ name, index: Number(index) });
    else if (member !== undefined) steps.push({ name, match: { member, value: value ?? '' } });
    else steps.push({ name });
    if (found[5] === '') return steps;
  }
}

/**
 * Writes a path as text.
 *
 * @param path - the path
 * @returns text that {@link parseRecordPath} reads as the same path
 */
export function formatRecordPath(path: RecordPath): string {
  return path.map(formatStep).join('.');
}

function formatStep({ name, index, match }: PathStep): string {
  if (index !== undefined) return `${name}[${index}]`;
  return match === undefined ? name : `${name}[${match.member}=${match.value}]`;
}

/**
 * Tells whether a step selects an element of the list that stands under its name.
 *
 * @param step - a step with a selector
 * @param element - the element
 * @param position - its position in the list
 * @returns true when the step means this element
 */
export function selects(step: PathStep, element: JsonValue, position: number): boolean {
  if (step.index !== undefined) return step.index === position;
  const { match } = step;
  if (match === undefined || !isJsonObject(element)) return false;
  const actual = element[match.member];
  return typeof actual !== 'object' && actual !== undefined && String(actual) === match.value;
}

/**
 * Reads the value that a path denotes. A single value where a list is expected counts as a list of one.
 *
 * @param record - the record
 * @param path - the path
 * @returns the value; `undefined` when it is absent or null
 */
export function readPath(record: JsonObject, path: RecordPath): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const step of path) {
    if (!isJsonObject(value)) return undefined;
    const member: JsonValue | undefined = value[step.name];
    value = step.index === undefined && step.match === undefined ? member : selectFrom(member, step);
  }
  return value ?? undefined;
}

function selectFrom(member: JsonValue | undefined, step: PathStep): JsonValue | undefined {
  return asList(member).find((element, position) => selects(step, element, position));
}

/**
 * Reads a value as a list: peers send a single object where the standard has a list (records.md section 1).
 *
 * @param value - a list, a single value, or nothing
 * @returns the elements
 */
export function asList(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as JsonValue];
}

type MutableObject = { [name: string]: JsonValue | undefined };

/** Builds a JSON object out of paths and values. What never gets a value is left out of the object. */
export class RecordBuilder {
  readonly #root: MutableObject = {};
  readonly #lists: JsonValue[][] = [];

  /**
   * Sets a value.
   *
   * @param path - where
   * @param value - what; `undefined` sets nothing
   */
  set(path: RecordPath, value: JsonValue | undefined): void {
    if (value === undefined) return;
    let target = this.#root;
    path.forEach((step, depth) => {
      const last = depth === path.length - 1;
      if (step.index !== undefined) {
        const list = this.#listAt(target, step.name);
        if (last) list[step.index] = value;
        else {
          const element = (list[step.index] ?? {}) as MutableObject;
          list[step.index] = element;
          target = element;
        }
      } else if (step.match !== undefined) {
        target = this.#elementAt(target, step.name, step.match);
      } else if (last) {
        target[step.name] = value;
      } else {
        const inner = (target[step.name] ?? {}) as MutableObject;
        target[step.name] = inner;
        target = inner;
      }
    });
  }

  /** @returns the object, or `undefined` when nothing was set */
  finish(): JsonObject | undefined {
    for (const list of this.#lists) {
      // Positions that got no value are holes; `filter` skips them.
      list.splice(0, list.length, ...list.filter(() => true));
    }
    return Object.keys(this.#root).length === 0 ? undefined : this.#root;
  }

  #listAt(target: MutableObject, name: string): JsonValue[] {
    const existing = target[name];
    if (Array.isArray(existing)) return existing;
    const list: JsonValue[] = [];
    this.#lists.push(list);
    target[name] = list;
    return list;
  }

  #elementAt(target: MutableObject, name: string, match: { member: string; value: string }): MutableObject {
    const list = this.#listAt(target, name);
    const found = list.find((element) => isJsonObject(element) && element[match.member] === match.value);
    if (found !== undefined) return found as MutableObject;
    const element: MutableObject = { [match.member]: match.value };
    list.push(element);
    return element;
  }
}
