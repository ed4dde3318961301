import { type Day, dateOf, dayOf, timestampOf, yearsInDays } from './population/calendar.ts';
import { type Draws, drawsFor } from './population/draws.ts';
import { beneficiaryId } from './population/identifiers.ts';
import { type Household, type Person, REFERENCE_DATE } from './population/population.ts';
import { type Programme, programmes } from './programmes.ts';

/** How an enrolment stands. */
export type EnrolmentStatus = 'active' | 'suspended' | 'graduated' | 'deceased';

/** Something that was given. */
export interface GivenBenefit {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** In the demo's currency. */
  readonly amount?: number;
  readonly quantity?: number;
}

/** One person's or household's part in a programme. */
export interface Enrolment {
  /** The programme's own number for the beneficiary. */
  readonly beneficiaryId: string;
  readonly programme: Programme;
  /** Who receives it: the beneficiary, or one for the whole household. */
  readonly recipient: Person;
  readonly forHousehold: boolean;
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly status: EnrolmentStatus;
  /** `YYYY-MM-DD`; absent while it is as it began. */
  readonly statusChangedOn?: string;
  /** The latest ones, the oldest first. */
  readonly benefits: readonly GivenBenefit[];
  /** RFC 3339 UTC. */
  readonly registeredAt: string;
  /** RFC 3339 UTC. */
  readonly updatedAt: string;
}

/** Somebody who meets the conditions of a programme. */
interface Candidate {
  readonly programme: Programme;
  readonly recipient: Person;
  readonly forHousehold: boolean;
  /** The first day on which the conditions are met. */
  readonly from: Day;
  /** Share of the candidates who take part. */
  readonly uptake: number;
  readonly graduation: Share;
  readonly benefit: (draws: Draws) => Omit<GivenBenefit, 'date'>;
}

/** How many leave, and after how many days at the earliest and latest. */
interface Share {
  readonly share: number;
  readonly after: readonly [least: number, most: number];
}

const today = dayOf(REFERENCE_DATE);
const PROGRAMMES: readonly Programme[] = Object.values(programmes);
const KEPT_BENEFITS = 4;
const SUSPENDED = 0.06;
const PENSION_AGE = 65;
const POOR = 35;
const VERY_POOR = 28;
const SEVERE = 3;
const OFFICE_OPENS = 8 * 3600;
const OFFICE_CLOSES = 16 * 3600;

const stays: Share = { share: 0, after: [0, 0] };

function householdCandidates({ people, povertyScore, farm, registeredAt }: Household): readonly Candidate[] {
  const [head] = people;
  if (head === undefined) return [];
  const from = dayOf(registeredAt.slice(0, 10));
  const living = people.filter(({ deathDate }) => deathDate === undefined);
  const children = living.filter(({ age }) => age < 15).length;
  const candidates: Candidate[] = [];
  if (povertyScore < POOR && children > 0) {
    candidates.push({
      programme: programmes.familyTransfer,
      recipient: living.find(({ sex, age }) => sex === 'female' && age >= 18) ?? head,
      forHousehold: true,
      from,
      uptake: 0.74,
      graduation: { share: 0.16, after: [400, 1800] },
      benefit: () => ({ amount: 20 + 8 * Math.min(children, 5) }),
    });
  }
  const worker = living.find(
    ({ age, employment, limitations }) =>
      age >= 18 &&
      age < 60 &&
      (employment === 'not-employed' || employment === 'own-account') &&
      limitations.every(({ severity }) => severity < SEVERE),
  );
  if (povertyScore < VERY_POOR && worker !== undefined) {
    candidates.push({
      programme: programmes.publicWorks,
      recipient: worker,
      forHousehold: true,
      from,
      uptake: 0.4,
      graduation: { share: 0.7, after: [90, 360] },
      benefit: (draws) => {
        const days = draws.integer(8, 20);
        return { amount: days * 4, quantity: days };
      },
    });
  }
  if (farm !== undefined && (farm.type === 'subsistence' || farm.type === 'semi-subsistence')) {
    candidates.push({
      programme: programmes.inputVoucher,
      recipient: head,
      forHousehold: true,
      from: dayOf(farm.registeredAt.slice(0, 10)),
      uptake: 0.45,
      graduation: { share: 0.08, after: [700, 1500] },
      benefit: () => ({ amount: farm.type === 'subsistence' ? 60 : 40, quantity: 1 }),
    });
  }
  return candidates;
}

