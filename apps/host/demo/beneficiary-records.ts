import type { JsonObject } from 'dci-core';
import { consentsOf } from './consents.ts';
import { type Enrolment, type EnrolmentStatus, enrolmentsOf, type GivenBenefit } from './enrolments.ts';
import type { Household } from './population/population.ts';
import type { Programme } from './programmes.ts';
import {
  addressesOf,
  briefPerson,
  type DemoRecord,
  groupIdentifiers,
  identifier,
  personIdentifiers,
  registrationOf,
} from './record-parts.ts';

const INDIVIDUAL = '1';
const HOUSEHOLD = '2';

/** ISO 4217 keeps this code for tests: no money has it. */
const CURRENCY = 'XTS';

/** Identifier type of a programme's own number for a beneficiary. It names one enrolment, a UIN may have several. */
export const beneficiaryIdType = 'BENEFICIARY_ID';

/** The standard's code of an enrolment status. */
export const enrolmentStatusCodes: Readonly<Record<EnrolmentStatus, string>> = {
  active: '1',
  deceased: '2',
  graduated: '3',
  suspended: '4',
};

/**
 * A programme as the registry tells of it.
 *
 * @param programme - the programme
 * @returns the standard's Programme
 */
export function programmeOf(programme: Programme): JsonObject {
  return {
    programme_name: programme.name,
    programme_identifier: programme.identifier,
    programme_description: programme.description,
    implementing_institution: programme.institution,
    institution_type: programme.institutionType,
    legal_status: programme.legalStatus,
    social_protection_functions: programme.functions,
    contribution_type: programme.contribution,
    programme_type: programme.type,
    benefit_frequency: [
      programme.rhythm.months === 12
        ? { freq: 'YEARLY', interval: 1 }
        : { freq: 'MONTHLY', interval: programme.rhythm.months },
    ],
  };
}

/**
 * A benefit as the registry tells of it.
 *
 * @param programme - what it is given by
 * @param given - what was given
 * @returns the standard's Benefit
 */
export function benefitOf(programme: Programme, { date, amount, quantity }: GivenBenefit): JsonObject {
  return {
    benefit_type: programme.benefitType,
    benefit_date: date,
    ...(amount !== undefined && { benefit_value: `${CURRENCY} ${amount}` }),
    ...(programme.benefitDescription !== undefined && { benefit_description: programme.benefitDescription }),
    ...(quantity !== undefined && { benefit_quantity: quantity }),
  };
}

function beneficiaryRecord(household: Household, enrolment: Enrolment): JsonObject {
  const { recipient, programme } = enrolment;
  return {
    assistance_unit: enrolment.forHousehold ? HOUSEHOLD : INDIVIDUAL,
    member: {
      member_identifier: [...personIdentifiers(recipient), identifier(beneficiaryIdType, enrolment.beneficiaryId)],
      demographic_info: { ...briefPerson(recipient), address: addressesOf(household.home) },
    },
    ...(enrolment.forHousehold && {
      group: {
        group_identifier: groupIdentifiers(household),
        group_type: HOUSEHOLD,
        group_size: household.people.filter(({ deathDate }) => deathDate === undefined).length,
        poverty_score: household.povertyScore,
        poverty_score_type: 'PMT',
        address: addressesOf(household.home),
      },
    }),
    programme_identifier: [programmeOf(programme)],
    enrollment_date: enrolment.date,
    enrollment_status: enrolmentStatusCodes[enrolment.status],
    ...(enrolment.statusChangedOn !== undefined && { status_change_date: [enrolment.statusChangedOn] }),
    benefits: enrolment.benefits.map((given) => benefitOf(programme, given)),
    ...registrationOf(enrolment),
  };
}

/**
 * Derives the records of the integrated beneficiary registry (IBR): one for each enrolment of a person or household in
 * a programme, under the same identifiers as in the Social registry, with the programme's own number beside them.
 *
 * @param households - the population
 * @returns the records, household by household
 */
export function* beneficiaryRecords(households: Iterable<Household>): Generator<DemoRecord, void, undefined> {
  for (const household of households) {
    for (const enrolment of enrolmentsOf(household)) {
      const record = beneficiaryRecord(household, enrolment);
      yield { recordType: 'Beneficiary', record, consents: consentsOf(enrolment.recipient) };
    }
  }
}
