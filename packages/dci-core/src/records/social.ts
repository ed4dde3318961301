import type * as v from 'valibot';
import { boolean, date, integer, list, object, text } from './field.ts';
import { relatedPersonShape } from './member.ts';
import { circumstanceFields } from './member-fields.ts';
import { personFields, restructurePerson } from './person-fields.ts';
import { defineShape } from './shape.ts';

/** A programme that a person takes part in: an extension of OpenSPP (records.md section 12). */
export const enrolledProgramShape = defineShape('EnrolledProgram', {
  programme_name: text('program_name'),
  enrolment_status: text('enrollment_status'),
  enrolment_date: date('enrollment_date'),
});

/** The household as a person's record tells of it: an extension of OpenSPP (records.md section 12). */
export const householdInfoShape = defineShape('HouseholdInfo', {
  household_size: integer(),
  is_household_head: boolean('is_head'),
});

/**
 * A person of a social registry: the SR_Person, what the standard has on a member, and the extensions of OpenSPP,
 * so that a registry can answer for persons without their groups (records.md sections 3 and 12).
 */
export const socialPersonShape = defineShape(
  'SR_Person',
  {
    ...personFields,
    ...circumstanceFields,
    related_person: list(object(() => relatedPersonShape)),
    enrolled_programs: list(object(() => enrolledProgramShape)),
    household_info: object(() => householdInfoShape),
  },
  { restructure: restructurePerson },
);

/** Schema of a {@link SocialPerson} as this project writes it. */
export const socialPersonSchema = socialPersonShape.schema;

/** A person of a social registry. */
export type SocialPerson = v.InferOutput<typeof socialPersonSchema>;
