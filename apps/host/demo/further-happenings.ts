import type { JsonObject } from 'dci-core';
import { beneficiaryIdType, benefitOf, enrolmentStatusCodes } from './beneficiary-records.ts';
import { type EventScene, listOf, part } from './event-scene.ts';
import type { Happening } from './happening.ts';
import { type Programme, programmes } from './programmes.ts';

/** In hectares, as the demo's farms are measured. */
const ADDED_LAND = 0.25;
/** DisabilityLevel: from profound to mild. */
const levels = ['1', '2', '3', '4'];

async function changedEnrolment(
  scene: EventScene,
  change: (previous: JsonObject, programme: Programme | undefined) => JsonObject,
): Promise<Happening> {
  const value = enrolmentStatusCodes.active;
  const active = { kind: 'comparison', attribute: 'enrollment_status', operator: 'eq', value } as const;
  const previous = await scene.pick('ibr', 'Beneficiary', active);
  const { programme_identifier: code } = part(previous, 'programme_identifier');
  const programme = Object.values(programmes).find(({ identifier: known }) => known === code);
  const record = { ...previous, ...change(previous, programme), last_updated: scene.now };
  const identifierType = beneficiaryIdType;
  return { registry: 'ibr', written: [{ recordType: 'Beneficiary', record, previous, identifierType }] };
}

/**
 * A beneficiary is paid.
 *
 * @param scene - registries, time and chance
 * @returns what happens
 */
export function payment(scene: EventScene): Promise<Happening> {
  return changedEnrolment(scene, (previous, programme = programmes.familyTransfer) => {
    const benefits = listOf(previous, 'benefits');
    const usual = benefits.at(-1) ?? benefitOf(programme, { date: scene.today, amount: 35 });
    return { benefits: [...benefits, { ...usual, benefit_date: scene.today }] };
  });
}

/**
 * An enrolment ends.
 *
 * @param scene - registries, time and chance
 * @returns what happens
 */
export function exit(scene: EventScene): Promise<Happening> {
  return changedEnrolment(scene, () => ({
    enrollment_status: enrolmentStatusCodes.graduated,
    status_change_date: [scene.today],
  }));
}

/**
 * A farmer of the Farmer registry has more land.
 *
 * @param scene - registries, time and chance
 * @returns what happens
 */
export async function farm(scene: EventScene): Promise<Happening> {
  const previous = await scene.pick('fr', 'Farmer', { kind: 'constant', value: true });
  const [first = {}, ...others] = listOf(previous, 'farm_details');
  const land = typeof first.land_size === 'number' ? first.land_size : 0;
  const grown: JsonObject = {
    ...first,
    land_size: Math.round((land + ADDED_LAND) * 100) / 100,
    last_updated: scene.now,
  };
  const record = { ...previous, farm_details: [grown, ...others], last_updated: scene.now };
  return { registry: 'fr', written: [{ recordType: 'Farmer', record, previous, identifierType: 'FARMER_ID' }] };
}

/**
 * Somebody of the disability registry is assessed anew, with another outcome.
 *
 * @param scene - registries, time and chance
 * @returns what happens
 */
export async function assessment(scene: EventScene): Promise<Happening> {
  const previous = await scene.pick('dr', 'DisabledPerson', { kind: 'constant', value: true });
  const others = levels.filter((level) => level !== previous.disability_status_level);
  const level = others[scene.chance(others.length)] ?? '1';
  const record = { ...previous, disability_status_level: level, last_updated: scene.now };
  return { registry: 'dr', written: [{ recordType: 'DisabledPerson', record, previous, identifierType: 'UIN' }] };
}
