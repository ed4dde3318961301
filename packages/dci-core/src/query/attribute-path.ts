import { DciError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';

/** One step of an {@link AttributePath}. */
export interface AttributePathStep {
  readonly member: string;
  /** Keeps the list elements whose `member` equals `value`. */
  readonly selector?: { readonly member: string; readonly value: string };
}

/** A parsed path into a record; see `AttributeDefinition.path` for its grammar. */
export type AttributePath = readonly AttributePathStep[];

const stepPattern = /([^.[\]=]+)(?:\[([^.[\]=]+)=([^[\]]*)\])?(\.|$)/y;

/**
 * Parses the path of an attribute: member names joined by dots, each with an optional `[member=value]`.
 *
 * @param text - for example `additional_attributes[key=requires_assistance].value`
 * @returns the parsed path
 * @throws DciError `err.configuration.invalid` when the path is malformed
 */
export function parseAttributePath(text: string): AttributePath {
  const steps: AttributePathStep[] = [];
  stepPattern.lastIndex = 0;
  for (let end = '.'; end === '.'; ) {
    const match = stepPattern.exec(text);
    if (match === null) {
      throw new DciError('err.configuration.invalid', 'An attribute path is malformed.', { path: text });
    }
    const [, member = '', selectorMember, selectorValue] = match;
    steps.push(
      selectorMember === undefined || selectorValue === undefined
        ? { member }
        : { member, selector: { member: selectorMember, value: selectorValue } },
    );
    end = match[4] ?? '';
  }
  return steps;
}

/**
 * Collects what stands at a path of a record. Lists on the way and at the end are traversed.
 *
 * @param record - the record
 * @param path - the parsed path
 * @returns the values in record order; never lists
 */
export function valuesAt(record: JsonObject, path: AttributePath): readonly JsonValue[] {
  let current: readonly JsonValue[] = [record];
  for (const step of path) {
    const next: JsonValue[] = [];
    for (const value of current) {
      if (isJsonObject(value) && Object.hasOwn(value, step.member)) flattenInto(next, value[step.member]);
    }
    const { selector } = step;
    current = selector === undefined ? next : next.filter((value) => isSelected(value, selector));
    if (current.length === 0) break;
  }
  return current;
}

function flattenInto(target: JsonValue[], value: JsonValue | undefined): void {
  if (value === undefined || value === null) return;
  if (!Array.isArray(value)) {
    target.push(value);
    return;
  }
  const pending: JsonValue[] = [...value].reverse();
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    if (Array.isArray(item))
      for (let index = item.length - 1; index >= 0; index -= 1) pending.push(item[index] ?? null);
    else if (item !== null) target.push(item);
  }
}

function isSelected(value: JsonValue, selector: { readonly member: string; readonly value: string }): boolean {
  if (!isJsonObject(value) || !Object.hasOwn(value, selector.member)) return false;
  const actual = value[selector.member];
  return typeof actual !== 'object' && actual !== undefined && String(actual) === selector.value;
}