function personalCandidates(household: Household, person: Person, position: number): readonly Candidate[] {
  const own = { recipient: person, forHousehold: false } as const;
  const birth = dayOf(person.birthDate);
  const from = dayOf(person.registeredAt.slice(0, 10));
  const severity = Math.max(0, ...person.limitations.map((limitation) => limitation.severity));
  const candidates: Candidate[] = [];
  if (person.age >= PENSION_AGE) {
    candidates.push({
      ...own,
      programme: programmes.socialPension,
      from: Math.max(from, birth + yearsInDays(PENSION_AGE)),
      uptake: 0.84,
      graduation: stays,
      benefit: () => ({ amount: 35 }),
    });
  }
  if (severity >= SEVERE) {
    candidates.push({
      ...own,
      programme: programmes.disabilityAllowance,
      from,
      uptake: severity === SEVERE ? 0.52 : 0.78,
      graduation: { share: 0.02, after: [300, 1500] },
      benefit: () => ({ amount: severity === SEVERE ? 30 : 55 }),
    });
  }
  if (person.age >= 6 && person.age < 15 && (person.education === 1 || person.education === 2)) {
    candidates.push({
      ...own,
      programme: programmes.schoolFeeding,
      from: Math.max(from, birth + yearsInDays(6)),
      uptake: household.home.rural ? 0.55 : 0.14,
      graduation: { share: 0.06, after: [200, 1500] },
      benefit: (draws) => ({ quantity: draws.integer(14, 22) }),
    });
  }
  const births = household.people.flatMap((child) => (child.mother === position ? [dayOf(child.birthDate)] : []));
  const lastBirth = Math.max(...births, Number.NEGATIVE_INFINITY);
  if (lastBirth > today - yearsInDays(3)) {
    candidates.push({
      ...own,
      programme: programmes.maternityGrant,
      from: Math.max(from, lastBirth + 5),
      uptake: 0.66,
      graduation: { share: 1, after: [360, 370] },
      benefit: () => ({ amount: 40 }),
    });
  }
  return candidates;
}

/** The latest days on which the programme gave something, between two days. */
function benefitDays({ rhythm }: Programme, after: Day, before: Day): readonly Day[] {
  const days: Day[] = [];
  const [year, month] = dateOf(before).split('-').map(Number);
  for (let back = 0; days.length < KEPT_BENEFITS; back += 1) {
    const count = (year ?? 0) * 12 + (month ?? 1) - 1 - back;
    if ((((count - rhythm.firstMonth) % rhythm.months) + rhythm.months) % rhythm.months !== 0) continue;
    const parts = [String(Math.floor(count / 12)), String((count % 12) + 1), String(rhythm.day)];
    const day = dayOf(parts.map((part) => part.padStart(2, '0')).join('-'));
    if (day <= after) break;
    if (day < before) days.unshift(day);
  }
  return days;
}

function enrolmentOf(draws: Draws, candidate: Candidate): Enrolment | undefined {
  const { programme, recipient, forHousehold, graduation } = candidate;
  // Every chance is drawn before anything is decided, so that one rule does not shift the others.
  const takesPart = draws.chance(candidate.uptake);
  const delay = draws.integer(10, 400);
  const leaves = draws.chance(graduation.share);
  const stay = draws.integer(...graduation.after);
  const isSuspended = draws.chance(SUSPENDED);
  const place = draws.fraction();
  const time = (day: Day): string => timestampOf(day, draws.integer(OFFICE_OPENS, OFFICE_CLOSES));
  const death = recipient.deathDate === undefined ? undefined : dayOf(recipient.deathDate);
  const day = Math.max(candidate.from, dayOf(programme.since)) + delay;
  if (!takesPart || day > Math.min(today, death ?? today) - 40) return undefined;

  const change = ((): { status: EnrolmentStatus; day: Day } | undefined => {
    if (death !== undefined) return { status: 'deceased', day: Math.min(death + 20, today - 1) };
    if (leaves && day + stay < today) return { status: 'graduated', day: day + stay };
    if (isSuspended) return { status: 'suspended', day: day + 30 + Math.floor(place * (today - day - 31)) };
    return undefined;
  })();
  const end = death ?? change?.day ?? today;
  const benefits = benefitDays(programme, day, end).map((given) => ({
    date: dateOf(given),
    ...candidate.benefit(draws),
  }));
  const updated = Math.max(day, change?.day ?? day, ...benefits.map(({ date }) => dayOf(date)));
  return {
    beneficiaryId: beneficiaryId(recipient.number * PROGRAMMES.length + PROGRAMMES.indexOf(programme)),
    programme,
    recipient,
    forHousehold,
    date: dateOf(day),
    status: change?.status ?? 'active',
    ...(change && { statusChangedOn: dateOf(change.day) }),
    benefits,
    registeredAt: time(day),
    updatedAt: timestampOf(updated, OFFICE_CLOSES + 3600),
  };
}

/**
 * Derives in which programmes a household and its people take part. The same household always has the same enrolments,
 * so every registry that tells of them agrees.
 *
 * @param household - the household
 * @returns the enrolments: those of the household first, then person by person
 */
export function enrolmentsOf(household: Household): readonly Enrolment[] {
  const candidates = [
    ...householdCandidates(household),
    ...household.people.flatMap((person, position) => personalCandidates(household, person, position)),
  ];
  return candidates.flatMap((candidate) => {
    const { programme, recipient } = candidate;
    const enrolment = enrolmentOf(drawsFor(`enrolment/${programme.identifier}/${recipient.uuid}`), candidate);
    return enrolment === undefined ? [] : [enrolment];
  });
}
