import type { JsonObject } from 'dci-core';
import { enrolmentStatusCodes } from './beneficiary-records.ts';
import { consentsOf } from './consents.ts';
import { type Enrolment, enrolmentsOf } from './enrolments.ts';
import { dayOf, timestampOf } from './population/calendar.ts';
import { type Draws, drawsFor } from './population/draws.ts';
import { relationshipBetween } from './population/kinship.ts';
import {
  type FunctionalDomain,
  type Household,
  type Limitation,
  type Person,
  REFERENCE_DATE,
} from './population/population.ts';
import { programmes } from './programmes.ts';
import {
  addressesOf,
  briefPerson,
  circumstancesOf,
  type DemoRecord,
  DISABILITY_CUT_OFF,
  disabilityOf,
  nameOf,
  personIdentifiers,
  registrationOf,
} from './record-parts.ts';

const today = dayOf(REFERENCE_DATE);
const OFFICE_OPENS = 8 * 3600;
const OFFICE_CLOSES = 16 * 3600;

const APPROVED = '0';
const PENDING = '1';
const EXPIRED = '2';
const NEEDED = '0';
const RECEIVED = '1';
const MENTAL = '6';

/** Self-care tells what is hard, not why: it shows as the impairment of another domain, or as a mental one. */
const impairmentCodes: Readonly<Record<FunctionalDomain, string>> = {
  vision: '1',
  hearing: '2',
  mobility: '3',
  cognition: '4',
  communication: '5',
  'self-care': MENTAL,
};

type Onset = '0' | '1' | '2' | '3';

function onsetOf(draws: Draws, age: number): Onset {
  return draws.weighted<Onset>([
    ['0', age < 18 ? 58 : age < 50 ? 24 : 6],
    ['1', age < 18 ? 42 : age < 50 ? 22 : 8],
    ['2', age < 18 ? 0 : age < 65 ? 54 : 30],
    ['3', age < 65 ? 0 : 56],
  ]);
}

/** ImpairmentCause, by when it began. */
const causes: Readonly<Record<Onset, readonly (readonly [cause: string, weight: number])[]>> = {
  '0': [
    ['0', 68],
    ['1', 32],
  ],
  '1': [
    ['2', 62],
    ['3', 22],
    ['4', 12],
    ['7', 4],
  ],
  '2': [
    ['2', 44],
    ['4', 22],
    ['5', 20],
    ['3', 6],
    ['6', 4],
    ['7', 4],
  ],
  '3': [
    ['8', 72],
    ['2', 24],
    ['3', 4],
  ],
};

function impairmentOf(draws: Draws, age: number, { domain, severity }: Limitation): JsonObject {
  const onset = onsetOf(draws, age);
  return {
    impairment_type: impairmentCodes[domain],
    impairment_level: severity === 2 ? draws.pick(['1', '2']) : String(severity),
    impairment_cause: draws.weighted(causes[onset]),
    age_on_set: onset,
  };
}

function levelOf(severity: number, requiresAssistance: boolean): string {
  if (severity === 4) return requiresAssistance ? '1' : '2';
  if (severity === 3) return requiresAssistance ? '2' : '3';
  return '4';
}

/** Who of the household cares for somebody: husband or wife, mother, father, else the next adult. */
function caregiverOf(household: Household, position: number): number | undefined {
  const { people } = household;
  const isAble = (other: number | undefined): other is number => {
    const person = other === undefined ? undefined : people[other];
    return (
      other !== position &&
      person !== undefined &&
      person.deathDate === undefined &&
      person.age >= 16 &&
      !person.requiresAssistance
    );
  };
  const person = people[position];
  return [person?.spouse, person?.mother, person?.father, ...people.keys()].find(isAble);
}

function humanAssistanceOf(draws: Draws, household: Household, person: Person, position: number): JsonObject {
  const [first] = person.limitations.filter(({ severity }) => severity >= DISABILITY_CUT_OFF);
  const type =
    person.limitations.length > 1
      ? 'multiple'
      : first?.domain === 'mobility'
        ? 'mobility'
        : first?.domain === 'cognition'
          ? 'decision_making'
          : first?.domain === 'hearing' || first?.domain === 'communication'
            ? 'communication'
            : 'basic_activity';
  const at = caregiverOf(household, position);
  const caregiver = at === undefined ? undefined : household.people[at];
  return {
    type,
    intensity: draws.weighted([
      ['1', 30],
      ['2', 48],
      ['3', 16],
      ['4', 6],
    ]),
    support: caregiver === undefined ? NEEDED : RECEIVED,
    ...(caregiver !== undefined &&
      at !== undefined && {
        caregiver: { identifier: personIdentifiers(caregiver), name: nameOf(caregiver.name), sex: caregiver.sex },
        relationship: relationshipBetween(household, position, at),
      }),
  };
}

