import { beneficiaryRecords } from '../beneficiary-records.ts';
import { civilRecords } from '../civil-records.ts';
import { disabilityRecords } from '../disability-records.ts';
import { identifierIn, type part } from '../event-scene.ts';
import { generatePopulation } from '../population/generate.ts';
import type { Household } from '../population/population.ts';

/** UINs of people whom the registries of the national host know. */
export interface Samples {
  /** Somebody whose birth is registered. */
  readonly born: { readonly uin: string; readonly birthDate: string };
  /** Somebody who is enrolled in a programme. */
  readonly enrolled: string;
  /** Somebody whose disability is certified. */
  readonly disabled: string;
}

/** Enough to have one of each; every population begins with the same households. */
const ENOUGH_PERSONS = 100;

/**
 * Finds people to try commands with.
 *
 * @returns one for each registry
 */
export function findSamples(): Samples {
  const households: readonly Household[] = [...generatePopulation({ persons: ENOUGH_PERSONS })];
  const uinIn = (record: Parameters<typeof part>[0], registry: string, path: string): string =>
    record === undefined ? '' : (identifierIn(record, registry, path, 'UIN') ?? '');
  const born = [...civilRecords(households)].find(
    ({ record }) => identifierIn(record, 'crvs', 'identifier', 'BRN') !== undefined,
  )?.record;
  const enrolled = [...beneficiaryRecords(households)].find(({ record }) => 'member' in record)?.record;
  const disabled = [...disabilityRecords(households)].find(({ record }) => record.disability_status === '0')?.record;
  return {
    born: { uin: uinIn(born, 'crvs', 'identifier'), birthDate: String(born?.birth_date ?? '') },
    enrolled: uinIn(enrolled, 'ibr', 'member.member_identifier'),
    disabled: uinIn(disabled, 'dr', 'personal_details.member_identifier'),
  };
}
