import { DciError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { ReadRecord } from '../registry-type/registry-type.ts';
import { readDate, readDateTime } from './dates.ts';
import { createReadingReport, memberPath, type ReadingReport } from './report.ts';
import { type Field, findField, isEmptyMember, type Shape } from './shape.ts';
import { elementsOf, isAbsent } from './values.ts';

/**
 * Makes the reader of a record type from the shape of its records.
 *
 * @param shape - the root object
 * @returns the function for `RecordType.read`
 */
export function recordReader(shape: Shape): (value: JsonValue) => ReadRecord {
  return (value) => {
    if (!isJsonObject(value)) {
      throw new DciError('err.request.bad', `a record of type ${shape.name} must be an object`, {
        path: 'reg_records',
      });
    }
    const report = createReadingReport();
    return { record: readObject(shape, value, '', report), warnings: report.warnings };
  };
}

/**
 * Brings an object into the shape's spelling. Nothing is dropped but `null`, `""` and repetitions: what the shape does
 * not know stays as it is, what cannot be translated stays and is reported.
 *
 * @param shape - the shape of the object
 * @param value - the object as received
 * @param path - its place in the record, empty for the record itself
 * @param report - gets what could not be translated
 * @returns the object under the JSON-LD names
 */
export function readObject(shape: Shape, value: JsonObject, path: string, report: ReadingReport): JsonObject {
  const received = shape.restructure === undefined ? value : shape.restructure(value);
  const chosen = chooseSpellings(shape, received);
  const result: Record<string, JsonValue> = {};
  for (const spelling of Object.keys(received)) {
    const member = received[spelling];
    if (member === undefined) continue;
    const name = findField(shape, spelling)?.field;
    const field = name === undefined ? undefined : shape.fields[name];
    if (name === undefined || field === undefined) {
      setMember(result, spelling, member);
    } else if (!isEmptyMember(field, member)) {
      const target = memberPath(path, name);
      const read = readField(field, member, target, report);
      const first = chosen.get(name)?.spelling;
      if (first === spelling) {
        if (read !== undefined) setMember(result, name, read);
      } else if (!isRepetition(field, read, first === undefined ? undefined : received[first])) {
        report.warn(target, 'another spelling of this member has another value; it was kept under its own name');
        setMember(result, spelling, member);
      }
    }
  }
  return result;
}

/** Member → the spelling of it that counts: of those with a value, the one of the first choice. */
function chooseSpellings(
  shape: Shape,
  received: JsonObject,
): ReadonlyMap<string, { readonly spelling: string; readonly rank: number }> {
  const chosen = new Map<string, { readonly spelling: string; readonly rank: number }>();
  for (const spelling of Object.keys(received)) {
    const found = findField(shape, spelling);
    const field = found === undefined ? undefined : shape.fields[found.field];
    if (found === undefined || field === undefined || isEmptyMember(field, received[spelling])) continue;
    const earlier = chosen.get(found.field);
    if (earlier === undefined || found.rank < earlier.rank) chosen.set(found.field, { spelling, rank: found.rank });
  }
  return chosen;
}

// a member may have any name, also that of the prototype
function setMember(object: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

function isRepetition(field: Field, read: JsonValue | undefined, first: JsonValue | undefined): boolean {
  const silent = { warn: () => {} };
  return first !== undefined && isSame(read, readField(field, first, '', silent));
}

function readField(field: Field, value: JsonValue, path: string, report: ReadingReport): JsonValue | undefined {
  const each = (elements: readonly JsonValue[]): readonly JsonValue[] =>
    elements.map((element, index) => readValue(field, element, `${path}[${index}]`, report));
  if (field.list) return each(fieldElements(field, value));
  if (field.kind === 'json' || !Array.isArray(value)) return readValue(field, value, path, report);
  const elements = fieldElements(field, value);
  const [first] = elements;
  if (first === undefined) return undefined;
  if (elements.length === 1) return readValue(field, first, path, report);
  if (field.merge !== undefined && elements.every(isJsonObject)) {
    return readValue(field, field.merge(elements), path, report);
  }
  report.warn(path, 'a single value is expected here; the list was kept');
  return each(elements);
}

// free JSON may hold lists in a list
function fieldElements(field: Field, value: JsonValue): readonly JsonValue[] {
  if (field.kind !== 'json' || !Array.isArray(value)) return elementsOf(value);
  return (value as readonly JsonValue[]).filter((element) => !isAbsent(element));
}

function readValue(field: Field, value: JsonValue, path: string, report: ReadingReport): JsonValue {
  const kept = (message: string): JsonValue => {
    report.warn(path, `${message}; it was kept as it is`);
    return value;
  };
  switch (field.kind) {
    case 'json':
      return value;
    case 'object':
      return readNested(field, value, path, report) ?? kept('an object is expected here');
    case 'text': {
      const text = asText(value);
      if (text === undefined) return kept('a text is expected here');
      return field.normalize === undefined ? text : field.normalize(text);
    }
    case 'code': {
      const text = asText(value);
      return (
        (text === undefined ? undefined : field.codeList?.toCode(text)) ??
        kept('not a code, label or known spelling of the code list')
      );
    }
    case 'boolean':
      return asBoolean(value) ?? kept('not a boolean');
    case 'decimal':
      return asNumber(value) ?? kept('not a number');
    case 'integer': {
      const number = asNumber(field.codeList === undefined ? value : field.codeList.toCode(asText(value) ?? ''));
      return number !== undefined && Number.isSafeInteger(number) ? number : kept('not a whole number');
    }
    case 'date': {
      const read = typeof value === 'string' ? readDate(value) : undefined;
      if (read === undefined) return kept('not a date');
      if (read.hadTime) report.warn(path, 'the time of day was left out');
      return read.date;
    }
    case 'datetime': {
      const read = typeof value === 'string' ? readDateTime(value) : undefined;
      if (read === undefined) return kept('not a timestamp');
      if (read.zoneAssumed) report.warn(path, 'a time without zone was taken as UTC');
      return read.dateTime;
    }
  }
}

function readNested(field: Field, value: JsonValue, path: string, report: ReadingReport): JsonObject | undefined {
  const shape = field.shape?.();
  if (shape === undefined) return undefined;
  if (isJsonObject(value)) return readObject(shape, value, path, report);
  const text = asText(value);
  if (text === undefined || shape.fromText === undefined) return undefined;
  if (shape.fromText.warning !== undefined) report.warn(path, shape.fromText.warning);
  return readObject(shape, shape.fromText.read(text), path, report);
}

function asText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

function asNumber(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
]);

function asBoolean(value: JsonValue): boolean | undefined {
  return typeof value === 'boolean' ? value : booleans.get((asText(value) ?? '').trim().toLowerCase());
}

function isSame(first: JsonValue | undefined, second: JsonValue | undefined): boolean {
  const write = (value: JsonValue | undefined): string | undefined =>
    JSON.stringify(value, (_name, member: JsonValue) => (typeof member === 'bigint' ? `${member}n` : member));
  return write(first) === write(second);
}
