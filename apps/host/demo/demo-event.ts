import { allOf, eventTypesOf, type Filter, type JsonObject, type Random } from 'dci-core';
import { beneficiaryIdType, benefitOf, enrolmentStatusCodes, programmeOf } from './beneficiary-records.ts';
import { eligibilityPurpose } from './consents.ts';
import { type EventScene, eventScene, identifierIn, listOf, part } from './event-scene.ts';
import { phoneNumberOf } from './population/contact.ts';
import { beneficiaryId, birthRegistrationNumber, deathRegistrationNumber, uin } from './population/identifiers.ts';
import { type Programme, programmes } from './programmes.ts';
import { identifier } from './record-parts.ts';
import { type DemoHost, type DemoRegistries, demoRegistryTypes } from './registries.ts';

/** A record that is written. */
interface WrittenRecord {
  readonly recordType: string;
  readonly record: JsonObject;
  /** Before; absent for a new record. */
  readonly previous?: JsonObject;
  /** The identifier that names this record alone. */
  readonly identifierType: string;
}

/** What happens: records of one registry, the one that it is about first. */
interface Happening {
  readonly registry: string;
  readonly written: readonly [WrittenRecord, ...WrittenRecord[]];
}

/** What {@link demoEvent} did. */
export interface DemoEvent {
  /** Name of the registry type. */
  readonly registry: string;
  readonly recordType: string;
  /** The record that it is about. */
  readonly identifier: { readonly identifierType: string; readonly value: string };
  /** Codes of the events that subscribers are told of. */
  readonly events: readonly string[];
}

/** Identifiers of those who come later lie behind those of any population. */
const FIRST_NEW_NUMBER = 100_000_000;
const NEW_NUMBERS = 100_000_000;

const is = (attribute: string, value: string): Filter => ({ kind: 'comparison', attribute, operator: 'eq', value });
const before = (attribute: string, value: string): Filter => ({ kind: 'comparison', attribute, operator: 'lt', value });
const from = (attribute: string, value: string): Filter => ({ kind: 'comparison', attribute, operator: 'gte', value });
const isAlive: Filter = { kind: 'not', filter: { kind: 'exists', attribute: 'death_date' } };

const newNumber = (scene: EventScene): number => FIRST_NEW_NUMBER + scene.chance(NEW_NUMBERS);

/** Identity of a newborn of a family: names of the region, an own UIN and birth registration number. */
async function newborn(scene: EventScene, surname: unknown, region: unknown): Promise<JsonObject> {
  const number = newNumber(scene);
  const sex = scene.chance(2) === 0 ? 'female' : 'male';
  const ofRegion = typeof region === 'string' ? [is('address.region_code', region)] : [];
  const namesake = await scene.pick('crvs', 'Person', allOf([is('sex', sex), ...ofRegion]));
  const { given_name: given } = part(namesake, 'name');
  return {
    identifier: [
      identifier('UIN', uin(number)),
      identifier('BRN', birthRegistrationNumber(number, Number(scene.today.slice(0, 4)))),
      identifier('UUID', scene.uuid()),
    ],
    name: { ...(typeof surname === 'string' && { surname }), ...(typeof given === 'string' && { given_name: given }) },
    sex,
    birth_date: scene.today,
  };
}

/** The other one with the same marriage registration number. */
async function spouseOf(scene: EventScene, person: JsonObject): Promise<JsonObject | undefined> {
  const number = identifierIn(person, 'crvs', 'identifier', 'MRN');
  if (number === undefined) return undefined;
  const filter = { kind: 'identifier', identifierType: 'MRN', values: [number], paths: ['identifier'] } as const;
  const crvs = await scene.store('crvs');
  const { records } = await crvs.search({ recordType: 'Person', filter, sort: [], page: { size: 2, number: 1 } });
  const own = identifierIn(person, 'crvs', 'identifier', 'UIN');
  return records.find((record) => identifierIn(record, 'crvs', 'identifier', 'UIN') !== own);
}

