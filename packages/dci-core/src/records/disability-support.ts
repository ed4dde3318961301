import type * as v from 'valibot';
import {
  animalAssistance,
  assistiveTechnology,
  housingSupport,
  humanAssistanceType,
  medicalCare,
  supportFrequency,
  supportStatus,
} from '../code-lists/dr.ts';
import { relationshipType } from '../code-lists/relationship.ts';
import type { CodeList } from '../registry-type/registry-type.ts';
import { code, dateTime, list, object } from './field.ts';
import { personShape } from './person.ts';
import { defineShape } from './shape.ts';

const dates = { registration_date: dateTime(), last_updated: dateTime('last_update') };

/** Help by a person (records.md section 6). The examples say `frequency` and `support_status`. */
export const humanAssistanceShape = defineShape('HumanAssistance', {
  type: code(humanAssistanceType),
  intensity: code(supportFrequency, 'frequency'),
  support: code(supportStatus, 'support_status', 'status'),
  caregiver: object(() => personShape),
  relationship: code(relationshipType),
  ...dates,
});

const supportOf = (name: string, types: CodeList) =>
  defineShape(name, { type: code(types), status: code(supportStatus, 'support_status', 'support'), ...dates });

/** Help by a device (records.md section 6). */
export const assistiveTechnologyShape = supportOf('AssistiveTechnology', assistiveTechnology);

/** Support with housing (records.md section 6). */
export const housingSupportShape = supportOf('HousingSupport', housingSupport);

/** Medical care (records.md section 6). */
export const medicalCareShape = supportOf('MedicalCare', medicalCare);

/** Help by an animal (records.md section 6). */
export const animalAssistanceShape = supportOf('AnimalAssistance', animalAssistance);

/** What support a person needs or has (records.md section 6). */
export const disabilitySupportShape = defineShape('DisabilitySupport', {
  human_assistance: list(object(() => humanAssistanceShape)),
  assistive_technology: list(object(() => assistiveTechnologyShape)),
  housing_support: list(object(() => housingSupportShape)),
  medical_care: list(object(() => medicalCareShape)),
  animal_assistance: list(object(() => animalAssistanceShape)),
  ...dates,
});

/** Schema of a {@link DisabilitySupport} as this project writes it. */
export const disabilitySupportSchema = disabilitySupportShape.schema;

/** What support a person needs or has. */
export type DisabilitySupport = v.InferOutput<typeof disabilitySupportSchema>;
