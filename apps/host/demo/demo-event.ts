import { allOf, DciError, eventTypesOf, type Filter, type JsonObject, type Random } from 'dci-core';
import { beneficiaryIdType, enrolmentStatusCodes, programmeOf } from './beneficiary-records.ts';
import { eligibilityPurpose } from './consents.ts';
import { type EventScene, eventScene, identifierIn, listOf, part } from './event-scene.ts';
import { assessment, exit, farm, payment } from './further-happenings.ts';
import type { Happening, WrittenRecord } from './happening.ts';
import { joinHousehold } from './household-records.ts';
import { phoneNumberOf } from './population/contact.ts';
import { beneficiaryId, birthRegistrationNumber, deathRegistrationNumber, uin } from './population/identifiers.ts';
import { type Programme, programmes } from './programmes.ts';
import { identifier } from './record-parts.ts';
import { type DemoHost, type DemoRegistries, demoRegistryTypes } from './registries.ts';

/** A record that {@link demoEvent} wrote. */
export interface DemoChange {
  readonly recordType: string;
  readonly identifier: { readonly identifierType: string; readonly value: string };
  /** Codes of the events that subscribers are told of. */
  readonly events: readonly string[];
  readonly record: JsonObject;
}

/** What {@link demoEvent} did. */
export interface DemoEvent {
  /** Name of the registry type. */
  readonly registry: string;
  /** What was written, the record that the event is about first. */
  readonly changes: readonly [DemoChange, ...DemoChange[]];
}

/** Options of {@link demoEvent}. */
export interface DemoEventOptions {
  /**
   * Whether what chance came up with will do; what will not do is not written.
   *
   * @param event - what would be written
   */
  suits?(event: DemoEvent): boolean;
}

/** How often chance may come up with something that does not suit. */
const MOST_TRIES = 60;

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

/** Somebody of the Social registry has another telephone number. */
async function update(scene: EventScene): Promise<Happening> {
  const adult = before('birth_date', scene.yearsAgo(18));
  const previous = await scene.pick('social', 'Person', allOf([adult, isAlive]));
  const record = { ...previous, phone_number: [phoneNumberOf(newNumber(scene))], last_updated: scene.now };
  return { registry: 'social', written: [{ recordType: 'Person', record, previous, identifierType: 'UIN' }] };
}

/** A household of the Social registry has a new member, who is registered too. */
async function member(scene: EventScene): Promise<Happening> {
  const household = await scene.pick('social', 'Group', { kind: 'constant', value: true });
  const { surname } = part(part(part(household, 'group_head_info'), 'demographic_info'), 'name');
  const person = await newborn(scene, surname, part(household, 'address').region_code);
  return { registry: 'social', written: joinHousehold({ household, person, now: scene.now }) };
}

const happenings = { birth, death, enrolment, payment, exit, update, member, assessment, farm } as const;

/** What can happen in the demo. */
export type DemoEventKind = keyof typeof happenings;

/** Every {@link DemoEventKind}. */
export const demoEventKinds = Object.keys(happenings) as readonly DemoEventKind[];

/** What is told of a record; the change feed tells subscribers the same. */
function changeOf({ recordType, record, previous, identifierType }: WrittenRecord, registry: string): DemoChange {
  const type = demoRegistryTypes.find(({ name }) => name === registry);
  const [path = ''] = type?.recordTypes.find(({ name }) => name === recordType)?.identifierPaths ?? [];
  const value = identifierIn(record, registry, path, identifierType) ?? '';
  const change =
    previous === undefined
      ? ({ recordType, kind: 'created', record } as const)
      : ({ recordType, kind: 'updated', record, previous } as const);
  const events = type === undefined ? [] : eventTypesOf(type, change);
  return { recordType, identifier: { identifierType, value }, events, record };
}

function eventOf({ registry, written: [first, ...others] }: Happening): DemoEvent {
  return { registry, changes: [changeOf(first, registry), ...others.map((each) => changeOf(each, registry))] };
}

/**
 * Lets something happen to somebody in a demo registry, by chance: the change is written into its store, so that the
 * change feed tells of it. Newcomers consent to eligibility checks.
 *
 * @param kind - what happens
 * @param registries - the demo's registries
 * @param host - clock, chance and data directory
 * @param options - what will do
 * @returns whom it happened to, and as which events subscribers are told of it
 * @throws DciError `err.state.conflict` when the demo has nobody left to whom it could happen, or when nothing that suits
 *   came up
 *
 * @example
 * await demoEvent('birth', registries, context); // { registry: 'crvs', changes: [{ events: ['LiveBirth', 'REGISTER'], … }] }
 */
export async function demoEvent(
  kind: DemoEventKind,
  registries: DemoRegistries,
  host: DemoHost & { readonly random: Random },
  { suits = () => true }: DemoEventOptions = {},
): Promise<DemoEvent> {
  const scene = eventScene(registries, host);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const happening = await happenings[kind](scene);
    const event = eventOf(happening);
    if (!suits(event)) continue;
    await write(happening, event, scene);
    return event;
  }
  throw new DciError('err.state.conflict', 'Nothing that suits has come up by chance.');
}

async function write({ registry, written }: Happening, event: DemoEvent, scene: EventScene): Promise<void> {
  const store = await scene.store(registry);
  await store.transaction((transaction) => {
    for (const [index, { recordType, record, previous, identifierType }] of written.entries()) {
      transaction.put(recordType, record, { identifiedBy: [identifierType] });
      const identifier = event.changes[index]?.identifier;
      if (previous !== undefined || identifier === undefined) continue;
      transaction.grantConsent(recordType, identifier, { recipient: '*', purpose: eligibilityPurpose });
    }
  });
}