/** A married woman has a child, which the civil registry registers. */
async function birth(scene: EventScene): Promise<Happening> {
  const married = allOf([is('sex', 'female'), is('marital_status', 'M'), isAlive]);
  const ofAge = [from('birth_date', scene.yearsAgo(42)), before('birth_date', scene.yearsAgo(19))];
  const mother = await scene.pick('crvs', 'Person', allOf([married, ...ofAge]));
  const father = await spouseOf(scene, mother);
  const address = part(mother, 'address');
  const parents = [mother, father].map((parent) =>
    parent === undefined ? undefined : identifierIn(parent, 'crvs', 'identifier', 'UIN'),
  );
  const [parent1, parent2] = parents.map((value) => (value === undefined ? undefined : identifier('UIN', value)));
  const record = {
    ...(await newborn(scene, part(father ?? mother, 'name').surname, address.region_code)),
    birth_place: { name: address.locality, code: address.sub_region_code },
    address: [address],
    marital_status: 'S',
    ...(parent1 && { parent1_identifier: parent1 }),
    ...(parent2 && { parent2_identifier: parent2 }),
    registration_date: scene.now,
    last_updated: scene.now,
  };
  return { registry: 'crvs', written: [{ recordType: 'Person', record, identifierType: 'UIN' }] };
}

/** Somebody old dies, which the civil registry registers. */
async function death(scene: EventScene): Promise<Happening> {
  const old = before('birth_date', scene.yearsAgo(60));
  const previous = await scene.pick('crvs', 'Person', allOf([old, isAlive]));
  const address = part(previous, 'address');
  const number = deathRegistrationNumber(newNumber(scene), Number(scene.today.slice(0, 4)));
  const record = {
    ...previous,
    identifier: [...listOf(previous, 'identifier'), identifier('DRN', number)],
    death_date: scene.today,
    death_place: { name: address.locality, code: address.sub_region_code },
    last_updated: scene.now,
  };
  return { registry: 'crvs', written: [{ recordType: 'Person', record, previous, identifierType: 'UIN' }] };
}

async function isEnrolled(scene: EventScene, person: JsonObject, programme: Programme): Promise<boolean> {
  const own = identifierIn(person, 'social', 'identifier', 'UIN') ?? '';
  const paths = ['member.member_identifier'];
  const carries: Filter = { kind: 'identifier', identifierType: 'UIN', values: [own], paths };
  const inProgramme = is('programme_identifier.programme_identifier', programme.identifier);
  const ibr = await scene.store('ibr');
  return (await ibr.count({ recordType: 'Beneficiary', filter: allOf([carries, inProgramme]) })) > 0;
}

/** Somebody of the Social registry who is not in a programme yet is enrolled in it. */
async function enrolment(scene: EventScene): Promise<Happening> {
  const adult = allOf([before('birth_date', scene.yearsAgo(19)), isAlive]);
  const programmeFor = ({ birth_date: birthDate }: JsonObject): Programme =>
    String(birthDate) < scene.yearsAgo(66) ? programmes.socialPension : programmes.publicWorks;
  let person = await scene.pick('social', 'Person', adult);
  for (let again = 0; again < 20 && (await isEnrolled(scene, person, programmeFor(person))); again += 1) {
    person = await scene.pick('social', 'Person', adult);
  }
  const programme = programmeFor(person);
  const { identifier: identifiers = [], name = {}, sex = 'unknown', birth_date: birthDate, address = [] } = person;
  const record = {
    assistance_unit: '1',
    member: {
      member_identifier: [
        ...(Array.isArray(identifiers) ? identifiers : []),
        identifier(beneficiaryIdType, beneficiaryId(newNumber(scene))),
      ],
      demographic_info: {
        identifier: identifiers,
        name,
        sex,
        ...(birthDate !== undefined && { birth_date: birthDate }),
        address,
      },
    },
    programme_identifier: [programmeOf(programme)],
    enrollment_date: scene.today,
    enrollment_status: enrolmentStatusCodes.active,
    benefits: [],
    registration_date: scene.now,
    last_updated: scene.now,
  };
  return { registry: 'ibr', written: [{ recordType: 'Beneficiary', record, identifierType: beneficiaryIdType }] };
}

async function changedEnrolment(
  scene: EventScene,
  change: (previous: JsonObject, programme: Programme | undefined) => JsonObject,
): Promise<Happening> {
  const previous = await scene.pick('ibr', 'Beneficiary', is('enrollment_status', enrolmentStatusCodes.active));
  const { programme_identifier: code } = part(previous, 'programme_identifier');
  const programme = Object.values(programmes).find(({ identifier: known }) => known === code);
  const record = { ...previous, ...change(previous, programme), last_updated: scene.now };
  const identifierType = beneficiaryIdType;
  return { registry: 'ibr', written: [{ recordType: 'Beneficiary', record, previous, identifierType }] };
}

/** A beneficiary is paid. */
function payment(scene: EventScene): Promise<Happening> {
  return changedEnrolment(scene, (previous, programme = programmes.familyTransfer) => {
    const benefits = listOf(previous, 'benefits');
    const usual = benefits.at(-1) ?? benefitOf(programme, { date: scene.today, amount: 35 });
    return { benefits: [...benefits, { ...usual, benefit_date: scene.today }] };
  });
}

