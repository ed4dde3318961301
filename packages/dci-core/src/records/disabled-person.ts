import type * as v from 'valibot';
import {
  disabilityLevel,
  disabilityOnset,
  disabilityStatus,
  housingType,
  impairmentCause,
  impairmentLevel,
  impairmentType,
  transportRequirement,
} from '../code-lists/dr.ts';
import { disabilitySupportShape } from './disability-support.ts';
import { code, dateTime, list, object } from './field.ts';
import { memberShape } from './member.ts';
import { programmeShape } from './programme.ts';
import { defineShape } from './shape.ts';

/** An impairment (records.md section 6). */
export const disabilityDetailsShape = defineShape('DisabilityDetails', {
  impairment_type: code(impairmentType),
  impairment_level: code(impairmentLevel),
  impairment_cause: code(impairmentCause),
  age_on_set: code(disabilityOnset, 'age_of_onset'),
});

/** Schema of {@link DisabilityDetails} as this project writes them. */
export const disabilityDetailsSchema = disabilityDetailsShape.schema;

/** An impairment: what, how severe, why, since when. */
export type DisabilityDetails = v.InferOutput<typeof disabilityDetailsSchema>;

/** A person of a disability registry (records.md section 6). */
export const disabledPersonShape = defineShape('PWD_Person', {
  personal_details: object(() => memberShape),
  disability_status: code(disabilityStatus),
  disability_status_level: code(disabilityLevel, 'disability_level'),
  disability_details: list(object(() => disabilityDetailsShape)),
  disability_support: list(object(() => disabilitySupportShape)),
  transport_requirement: code(transportRequirement),
  housing_type: code(housingType),
  programs_enrolments: list(object(() => programmeShape, 'programs_enrollments', 'programmes_enrolments')),
  registration_date: dateTime(),
  last_updated: dateTime('last_update'),
});

/** Schema of a {@link DisabledPerson} as this project writes it. */
export const disabledPersonSchema = disabledPersonShape.schema;

/** A person of a disability registry. */
export type DisabledPerson = v.InferOutput<typeof disabledPersonSchema>;
