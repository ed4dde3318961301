import type * as v from 'valibot';
import {
  benefitType,
  contributionType,
  enrollmentStatus,
  institutionType,
  legalStatus,
  programmeType,
  socialProtectionFunction,
} from '../code-lists/ibr.ts';
import { code, date, dateTime, decimal, integer, list, object, text } from './field.ts';
import { defineShape } from './shape.ts';

const frequencyNames: ReadonlyMap<string, string> = new Map([
  ['annually', 'YEARLY'],
  ['annual', 'YEARLY'],
]);

/** How often a benefit is paid: the parts of an RRULE (records.md section 5). Peers send a word ("Monthly"). */
export const benefitFrequencyShape = defineShape(
  'BenefitFrequency',
  {
    freq: text('frequency'),
    dtstart: dateTime(),
    interval: decimal(),
    wkst: text(),
    count: integer(),
    until: dateTime(),
  },
  {
    fromText: {
      read: (word) => ({ freq: frequencyNames.get(word.trim().toLowerCase()) ?? word.trim().toUpperCase() }),
    },
  },
);

/** Schema of a {@link BenefitFrequency} as this project writes it. */
export const benefitFrequencySchema = benefitFrequencyShape.schema;

/** How often a benefit is paid. */
export type BenefitFrequency = v.InferOutput<typeof benefitFrequencySchema>;

/**
 * A benefit that was received (records.md section 5). The JSON-LD's Currency is a text such as `USD 50`.
 * `benefit_frequency` belongs to the programme there, but peers send it here.
 */
export const benefitShape = defineShape('Benefit', {
  benefit_type: code(benefitType),
  benefit_date: date(),
  benefit_value: text(),
  benefit_description: text(),
  benefit_quantity: integer(),
  benefit_frequency: object(() => benefitFrequencyShape),
});

/** Schema of a {@link Benefit} as this project writes it. */
export const benefitSchema = benefitShape.schema;

/** A benefit that was received. */
export type Benefit = v.InferOutput<typeof benefitSchema>;

/**
 * A programme (records.md section 5). The JSON-LD requires `enrolment_date` and `enrolment_status` without defining
 * them; they are known here, because a beneficiary of several programmes has one of each.
 */
export const programmeShape = defineShape(
  'Programme',
  {
    programme_name: text('program_name', 'name'),
    programme_identifier: text('program_identifier', 'programme_id', 'program_id'),
    programme_description: text('program_description', 'description'),
    implementing_institution: text(),
    institution_type: code(institutionType),
    legal_status: code(legalStatus),
    social_protection_functions: list(code(socialProtectionFunction, 'social_protection_function')),
    contribution_type: code(contributionType),
    programme_type: code(programmeType, 'program_type'),
    benefit: list(object(() => benefitShape, 'benefits')),
    benefit_frequency: list(object(() => benefitFrequencyShape)),
    enrolment_date: date('enrollment_date'),
    enrolment_status: code(enrollmentStatus, 'enrollment_status'),
  },
  { fromText: { read: (identifier) => ({ programme_identifier: identifier }) } },
);

/** Schema of a {@link Programme} as this project writes it. */
export const programmeSchema = programmeShape.schema;

/** A programme. */
export type Programme = v.InferOutput<typeof programmeSchema>;
