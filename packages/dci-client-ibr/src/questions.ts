import type { SearchCriteria } from 'dci-client';
import type { JsonObject } from 'dci-core';
import { pageSize } from './lookup.ts';
import type { Registrant, RegistrantIdentifier } from './registrant.ts';

/** What goes with every question to a registry. */
export interface Disclosure {
  /** The registrant's consent, as the standard's `Consent`. */
  readonly consent?: JsonObject;
  /** The legal basis, as the standard's `Authorize`. */
  readonly authorize?: JsonObject;
}

/** Name of the records asked for. */
export const recordType = 'Beneficiary';

/**
 * @param identifier - of somebody
 * @param disclosure - consent and legal basis
 * @returns the search for their records
 */
export function identifierSearch({ type, value }: RegistrantIdentifier, disclosure: Disclosure): SearchCriteria {
  return { ...common(disclosure), queryType: 'idtype-value', query: { type, value } };
}

/**
 * @param registrant - with surname and birth date
 * @param disclosure - consent and legal basis
 * @returns the search for records of that name and birth date; given names are compared here, because registries write
 *   them in many ways. `undefined` when surname or birth date is not known
 */
export function demographicSearch({ name, birthDate }: Registrant, disclosure: Disclosure): SearchCriteria | undefined {
  if (name?.surname === undefined || birthDate === undefined) return undefined;
  const query = {
    seq: [
      { attribute: 'surname', operator: '=', value: name.surname },
      { attribute: 'birth_date', operator: '=', value: birthDate },
    ],
  };
  return { ...common(disclosure), queryType: 'expression', query };
}

function common({ consent, authorize }: Disclosure): Omit<SearchCriteria, 'queryType' | 'query'> {
  return {
    recordType,
    page: { size: pageSize, number: 1 },
    ...(consent !== undefined && { consent }),
    ...(authorize !== undefined && { authorize }),
  };
}
