import * as v from 'valibot';
import { foldSpelling } from '../code-lists/define.ts';
import { DciError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { CodeList } from '../registry-type/registry-type.ts';
import { elementsOf, isAbsent } from './values.ts';

/** Kinds of a record's members. */
export type FieldKind = 'text' | 'date' | 'datetime' | 'decimal' | 'integer' | 'boolean' | 'code' | 'object' | 'json';

/** One member of an object in a record: what it is, what we write, and under which names peers send it. */
export interface Field<T = JsonValue> {
  readonly kind: FieldKind;
  /** True when the member is a list. */
  readonly list: boolean;
  /** Names that peers use instead; case, `_` and a prefix such as `spdci:` do not matter. The first that occurs counts. */
  readonly aliases: readonly string[];
  /** What this project writes. */
  readonly schema: v.GenericSchema<unknown, T>;
  /** For `code`, and for `integer` where the standard has a list of numbered codes. */
  readonly codeList?: CodeList;
  /** For `object`. */
  readonly shape?: () => Shape<JsonObject>;
  /** For `text`: brings spellings together, for example of identifier types. */
  readonly normalize?: (text: string) => string;
  /** For a single `object` that peers send as a list: makes one of many. */
  readonly merge?: (objects: readonly JsonObject[]) => JsonObject;
}

/** The members of an object. */
export type Fields = Readonly<Record<string, Field>>;

/** An object of a record: its members, what we write, and how other forms of it are brought into this one. */
export interface Shape<T extends JsonObject = JsonObject> {
  /** Class of the JSON-LD file. */
  readonly name: string;
  readonly fields: Fields;
  /** What this project writes. Members that the shape does not know are allowed: countries extend records. */
  readonly schema: v.GenericSchema<unknown, T>;
  /** The members' own names, ready to be returned by {@link findField}. */
  readonly members: ReadonlyMap<string, FoundField>;
  /** Folded spelling of a member → the member. */
  readonly spellings: ReadonlyMap<string, FoundField>;
  readonly fromText?: FromText;
  readonly restructure?: (object: JsonObject) => JsonObject;
}

/** The member that a spelling means. */
export interface FoundField {
  readonly field: string;
  /** Place of the spelling in the order of choice: -1 is the name as it is, 0 the name in another style, then aliases. */
  readonly rank: number;
}

/** How a bare text is read where an object is expected. */
export interface FromText {
  read(text: string): JsonObject;
  /** Reported when meaning had to be guessed. */
  readonly warning?: string;
}

/** How other forms of an object are brought into the shape's form before its members are read. */
export interface ShapeOptions {
  readonly fromText?: FromText;
  /** Moves members to where the JSON-LD has them. Gets and returns members under any spelling. */
  readonly restructure?: (object: JsonObject) => JsonObject;
}

type FieldValue<F> = F extends Field<infer T> ? T : never;

/** The object that fields describe; every member is optional, and further members are allowed. */
export type ObjectOf<F extends Fields> = { readonly [Name in keyof F]?: FieldValue<F[Name]> | undefined } & JsonObject;

/**
 * Describes an object of a record once; the valibot schema, the type and the lenient reader all follow from it
 * (records.md section 1: write the JSON-LD name, read the aliases).
 *
 * @param name - class of the JSON-LD file
 * @param fields - member name → what it is
 * @param options - other forms that peers send
 * @returns the shape
 * @throws DciError `err.configuration.invalid` when two members have a spelling in common
 */
export function defineShape<const F extends Fields>(
  name: string,
  fields: F,
  options: ShapeOptions = {},
): Shape<ObjectOf<F>> {
  const spellings = new Map<string, FoundField>();
  const members = new Map(Object.keys(fields).map((field): [string, FoundField] => [field, { field, rank: -1 }]));
  for (const [field, { aliases }] of Object.entries(fields)) {
    [field, ...aliases].forEach((spelling, rank) => {
      const folded = foldSpelling(spelling);
      const known = spellings.get(folded);
      if (known !== undefined && known.field !== field) {
        throw new DciError('err.configuration.invalid', `${name}: "${spelling}" stands for two members`, {
          path: name,
        });
      }
      if (known === undefined) spellings.set(folded, { field, rank });
    });
  }
  const entries = Object.fromEntries(Object.entries(fields).map(([field, { schema }]) => [field, v.optional(schema)]));
  // looseObject alone lets lists pass
  const schema: v.GenericSchema<unknown, unknown> = v.pipe(
    v.unknown(),
    v.check((input) => isJsonObject(input as JsonValue | undefined), 'must be an object'),
    v.looseObject(entries),
  );
  return Object.freeze({
    name,
    fields,
    schema: schema as v.GenericSchema<unknown, ObjectOf<F>>,
    members,
    spellings,
    ...options,
  });
}

/**
 * Finds the member that a peer's spelling means: exact, in another case or style (`givenName`), behind a prefix
 * (`spdci:identifier`, `:identifier`), or by an alias.
 *
 * @param shape - the shape of the object
 * @param spelling - the member's name as received
 * @returns the member and its rank, or `undefined` when the shape has none
 */
export function findField(shape: Shape, spelling: string): FoundField | undefined {
  const exact = shape.members.get(spelling);
  if (exact !== undefined) return exact;
  if (spelling.startsWith('@')) return undefined;
  return shape.spellings.get(foldSpelling(spelling.slice(spelling.lastIndexOf(':') + 1)));
}

/**
 * @param field - a member of a shape
 * @param value - its value as received
 * @returns whether the value counts as absent: `null`, `""`, and an empty list where one value is expected
 */
export function isEmptyMember(field: Field, value: JsonValue | undefined): boolean {
  if (isAbsent(value)) return true;
  return Array.isArray(value) && !field.list && field.kind !== 'json' && elementsOf(value).length === 0;
}

/**
 * @param object - an object under any spelling
 * @param shape - its shape
 * @param field - the member wanted
 * @returns the member's value under its first choice of spelling, `undefined` when it is absent or empty
 */
export function memberOf(object: JsonObject, shape: Shape, field: string): JsonValue | undefined {
  let best: { readonly rank: number; readonly value: JsonValue } | undefined;
  for (const [spelling, value] of Object.entries(object)) {
    const found = findField(shape, spelling);
    const definition = shape.fields[field];
    if (value === undefined || definition === undefined || isEmptyMember(definition, value)) continue;
    if (found?.field === field && (best === undefined || found.rank < best.rank)) best = { rank: found.rank, value };
  }
  return best?.value;
}

/**
 * @param object - an object under any spelling
 * @param shape - its shape
 * @param field - the member to leave out
 * @returns the object without the member, whatever its spelling
 */
export function withoutMember(object: JsonObject, shape: Shape, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([spelling]) => findField(shape, spelling)?.field !== field));
}
