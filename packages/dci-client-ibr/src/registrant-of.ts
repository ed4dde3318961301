import { DciError, ibr, type JsonObject } from 'dci-core';
import { readBeneficiary } from './beneficiary-record.ts';
import { partiesOf } from './parties.ts';
import type { Registrant } from './registrant.ts';

/**
 * Makes a registrant of a record of somebody: a Person or a Member of a social registry, as a search or the mapper gives
 * it. Identifiers without a type cannot be asked for and are left out.
 *
 * @param record - a Person or a Member, in any spelling
 * @returns all identifiers, name, birth date and sex
 * @throws DciError `err.request.bad` when the record has no identifier
 */
export function registrantOf(record: JsonObject): Registrant {
  const [type] = ibr.recordTypes;
  const read = type?.read({ member: record }).record ?? { member: record };
  const [party] = partiesOf(readBeneficiary(read).beneficiary);
  const identifiers = (party?.identifiers ?? []).flatMap(({ type: name, value }) =>
    name === undefined ? [] : [{ type: name, value }],
  );
  if (identifiers.length === 0) {
    throw new DciError('err.request.bad', 'the record has no identifier with a type', { path: 'identifier' });
  }
  const { name, birth_date: birthDate, sex } = party?.person ?? {};
  const { surname, given_name: givenName, second_name: secondName } = name ?? {};
  return {
    identifiers,
    ...(name !== undefined && {
      name: {
        ...(surname !== undefined && { surname }),
        ...(givenName !== undefined && { givenName }),
        ...(secondName !== undefined && { secondName }),
      },
    }),
    ...(birthDate !== undefined && { birthDate }),
    ...(sex !== undefined && { sex }),
  };
}
