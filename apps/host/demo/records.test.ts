import { createHash } from 'node:crypto';
import {
  canonicalJson,
  fr,
  identifiersOf,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type RegistryType,
  resolveRecordType,
  social,
} from 'dci-core';
import { describe, expect, it } from 'vitest';
import { type FarmerRecord, farmerRecords } from './farmer-records.ts';
import { generatePopulation } from './population/generate.ts';
import { type SocialRecord, socialRecords } from './social-records.ts';

const socialList = [...socialRecords(generatePopulation())];
const farmerList = [...farmerRecords(generatePopulation())];

function ofType(recordType: SocialRecord['recordType']): readonly JsonObject[] {
  return socialList.filter((each) => each.recordType === recordType).map(({ record }) => record);
}

function digestOf(records: readonly (SocialRecord | FarmerRecord)[]): string {
  const hash = createHash('sha256');
  for (const { recordType, record } of records) hash.update(`${recordType} ${canonicalJson(record)}\n`);
  return hash.digest('hex');
}

function recordTypeOf(registryType: RegistryType, name: string) {
  const recordType = resolveRecordType(registryType, name);
  if (!recordType) throw new Error(`no record type ${name}`);
  return recordType;
}

function identifierSet(
  registryType: RegistryType,
  name: string,
  records: readonly JsonObject[],
  path: string,
): Set<string> {
  recordTypeOf(registryType, name);
  return new Set(
    records.flatMap((record) =>
      identifiersOf(record, path, registryType).map(({ identifierType, value }) => `${identifierType} ${value}`),
    ),
  );
}

describe('demo records', () => {
  it('are the same bytes on every machine', () => {
    expect(digestOf(socialList)).toBe('cd88d5373e2db45bf97da62faf2ca451c036b628f3a5ea52050483efe91757d2');
    expect(digestOf(farmerList)).toBe('678e1ffd54f43464d0b1023b2fc3bcc2cd02c01a7f51f64eea2287d52c6e31d1');
  });

  it('are a Person and a Member for everyone and a Group for each household', () => {
    expect([ofType('Person').length, ofType('Member').length, ofType('Group').length]).toEqual([10_000, 10_000, 2500]);
    expect(farmerList).toHaveLength(1520);
  });

  it('are read by dci-core without a warning and without a change', () => {
    expect(socialList.length + farmerList.length).toBeGreaterThan(20_000);
    for (const [registryType, list] of [
      [social, socialList],
      [fr, farmerList],
    ] as const) {
      for (const { recordType, record } of list) {
        const read = recordTypeOf(registryType, recordType).read(record);
        if (read.warnings.length > 0) expect(read.warnings).toEqual([]);
        if (canonicalJson(read.record) !== canonicalJson(record)) expect(read.record).toEqual(record);
      }
    }
  });

  it('carry identifiers that are unique to one record of a type', () => {
    for (const [name, path] of [
      ['Person', 'identifier'],
      ['Member', 'member_identifier'],
      ['Group', 'group_identifier'],
    ] as const) {
      const records = ofType(name);
      const all = records.flatMap((record) => identifiersOf(record, path, social));
      expect(identifierSet(social, name, records, path).size).toBe(all.length);
      expect(all.length).toBeGreaterThan(records.length);
    }
  });

  it('link the two registries', () => {
    const people = identifierSet(social, 'Person', ofType('Person'), 'identifier');
    const households = identifierSet(social, 'Group', ofType('Group'), 'group_identifier');
    for (const { record } of farmerList) {
      const uin = identifiersOf(record, 'farmer_personal_details.member_identifier', fr);
      expect(
        uin.filter(({ identifierType, value }) => people.has(`${identifierType} ${value}`)).length,
      ).toBeGreaterThan(1);
      const [household] = identifiersOf(record, 'family_details.group_identifier', fr);
      expect(households.has(`${household?.identifierType} ${household?.value}`)).toBe(true);
    }
  });

  it('count in a group the living members that it lists, with its head among them', () => {
    for (const group of ofType('Group')) {
      const members = group.member_list as readonly JsonObject[];
      expect(group.group_size).toBe(members.length);
      expect(group.group_head_info).toEqual(members[0]);
      expect(members.every(({ demographic_info: person }) => !(person as JsonObject).death_date)).toBe(true);
    }
  });

  it('never show a running number', () => {
    const names = (value: JsonValue | undefined): string[] => {
      if (Array.isArray(value)) return value.flatMap(names);
      return isJsonObject(value) ? Object.entries(value).flatMap(([name, member]) => [name, ...names(member)]) : [];
    };
    const all = new Set([...socialList, ...farmerList].flatMap(({ record }) => names(record)));
    expect([...all].filter((name) => /^(id|number|index|position|mother|father|spouse)$/.test(name))).toEqual([]);
  });
});
