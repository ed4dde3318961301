import { educationLevel, employmentStatus, maritalStatus, occupation } from '../code-lists/core.ts';
import { disabilityInfoShape } from './disability-info.ts';
import { boolean, code, json, list, object, text } from './field.ts';

/**
 * What the standard says about a member of a group beside the person. OpenSPP and the seeds have the same on a
 * person, so the social Person has it too. Income level and language are free text, because the standard's lists
 * hold one placeholder each.
 */
export const circumstanceFields = {
  is_disabled: boolean('has_disability', 'disabled'),
  disability_info: list(object(() => disabilityInfoShape)),
  marital_status: code(maritalStatus, 'civil_status'),
  employment_status: code(employmentStatus),
  occupation: code(occupation),
  income_level: text(),
  language_code: text('language'),
  education_level: code(educationLevel, 'education'),
  additional_attributes: list(json()),
};