function supportOf(draws: Draws, household: Household, person: Person, position: number): JsonObject | undefined {
  const severe = new Set(
    person.limitations.filter(({ severity }) => severity >= DISABILITY_CUT_OFF).map(({ domain }) => domain),
  );
  const status = (received: number): JsonObject => ({ status: draws.chance(received) ? RECEIVED : NEEDED });
  const devices = [
    ...(severe.has('mobility') && draws.chance(0.7) ? [{ type: '1', ...status(0.55) }] : []),
    ...(severe.has('communication') && draws.chance(0.5) ? [{ type: '2', ...status(0.2) }] : []),
    ...(severe.has('hearing') && draws.chance(0.85) ? [{ type: '3', ...status(0.4) }] : []),
  ];
  const housing = severe.has('mobility') && draws.chance(0.35);
  const medical = severe.size > 0 && draws.chance(0.45);
  const dog = severe.has('vision') && draws.chance(0.05);
  const support = {
    ...(person.requiresAssistance && {
      human_assistance: [humanAssistanceOf(draws, household, person, position)],
    }),
    ...(devices.length > 0 && { assistive_technology: devices }),
    ...(housing && { housing_support: [{ type: 'home_adaptation', ...status(0.25) }] }),
    ...(medical && {
      medical_care: [
        { type: draws.pick(['maintenance_medicine', 'maintenance_medicine', 'constant_healthcare']), ...status(0.6) },
      ],
    }),
    ...(dog && { animal_assistance: [{ type: 'service_dog', ...status(0.3) }] }),
  };
  return Object.keys(support).length === 0 ? undefined : support;
}

function transportOf(draws: Draws, limitations: readonly Limitation[]): string {
  const mobility = limitations.find(({ domain }) => domain === 'mobility')?.severity ?? 0;
  if (mobility === 4) return '2';
  if (mobility === 3 || limitations.some(({ severity }) => severity === 4)) return draws.chance(0.7) ? '1' : '2';
  return '0';
}

function programmeOf({ programme, date, status }: Enrolment): JsonObject {
  return {
    programme_name: programme.name,
    programme_identifier: programme.identifier,
    enrolment_date: date,
    enrolment_status: enrolmentStatusCodes[status],
  };
}

function disabledPersonRecord(household: Household, position: number): JsonObject | undefined {
  const person = household.people[position];
  if (person === undefined || person.deathDate !== undefined || person.limitations.length === 0) return undefined;
  const draws = drawsFor(`disability/${person.uuid}`);
  const severity = Math.max(...person.limitations.map((limitation) => limitation.severity));
  const allowance = enrolmentsOf(household).filter(
    ({ recipient, programme }) => recipient === person && programme === programmes.disabilityAllowance,
  );
  // Whoever has the allowance was certified before.
  const isKnown = draws.chance(severity >= DISABILITY_CUT_OFF ? 0.8 : 0.1);
  if (!isKnown && allowance.length === 0) return undefined;
  const status = draws.weighted([
    [APPROVED, severity >= DISABILITY_CUT_OFF ? 84 : 40],
    [PENDING, severity >= DISABILITY_CUT_OFF ? 9 : 50],
    [EXPIRED, 7],
  ]);
  const latest = allowance[0] === undefined ? today - 2 : dayOf(allowance[0].date) - 1;
  const earliest = Math.min(latest, dayOf(person.registeredAt.slice(0, 10)) + 1);
  const registered = draws.integer(earliest, latest);
  const time = (day: number): string => timestampOf(day, draws.integer(OFFICE_OPENS, OFFICE_CLOSES));
  const registration = { registeredAt: time(registered), updatedAt: time(draws.integer(registered + 1, today - 1)) };
  const support = supportOf(draws, household, person, position);
  return {
    personal_details: {
      member_identifier: personIdentifiers(person),
      demographic_info: {
        ...briefPerson(person),
        address: addressesOf(household.home),
        ...(person.phoneNumber !== undefined && { phone_number: [person.phoneNumber] }),
      },
      ...disabilityOf(person.limitations),
      ...circumstancesOf(household, person),
    },
    disability_status: allowance.length > 0 ? APPROVED : status,
    disability_status_level: levelOf(severity, person.requiresAssistance),
    disability_details: person.limitations.map((limitation) => impairmentOf(draws, person.age, limitation)),
    ...(support && { disability_support: [support] }),
    transport_requirement: transportOf(draws, person.limitations),
    housing_type: draws.weighted([
      ['1', 82],
      ['2', 12],
      ['3', 6],
    ]),
    ...(allowance.length > 0 && { programs_enrolments: allowance.map(programmeOf) }),
    ...registrationOf(registration),
  };
}

/**
 * Derives the records of the disability registry (DR): living people with a functional limitation who were assessed,
 * under the same identifiers as in the Social registry, with the same answers of the Washington Group short set.
 *
 * @param households - the population
 * @returns the records, household by household
 */
export function* disabilityRecords(households: Iterable<Household>): Generator<DemoRecord, void, undefined> {
  for (const household of households) {
    for (const [position, person] of household.people.entries()) {
      const record = disabledPersonRecord(household, position);
      if (record !== undefined) yield { recordType: 'DisabledPerson', record, consents: consentsOf(person) };
    }
  }
}
