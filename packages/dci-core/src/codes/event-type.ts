import type { EventType } from '../registry-type/registry-type.ts';

/** A new record (the standard's notify event of Social, DR and FR; OpenSPP calls it REGISTRATION). */
export const registerEvent: EventType = { code: 'REGISTER', aliases: ['REGISTRATION', 'REGISTERED'] };

/** A changed record; outside the standard's lists, from the seeds. */
export const updateEvent: EventType = { code: 'UPDATE', aliases: ['UPDATED'] };

/** A deleted record; outside the standard's lists, from the seeds. */
export const deleteEvent: EventType = { code: 'DELETE', aliases: ['DELETED'] };

/** A new member of a household (the standard's notify event of Social). */
export const newHouseholdMemberEvent: EventType = { code: 'NewHouseHoldMember', aliases: ['NEW_HOUSEHOLD_MEMBER'] };

/**
 * Vital events. Codes are those of the JSON-LD `RegistryEventTypeEnum`, and of `VitalEventTypeEnum` where that has
 * more; the OpenAPI file allows any text. OpenCRVS names them in `reg_type` (`ocrvs:registry_type:birth`).
 */
export const vitalEvents: readonly EventType[] = [
  { code: 'LiveBirth', aliases: ['BIRTH', 'live_birth', 'ocrvs:registry_type:birth'], attribute: 'birth_date' },
  { code: 'Death', aliases: ['ocrvs:registry_type:death'], attribute: 'death_date' },
  { code: 'FetalDeath', aliases: ['fetal_death'] },
  { code: 'Marriage', aliases: ['ocrvs:registry_type:marriage'], attribute: 'marriage_date' },
  { code: 'Divorce', aliases: ['ocrvs:registry_type:divorce'], attribute: 'divorce_date' },
  { code: 'Adoption', aliases: ['ocrvs:registry_type:adoption'] },
];

/** Events of the beneficiary registry; the first two are spelt as the standard's file spells them. */
export const enrollmentEvents: readonly EventType[] = [
  { code: 'enrollement', aliases: ['ENROLLMENT', 'ENROLMENT'] },
  { code: 'enrollement_status_change', aliases: ['ENROLLMENT_STATUS_CHANGE', 'ENROLMENT_STATUS_CHANGE'] },
  { code: 'DISENROLLMENT', aliases: ['DISENROLMENT'] },
  { code: 'BENEFIT_DISBURSEMENT', aliases: [] },
];
