import type { EventCondition, EventType } from '../registry-type/registry-type.ts';

/** A new record (the standard's notify event of Social, DR and FR; OpenSPP calls it REGISTRATION). */
export const registerEvent: EventType = {
  code: 'REGISTER',
  aliases: ['REGISTRATION', 'REGISTERED'],
  on: { kinds: ['created'] },
};

/** A changed record; outside the standard's lists, from the seeds. */
export const updateEvent: EventType = { code: 'UPDATE', aliases: ['UPDATED'], on: { kinds: ['updated'] } };

/** A deleted record; outside the standard's lists, from the seeds. */
export const deleteEvent: EventType = { code: 'DELETE', aliases: ['DELETED'], on: { kinds: ['deleted'] } };

/** A new member of a household that is known already (the standard's notify event of Social). */
export const newHouseholdMemberEvent: EventType = {
  code: 'NewHouseHoldMember',
  aliases: ['NEW_HOUSEHOLD_MEMBER'],
  on: { kinds: ['updated'], longerList: 'member_list' },
};

/** A date of a vital event appears, or another one, in a new record or one that is there. */
const dated = (newValueOf: string): EventCondition => ({ kinds: ['created', 'updated'], newValueOf });

/**
 * Vital events. Codes are those of the JSON-LD `RegistryEventTypeEnum`, and of `VitalEventTypeEnum` where that has
 * more; the OpenAPI file allows any text. OpenCRVS names them in `reg_type` (`ocrvs:registry_type:birth`).
 */
export const vitalEvents: readonly EventType[] = [
  {
    code: 'LiveBirth',
    aliases: ['BIRTH', 'live_birth', 'ocrvs:registry_type:birth'],
    attribute: 'birth_date',
    on: { kinds: ['created'], newValueOf: 'birth_date' },
  },
  { code: 'Death', aliases: ['ocrvs:registry_type:death'], attribute: 'death_date', on: dated('death_date') },
  { code: 'FetalDeath', aliases: ['fetal_death'] },
  {
    code: 'Marriage',
    aliases: ['ocrvs:registry_type:marriage'],
    attribute: 'marriage_date',
    on: dated('marriage_date'),
  },
  { code: 'Divorce', aliases: ['ocrvs:registry_type:divorce'], attribute: 'divorce_date', on: dated('divorce_date') },
  { code: 'Adoption', aliases: ['ocrvs:registry_type:adoption'] },
];

/**
 * Enrolment statuses that end an enrolment: deceased and graduated of the standard's list, and words of peers that the
 * list does not have (OpenSPP's "exited"). A suspended enrolment goes on.
 */
export const endedEnrollment: readonly string[] = [
  '2',
  '3',
  ...['exited', 'terminated', 'disenrolled', 'left', 'not_eligible'].flatMap((word) => [word, word.toUpperCase()]),
];

/** Events of the beneficiary registry; the first two are spelt as the standard's file spells them. */
export const enrollmentEvents: readonly EventType[] = [
  { code: 'enrollement', aliases: ['ENROLLMENT', 'ENROLMENT'], on: { kinds: ['created'] } },
  {
    code: 'enrollement_status_change',
    aliases: ['ENROLLMENT_STATUS_CHANGE', 'ENROLMENT_STATUS_CHANGE'],
    on: { kinds: ['updated'], newValueOf: 'enrollment_status' },
  },
  {
    code: 'DISENROLLMENT',
    aliases: ['DISENROLMENT'],
    on: { kinds: ['updated'], newValueOf: 'enrollment_status', values: endedEnrollment },
  },
  { code: 'BENEFIT_DISBURSEMENT', aliases: [], on: { kinds: ['updated'], longerList: 'benefits' } },
];
