import {
  type Beneficiary,
  beneficiarySchema,
  beneficiaryShape,
  ibr,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from 'dci-core';
import * as v from 'valibot';

/** Where OpenSPP has the enrolments of a person (records.md section 12). */
const openSppEnrolments = 'enrolled_programs';

/** A record of a beneficiary registry. */
export interface BeneficiaryRecord {
  /** As the client read it, in the form of a beneficiary also where the registry sends a person. */
  readonly record: JsonObject;
  /** The same with its type: values that are not what the standard says are left out. */
  readonly beneficiary: Beneficiary;
}

/**
 * Gives a record of a beneficiary registry its type (records.md section 5). A record that a client gives has the
 * standard's names already; a person where a beneficiary is expected becomes the member of one.
 *
 * @param received - as the client read it
 * @returns the beneficiary
 */
export function readBeneficiary(received: JsonObject): BeneficiaryRecord {
  const record = asBeneficiary(received);
  return { record, beneficiary: wellTyped(beneficiarySchema, record) ?? {} };
}

function asBeneficiary(record: JsonObject): JsonObject {
  const hasEnrolments = record[openSppEnrolments] !== undefined;
  if (record.member !== undefined || (record.group !== undefined && !hasEnrolments)) return record;
  const own: Record<string, JsonValue | undefined> = {};
  const member: Record<string, JsonValue | undefined> = {};
  for (const [name, value] of Object.entries(record)) {
    if (name === openSppEnrolments) continue;
    if (Object.hasOwn(beneficiaryShape.fields, name)) own[name] = value;
    else member[name] = value;
  }
  if (Object.keys(member).length === 0 && !hasEnrolments) return record;
  const [type] = ibr.recordTypes;
  if (type === undefined) return record;
  return type.read({
    ...own,
    ...(Object.keys(member).length > 0 && { member }),
    ...(own.programme_identifier === undefined && { programme_identifier: record[openSppEnrolments] }),
  }).record;
}

/** Taking a value away can make what held it wrong, so there are rounds; values nest no deeper than this. */
const mostRounds = 8;

/**
 * Takes away what is not of a type.
 *
 * @param schema - the type
 * @param value - any JSON value
 * @returns what is left of it; `undefined` when that is nothing
 */
export function wellTyped<T>(schema: v.GenericSchema<unknown, T>, value: JsonValue): T | undefined {
  let rest: JsonValue | undefined = value;
  for (let round = 0; round < mostRounds && rest !== undefined; round += 1) {
    const result: v.SafeParseResult<v.GenericSchema<unknown, T>> = v.safeParse(schema, rest);
    if (result.success) return result.output;
    // From the last on, so that the places of a list's other elements stay.
    rest = result.issues.reduceRight<JsonValue | undefined>(
      (value, { path = [] }) =>
        without(
          value,
          path.map(({ key }) => key),
        ),
      rest,
    );
  }
  return undefined;
}

function without(value: JsonValue | undefined, [key, ...rest]: readonly unknown[]): JsonValue | undefined {
  if (value === undefined || key === undefined) return undefined;
  if (Array.isArray(value)) {
    const elements: readonly JsonValue[] = value;
    return elements.flatMap((element, index) => (index === key ? (without(element, rest) ?? []) : [element]));
  }
  if (!isJsonObject(value) || typeof key !== 'string') return value;
  return { ...value, [key]: without(value[key], rest) };
}
