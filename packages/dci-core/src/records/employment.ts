import type * as v from 'valibot';
import { employmentType, unemploymentReason } from '../code-lists/ess.ts';
import { code, date, list, object, text } from './field.ts';
import { memberFields, restructureMember } from './member.ts';
import { defineShape } from './shape.ts';

/** A time of employment, of the employment support services (records.md section 8). */
export const employmentInfoShape = defineShape('Employment_Info', {
  start_date: date(),
  end_date: date(),
  job_title: text(),
  employer: text(),
  employment_type: code(employmentType),
});

/** Schema of {@link EmploymentInfo} as this project writes it. */
export const employmentInfoSchema = employmentInfoShape.schema;

/** A time of employment. */
export type EmploymentInfo = v.InferOutput<typeof employmentInfoSchema>;

/** A member as the employment support services know one (records.md section 8). */
export const employmentMemberShape = defineShape(
  'Member',
  {
    ...memberFields,
    employment_info: list(object(() => employmentInfoShape)),
    unemployment_reason: code(unemploymentReason),
  },
  { restructure: restructureMember },
);

/** Schema of an {@link EmploymentMember} as this project writes it. */
export const employmentMemberSchema = employmentMemberShape.schema;

/** A member as the employment support services know one. */
export type EmploymentMember = v.InferOutput<typeof employmentMemberSchema>;
