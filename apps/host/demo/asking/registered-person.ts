import type { CivilIdentifier } from 'dci-client-crvs';
import { anyOf, type Filter, type JsonObject, type Row, type RowValue } from 'dci-core';
import type { RecordStore } from 'dci-server';
import { identifierIn, listOf, part } from '../event-scene.ts';
import type { WrittenRecord } from '../happening.ts';
import { changeHousehold } from '../household-records.ts';
import { identifier } from '../record-parts.ts';

/** Identifiers by which the Social registry knows its people. */
const knownTypes = ['UIN', 'NationalID', 'BRN'];

/** What the Social registry knows of a person that a civil registry knows too. */
export interface CivilFacts extends Row {
  readonly uin: string;
  readonly birth_date: RowValue;
  readonly brn: RowValue;
  readonly death_date: RowValue;
  readonly drn: RowValue;
  readonly marital_status: RowValue;
}

/**
 * Finds records of the Social registry that carry one of some identifiers.
 *
 * @param store - the Social registry
 * @param recordType - `Person`, `Member` or `Group`
 * @param path - where the record has them
 * @param identifiers - as the civil registry gives them
 * @returns the records
 */
export async function findRecords(
  store: RecordStore,
  recordType: 'Person' | 'Member' | 'Group',
  path: string,
  identifiers: readonly CivilIdentifier[],
): Promise<readonly JsonObject[]> {
  const filters = identifiers.flatMap(({ type, value }): Filter[] =>
    knownTypes.includes(type) ? [{ kind: 'identifier', identifierType: type, values: [value], paths: [path] }] : [],
  );
  if (filters.length === 0) return [];
  const page = { size: 10, number: 1 };
  return (await store.search({ recordType, filter: anyOf(filters), sort: [], page })).records;
}

/**
 * @param person - Person record
 * @returns it as a row of a table
 */
export function factsOf(person: JsonObject): CivilFacts {
  const number = (type: string): string | undefined => identifierIn(person, 'social', 'identifier', type);
  const fact = (name: string): RowValue => {
    const value = person[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    uin: number('UIN') ?? '',
    birth_date: fact('birth_date'),
    brn: number('BRN') ?? null,
    death_date: fact('death_date'),
    drn: number('DRN') ?? null,
    marital_status: fact('marital_status'),
  };
}

/** The records of the Social registry that tell of one person. */
export interface PersonRecords {
  readonly person: JsonObject;
  readonly members: readonly JsonObject[];
  readonly households: readonly JsonObject[];
}

/**
 * Writes new facts into every record that tells of a person. Who has died is listed in no household.
 *
 * @param records - as they are
 * @param facts - column → new value
 * @param now - RFC 3339 UTC
 * @returns the records
 */
export function withFacts(
  { person, members, households }: PersonRecords,
  facts: Readonly<Record<string, RowValue>>,
  now: string,
): readonly WrittenRecord[] {
  const { uin } = factsOf(person);
  const { household_info: _household, ...rest } = person;
  const hasDied = typeof facts.death_date === 'string';
  const isThisOne = (member: JsonObject): boolean => identifierIn(member, 'social', 'member_identifier', 'UIN') === uin;
  const changed = { ...told(hasDied ? rest : person, facts), last_updated: now };
  return [
    { recordType: 'Person', record: changed, previous: person, identifierType: 'UIN' },
    ...members.map((member) => ({
      recordType: 'Member',
      record: { ...memberWith(member, facts), last_updated: now },
      previous: member,
      identifierType: 'UIN',
    })),
    ...households.map((household) =>
      changeHousehold(
        household,
        (member) => (!isThisOne(member) ? member : hasDied ? undefined : memberWith(member, facts)),
        now,
      ),
    ),
  ];
}

function memberWith(member: JsonObject, facts: Readonly<Record<string, RowValue>>): JsonObject {
  const { marital_status: maritalStatus } = facts;
  return {
    ...member,
    member_identifier: [...listOf(member, 'member_identifier'), ...newNumbers(facts)],
    demographic_info: told(part(member, 'demographic_info'), { ...facts, marital_status: undefined }),
    ...(typeof maritalStatus === 'string' && { marital_status: maritalStatus }),
  };
}

function told(person: JsonObject, facts: Readonly<Record<string, RowValue | undefined>>): JsonObject {
  const stated = ['birth_date', 'death_date', 'marital_status'].flatMap((name) => {
    const value = facts[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return {
    ...person,
    identifier: [...listOf(person, 'identifier'), ...newNumbers(facts)],
    ...Object.fromEntries(stated),
  };
}

function newNumbers(facts: Readonly<Record<string, RowValue | undefined>>): readonly JsonObject[] {
  return (['brn', 'drn'] as const).flatMap((name) => {
    const value = facts[name];
    return typeof value === 'string' ? [identifier(name.toUpperCase(), value)] : [];
  });
}