/** An enrolment ends. */
function exit(scene: EventScene): Promise<Happening> {
  return changedEnrolment(scene, () => ({
    enrollment_status: enrolmentStatusCodes.graduated,
    status_change_date: [scene.today],
  }));
}

/** Somebody of the Social registry has another telephone number. */
async function update(scene: EventScene): Promise<Happening> {
  const adult = before('birth_date', scene.yearsAgo(18));
  const previous = await scene.pick('social', 'Person', allOf([adult, isAlive]));
  const record = { ...previous, phone_number: [phoneNumberOf(newNumber(scene))], last_updated: scene.now };
  return { registry: 'social', written: [{ recordType: 'Person', record, previous, identifierType: 'UIN' }] };
}

/** A household of the Social registry has a new member, who is registered too. */
async function member(scene: EventScene): Promise<Happening> {
  const previous = await scene.pick('social', 'Group', { kind: 'constant', value: true });
  const address = part(previous, 'address');
  const { surname } = part(part(part(previous, 'group_head_info'), 'demographic_info'), 'name');
  const child = await newborn(scene, surname, address.region_code);
  const registration = { registration_date: scene.now, last_updated: scene.now };
  const circumstances = { is_disabled: false, marital_status: 'S' };
  const listed = {
    member_identifier: child.identifier ?? [],
    demographic_info: child,
    ...circumstances,
    ...registration,
  };
  const members = [...listOf(previous, 'member_list'), listed];
  const record = { ...previous, member_list: members, group_size: members.length, last_updated: scene.now };
  return {
    registry: 'social',
    written: [
      { recordType: 'Group', record, previous, identifierType: 'HouseholdID' },
      {
        recordType: 'Person',
        record: { ...child, address: [address], ...circumstances, ...registration },
        identifierType: 'UIN',
      },
      {
        recordType: 'Member',
        record: { ...listed, demographic_info: { ...child, address: [address], ...registration } },
        identifierType: 'UIN',
      },
    ],
  };
}

const happenings = { birth, death, enrolment, payment, exit, update, member } as const;

/** What can happen in the demo. */
export type DemoEventKind = keyof typeof happenings;

/** Every {@link DemoEventKind}. */
export const demoEventKinds = Object.keys(happenings) as readonly DemoEventKind[];

function identifierOf({ record, recordType, identifierType }: WrittenRecord, registry: string): string {
  const type = demoRegistryTypes.find(({ name }) => name === registry);
  const [path = ''] = type?.recordTypes.find(({ name }) => name === recordType)?.identifierPaths ?? [];
  return identifierIn(record, registry, path, identifierType) ?? '';
}

/**
 * Lets something happen to somebody in a demo registry, by chance: the change is written into its store, so that the
 * change feed tells of it. Newcomers consent to eligibility checks.
 *
 * @param kind - what happens
 * @param registries - the demo's registries
 * @param host - clock, chance and data directory
 * @returns whom it happened to, and as which events subscribers are told of it
 * @throws DciError `err.state.conflict` when the demo has nobody left to whom it could happen
 *
 * @example
 * await demoEvent('birth', registries, context); // { registry: 'crvs', events: ['LiveBirth', 'REGISTER'], … }
 */
export async function demoEvent(
  kind: DemoEventKind,
  registries: DemoRegistries,
  host: DemoHost & { readonly random: Random },
): Promise<DemoEvent> {
  const scene = eventScene(registries, host);
  const { registry, written } = await happenings[kind](scene);
  const store = await scene.store(registry);
  await store.transaction((transaction) => {
    for (const each of written) {
      const { recordType, record, previous, identifierType } = each;
      transaction.put(recordType, record, { identifiedBy: [identifierType] });
      if (previous !== undefined) continue;
      const key = { identifierType, value: identifierOf(each, registry) };
      transaction.grantConsent(recordType, key, { recipient: '*', purpose: eligibilityPurpose });
    }
  });
  const [about] = written;
  const { recordType, record, previous, identifierType } = about;
  const type = demoRegistryTypes.find(({ name }) => name === registry);
  const change =
    previous === undefined
      ? ({ recordType, kind: 'created', record } as const)
      : ({ recordType, kind: 'updated', record, previous } as const);
  return {
    registry,
    recordType,
    identifier: { identifierType, value: identifierOf(about, registry) },
    events: type === undefined ? [] : eventTypesOf(type, change),
  };
}
