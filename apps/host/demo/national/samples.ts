import type { JsonObject } from 'dci-core';
import { beneficiaryRecords } from '../beneficiary-records.ts';
import { civilRecords } from '../civil-records.ts';
import { disabilityRecords } from '../disability-records.ts';
import { identifierIn } from '../event-scene.ts';
import { generatePopulation } from '../population/generate.ts';
import type { Household } from '../population/population.ts';
import type { DemoRecord } from '../record-parts.ts';

/** People whom the registries of the national host know. */
export interface Samples {
  /** Somebody whose birth is registered. */
  readonly born: { readonly uin: string; readonly birthDate: string };
  /** UIN of somebody who is enrolled in a programme. */
  readonly enrolled: string;
  /** UIN of somebody whose disability is certified. */
  readonly disabled: string;
}

type RecordsOf = (households: Iterable<Household>) => Iterable<DemoRecord>;

/**
 * Finds people to try commands with. Every population begins with the same households, so that they are there whatever its
 * size.
 *
 * @returns one for each registry
 */
export function findSamples(): Samples {
  const born = firstOf(civilRecords, (record) => identifierIn(record, 'crvs', 'identifier', 'BRN') !== undefined);
  const enrolled = firstOf(beneficiaryRecords, (record) => uinIn(record, 'ibr', 'member.member_identifier') !== '');
  const disabled = firstOf(disabilityRecords, (record) => record.disability_status === '0');
  return {
    born: { uin: uinIn(born, 'crvs', 'identifier'), birthDate: String(born.birth_date) },
    enrolled: uinIn(enrolled, 'ibr', 'member.member_identifier'),
    disabled: uinIn(disabled, 'dr', 'personal_details.member_identifier'),
  };
}

function firstOf(recordsOf: RecordsOf, isWanted: (record: JsonObject) => boolean): JsonObject {
  for (const { record } of recordsOf(generatePopulation())) if (isWanted(record)) return record;
  return {};
}

function uinIn(record: JsonObject, registry: string, path: string): string {
  return identifierIn(record, registry, path, 'UIN') ?? '';
}
