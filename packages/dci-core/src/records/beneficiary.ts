import type * as v from 'valibot';
import { assistanceUnit } from '../code-lists/core.ts';
import { enrollmentStatus } from '../code-lists/ibr.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { code, date, dateTime, json, list, object } from './field.ts';
import { groupShape } from './group.ts';
import { memberShape } from './member.ts';
import { benefitShape, programmeShape } from './programme.ts';
import { defineShape, memberOf, type Shape, withoutMember } from './shape.ts';
import { elementsOf } from './values.ts';

const beneficiaryFields = {
  assistance_unit: code(assistanceUnit),
  group: object(() => groupShape),
  member: object(() => memberShape),
  programme_identifier: list(object(() => programmeShape, 'program_identifier', 'programme', 'programmes')),
  enrollment_date: date('enrolment_date'),
  enrollment_status: code(enrollmentStatus, 'enrolment_status'),
  status_change_date: list(date()),
  benefits: list(object(() => benefitShape, 'benefit')),
  additional_attributes: list(json()),
  registration_date: dateTime(),
  last_updated: dateTime('last_update'),
};

const fieldsShape: Shape = defineShape('Beneficiary', beneficiaryFields);
const enrolmentMembers = ['enrollment_date', 'enrollment_status', 'status_change_date', 'benefits'] as const;

/**
 * Somebody who receives benefits, with the programme and the enrolment (records.md section 5). The examples have
 * programme, enrolment and benefits one level down in `member.programme_identifier`; they are moved up.
 */
export const beneficiaryShape = defineShape('Beneficiary', beneficiaryFields, {
  restructure: (received) => {
    const { member } = received;
    const nested = isJsonObject(member) ? memberOf(member, fieldsShape, 'programme_identifier') : undefined;
    const enrolments = elementsOf(nested ?? memberOf(received, fieldsShape, 'programme_identifier'));
    if (!enrolments.some(isEnrolment)) return received;
    const rest = withoutMember(received, fieldsShape, 'programme_identifier');
    return {
      ...rest,
      ...(isJsonObject(member) &&
        nested !== undefined && { member: withoutMember(member, fieldsShape, 'programme_identifier') }),
      programme_identifier: enrolments.map((enrolment) => programmeOf(enrolment, enrolments.length > 1)),
      ...Object.fromEntries(
        enrolmentMembers
          .filter((name) => memberOf(rest, fieldsShape, name) === undefined)
          .map((name) => [name, ofEnrolments(enrolments, name)])
          .filter(([, value]) => value !== undefined),
      ),
    };
  },
});

/** Schema of a {@link Beneficiary} as this project writes it. */
export const beneficiarySchema = beneficiaryShape.schema;

/** Somebody who receives benefits. */
export type Beneficiary = v.InferOutput<typeof beneficiarySchema>;

function isEnrolment(value: JsonValue): boolean {
  return isJsonObject(value) && isJsonObject(value.programme);
}

// with several programmes, each keeps its own enrolment; the beneficiary has the first one's
function programmeOf(enrolment: JsonValue, several: boolean): JsonValue {
  if (!isJsonObject(enrolment)) return enrolment;
  const { programme, ...rest } = enrolment;
  if (!isJsonObject(programme)) return enrolment;
  const own = several ? ['status_change_date', 'benefits'] : enrolmentMembers;
  return { ...own.reduce<JsonObject>((object, name) => withoutMember(object, fieldsShape, name), rest), ...programme };
}

function ofEnrolments(enrolments: readonly JsonValue[], name: string): JsonValue | undefined {
  const values = enrolments.map((enrolment) =>
    isJsonObject(enrolment) ? memberOf(enrolment, fieldsShape, name) : undefined,
  );
  if (name === 'enrollment_date' || name === 'enrollment_status') return values.find((value) => value !== undefined);
  const all = values.flatMap((value) => elementsOf(value));
  return all.length === 0 ? undefined : all;
}
