import { isJsonObject, type JsonObject } from 'dci-core';
import { listOf, part } from './event-scene.ts';
import type { WrittenRecord } from './happening.ts';

/** What a household becomes when somebody joins it. */
export interface Newcomer {
  /** Record of the household as it is. */
  readonly household: JsonObject;
  /** Identifiers, name, sex and birth date of the newcomer. */
  readonly person: JsonObject;
  /** RFC 3339 UTC. */
  readonly now: string;
}

/**
 * Writes a household of the Social registry with a newcomer, who is registered too.
 *
 * @param newcomer - who joins which household
 * @returns the records of household, person and member
 */
export function joinHousehold({ household, person, now }: Newcomer): readonly [WrittenRecord, ...WrittenRecord[]] {
  const address = part(household, 'address');
  const registration = { registration_date: now, last_updated: now };
  const circumstances = { is_disabled: false, marital_status: 'S' };
  const listed = {
    member_identifier: person.identifier ?? [],
    demographic_info: person,
    ...circumstances,
    ...registration,
  };
  const members = [...listOf(household, 'member_list'), listed];
  const record = { ...household, member_list: members, group_size: members.length, last_updated: now };
  return [
    { recordType: 'Group', record, previous: household, identifierType: 'HouseholdID' },
    {
      recordType: 'Person',
      record: { ...person, address: [address], ...circumstances, ...registration },
      identifierType: 'UIN',
    },
    {
      recordType: 'Member',
      record: { ...listed, demographic_info: { ...person, address: [address], ...registration } },
      identifierType: 'UIN',
    },
  ];
}

/**
 * Writes a household of the Social registry in which something has become of a member. Where its head is gone, the next in
 * the list is its head.
 *
 * @param household - record of the household as it is
 * @param become - gives what a member is now; `undefined` for one who is gone
 * @param now - RFC 3339 UTC
 * @returns the record
 */
export function changeHousehold(
  household: JsonObject,
  become: (member: JsonObject) => JsonObject | undefined,
  now: string,
): WrittenRecord {
  const members = listOf(household, 'member_list').flatMap((member): readonly JsonObject[] => {
    const changed = become(member);
    return changed === undefined ? [] : [changed];
  });
  const { group_head_info: formerHead, ...rest } = household;
  const head = (isJsonObject(formerHead) ? become(formerHead) : undefined) ?? members[0];
  const record = {
    ...rest,
    ...(head !== undefined && { group_head_info: head }),
    member_list: members,
    group_size: members.length,
    last_updated: now,
  };
  return { recordType: 'Group', record, previous: household, identifierType: 'HouseholdID' };
}
