import type { Beneficiary, Identifier, Member, Person } from 'dci-core';
import { fold, identifierKey, identifierTypeKey, type RegistrantIdentifier } from './registrant.ts';

/** An identifier as a record shows it; some registries leave the type out. */
export interface ShownIdentifier {
  readonly type?: string;
  readonly value: string;
}

/** Somebody whom a record is about, with what identifies them. Of a group itself there is no person. */
export interface Party {
  readonly identifiers: readonly ShownIdentifier[];
  readonly person: Person | undefined;
}

/** What a record shows of an identifier that was asked for. */
export type IdentifierSight =
  /** It carries it. */
  | { readonly shown: 'same'; readonly party: Party }
  /** It shows none of this type: the registry says that it matches. Of a household nobody can tell whom it means. */
  | { readonly shown: 'none'; readonly party: Party | undefined }
  /** It is about one person and shows another value of this type. */
  | { readonly shown: 'other' };

const households: readonly string[] = ['2', '3'];

/**
 * Lists whom a record is about: the member, or the group with its head and its members.
 *
 * @param beneficiary - the record
 * @returns the parties, possibly none
 */
export function partiesOf({ member, group }: Beneficiary): readonly Party[] {
  const persons = [member, group?.group_head_info, ...(group?.member_list ?? [])];
  return [
    ...persons.flatMap((one) => (one === undefined ? [] : [partyOf(one)])),
    ...(group === undefined ? [] : [{ identifiers: shownOf(group.group_identifier), person: undefined }]),
  ];
}

function partyOf({ member_identifier, demographic_info }: Member): Party {
  return {
    identifiers: [...shownOf(member_identifier), ...shownOf(demographic_info?.identifier)],
    person: demographic_info,
  };
}

function shownOf(identifiers: readonly Identifier[] = []): readonly ShownIdentifier[] {
  return identifiers.flatMap(({ identifier_type: type, identifier_value: value }) =>
    value === undefined || value.trim() === '' ? [] : [{ ...(type !== undefined && { type }), value }],
  );
}

/**
 * Looks for an identifier in a record.
 *
 * @param beneficiary - the record
 * @param asked - the identifier that was asked for
 * @returns what the record shows of it, and of whom
 */
export function sightOf(beneficiary: Beneficiary, asked: RegistrantIdentifier): IdentifierSight {
  const parties = partiesOf(beneficiary);
  const party = parties.find(({ identifiers }) => identifiers.some((one) => isSame(one, asked)));
  if (party !== undefined) return { shown: 'same', party };
  const { member, group, assistance_unit: unit } = beneficiary;
  // Of a household often the head alone is shown, while any member can be asked for.
  const isHousehold = group !== undefined || (unit !== undefined && households.includes(unit));
  const type = identifierTypeKey(asked.type);
  const showsType = parties.some(({ identifiers }) =>
    identifiers.some((one) => one.type !== undefined && identifierTypeKey(one.type) === type),
  );
  if (showsType && !isHousehold) return { shown: 'other' };
  return { shown: 'none', party: member === undefined || isHousehold ? undefined : partyOf(member) };
}

/** The registry was asked for a type and a value: where it shows the value alone, that is it. */
function isSame({ type, value }: ShownIdentifier, asked: RegistrantIdentifier): boolean {
  return type === undefined
    ? fold(value) === fold(asked.value)
    : identifierKey({ type, value }) === identifierKey(asked);
}
