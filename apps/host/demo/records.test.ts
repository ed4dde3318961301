import { createHash } from 'node:crypto';
import {
  canonicalJson,
  crvs,
  dr,
  fr,
  ibr,
  identifiersOf,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type RegistryType,
  resolveRecordType,
  social,
} from 'dci-core';
import { describe, expect, it } from 'vitest';
import { beneficiaryRecords } from './beneficiary-records.ts';
import { civilRecords } from './civil-records.ts';
import { disabilityRecords } from './disability-records.ts';
import { farmerRecords } from './farmer-records.ts';
import { generatePopulation } from './population/generate.ts';
import type { DemoRecord } from './record-parts.ts';
import { type SocialRecord, socialRecords } from './social-records.ts';

const households = [...generatePopulation()];
const socialList = [...socialRecords(households)];
const farmerList = [...farmerRecords(households)];
const civilList = [...civilRecords(households)];
const beneficiaryList = [...beneficiaryRecords(households)];
const disabilityList = [...disabilityRecords(households)];

const registries: readonly (readonly [RegistryType, readonly DemoRecord[]])[] = [
  [social, socialList],
  [fr, farmerList],
  [crvs, civilList],
  [ibr, beneficiaryList],
  [dr, disabilityList],
];

function ofType(recordType: SocialRecord['recordType']): readonly JsonObject[] {
  return socialList.filter((each) => each.recordType === recordType).map(({ record }) => record);
}

function digestOf(records: readonly DemoRecord[]): string {
  const hash = createHash('sha256');
  for (const { recordType, record } of records) hash.update(`${recordType} ${canonicalJson(record)}\n`);
  return hash.digest('hex');
}

/** The values of one identifier type at a path. */
function valuesOf(record: JsonObject, path: string, type: string): readonly string[] {
  return identifiersOf(record, path, social).flatMap(({ identifierType, value }) =>
    identifierType === type ? [value] : [],
  );
}

function byUin(records: readonly JsonObject[], path: string): ReadonlyMap<string, JsonObject> {
  return new Map(records.map((record) => [valuesOf(record, path, 'UIN')[0] ?? '', record]));
}

const persons = byUin(ofType('Person'), 'identifier');
const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value ?? null) ? (value as JsonObject) : {});
const first = (value: JsonValue | undefined): JsonObject => object(Array.isArray(value) ? value[0] : undefined);

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
    expect([civilList, beneficiaryList, disabilityList].map(digestOf)).toEqual([
      '872c1df6910d29cb222ba3ae7bad43a18abf4316f5254d58a069821dfeb44a1e',
      '8a4bbcd8222edf04f7f50241f33308857ad5eb1ee1d267aeb919d3ec63690531',
      'c0a6ed1883773048de87702d4492bc15806f06886ef85833e1898752c9c2e776',
    ]);
    expect(digestOf(farmerList)).toBe('678e1ffd54f43464d0b1023b2fc3bcc2cd02c01a7f51f64eea2287d52c6e31d1');
  });

  it('are a Person and a Member for everyone and a Group for each household', () => {
    expect([ofType('Person').length, ofType('Member').length, ofType('Group').length]).toEqual([10_000, 10_000, 2500]);
    expect(farmerList).toHaveLength(1520);
  });

  it('are some thousands of vital events and enrolments and some hundred certified disabilities', () => {
    expect([civilList.length, beneficiaryList.length, disabilityList.length]).toEqual([8360, 2273, 402]);
  });

  it.each(registries)('of $name are read by dci-core without a warning and without a change', (registryType, list) => {
    expect(list.length).toBeGreaterThan(300);
    for (const { recordType, record } of list) {
      const read = recordTypeOf(registryType, recordType).read(record);
      if (read.warnings.length > 0) expect(read.warnings).toEqual([]);
      if (canonicalJson(read.record) !== canonicalJson(record)) expect(read.record).toEqual(record);
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
    const all = new Set(registries.flatMap(([, list]) => list).flatMap(({ record }) => names(record)));
    expect([...all].filter((name) => /^(id|number|index|position|mother|father|spouse)$/.test(name))).toEqual([]);
  });
});

describe('demo records of the civil registry', () => {
  const records = civilList.map(({ record }) => record);

  it('are of the people of the Social registry, with the same vital dates', () => {
    for (const record of records) {
      const person = persons.get(valuesOf(record, 'identifier', 'UIN')[0] ?? '') ?? {};
      expect([record.name, record.sex, record.birth_date, record.death_date, record.marital_status]).toEqual([
        person.name,
        person.sex,
        person.birth_date,
        person.death_date,
        person.marital_status,
      ]);
      const numbers = ['BRN', 'MRN', 'DRN'].map((type) => valuesOf(record, 'identifier', type).length);
      expect(numbers.slice(1)).toEqual([record.marriage_date, record.death_date].map((date) => (date ? 1 : 0)));
      expect(Math.max(...numbers)).toBe(1);
    }
  });

  it('hold every registered birth and every death', () => {
    const holding = (list: readonly JsonObject[], type: string) =>
      list.filter((record) => valuesOf(record, 'identifier', type).length > 0).length;
    expect(holding(records, 'BRN')).toBe(holding(ofType('Person'), 'BRN'));
    expect(records.filter(({ death_date: date }) => date).length).toBe(
      ofType('Person').filter(({ death_date: date }) => date).length,
    );
  });

  it('name parents who are older and of the Social registry', () => {
    let named = 0;
    for (const record of records) {
      for (const [member, sex] of [
        ['parent1_identifier', 'female'],
        ['parent2_identifier', 'male'],
      ] as const) {
        const value = object(record[member]).identifier_value;
        if (value === undefined) continue;
        named += 1;
        const parent = persons.get(String(value)) ?? {};
        expect(parent.sex).toBe(sex);
        expect(String(parent.birth_date) < String(record.birth_date)).toBe(true);
      }
    }
    expect(named).toBeGreaterThan(5000);
  });

  it('tell of a marriage in the same way to both spouses, and of no event before birth or after death', () => {
    const couples = new Map<string, JsonObject[]>();
    for (const record of records) {
      const [number] = valuesOf(record, 'identifier', 'MRN');
      if (number !== undefined) couples.set(number, [...(couples.get(number) ?? []), record]);
      const marriage = [record.marriage_date ?? []].flat()[0];
      const divorce = [record.divorce_date ?? []].flat()[0];
      const inOrder = [record.birth_date, marriage, divorce ?? record.death_date].filter((date) => date !== undefined);
      expect(inOrder).toEqual([...inOrder].sort());
      expect(String(record.registration_date).slice(0, 10) >= String(record.birth_date)).toBe(true);
      expect(String(record.last_updated) >= String(record.registration_date)).toBe(true);
    }
    expect(couples.size).toBeGreaterThan(1500);
    for (const couple of couples.values()) {
      expect(couple.length).toBeLessThanOrEqual(2);
      expect(new Set(couple.map(({ marriage_date: date }) => String(date))).size).toBe(1);
      expect(new Set(couple.map(({ sex }) => sex)).size).toBe(couple.length);
    }
  });
});

describe('demo records of the beneficiary registry', () => {
  const records = beneficiaryList.map(({ record }) => record);

  it('are of people and households of the Social registry, one for each enrolment', () => {
    const groups = new Set(ofType('Group').flatMap((group) => valuesOf(group, 'group_identifier', 'HouseholdID')));
    const numbers = new Set<string>();
    for (const record of records) {
      const [uin = ''] = valuesOf(record, 'member.member_identifier', 'UIN');
      expect(object(object(record.member).demographic_info).birth_date).toBe(persons.get(uin)?.birth_date);
      const [household] = valuesOf(record, 'group.group_identifier', 'HouseholdID');
      expect(record.assistance_unit).toBe(household === undefined ? '1' : '2');
      if (household !== undefined) expect(groups.has(household)).toBe(true);
      for (const number of valuesOf(record, 'member.member_identifier', 'BENEFICIARY_ID')) numbers.add(number);
    }
    expect(numbers.size).toBe(records.length);
  });

  it('are enrolled, paid and ended in this order, and nobody dead is active', () => {
    for (const record of records) {
      const benefits = (record.benefits as readonly JsonObject[]).map(({ benefit_date: date }) => String(date));
      expect(benefits).toEqual([...new Set(benefits)].sort());
      const enrolled = String(record.enrollment_date);
      const [changed = '2026-01-01'] = [record.status_change_date ?? []].flat().map(String);
      expect(benefits.every((date) => enrolled < date && date < changed)).toBe(true);
      expect(enrolled < changed && changed <= '2026-01-01').toBe(true);
      expect(record.enrollment_status === '1').toBe(record.status_change_date === undefined);
      const isDead = object(object(record.member).demographic_info).death_date !== undefined;
      expect(record.enrollment_status === '2').toBe(isDead);
    }
    const statuses = new Set(records.map(({ enrollment_status: status }) => status));
    expect([...statuses].sort()).toEqual(['1', '2', '3', '4']);
    expect(new Set(records.map((record) => first(record.programme_identifier).programme_identifier)).size).toBe(7);
  });
});

describe('demo records of the disability registry', () => {
  const records = disabilityList.map(({ record }) => record);

  it('agree with the Social registry', () => {
    for (const { personal_details: details } of records) {
      const member = object(details);
      const [uin = ''] = identifiersOf(member, 'member_identifier', dr).map(({ value }) => value);
      const person = persons.get(uin) ?? {};
      expect([member.is_disabled, member.disability_info, member.marital_status]).toEqual([
        person.is_disabled,
        person.disability_info,
        person.marital_status,
      ]);
      expect(object(member.demographic_info).name).toEqual(person.name);
    }
    const disabled = [...persons.values()].filter(({ is_disabled: is, death_date: date }) => is === true && !date);
    expect(records.length / disabled.length).toBeGreaterThan(0.75);
  });

  it('tell of the same allowance as the beneficiary registry', () => {
    const inIbr = beneficiaryList.flatMap(({ record }) => {
      if (first(record.programme_identifier).programme_name !== 'Disability Allowance') return [];
      if (record.enrollment_status === '2') return [];
      const [uin] = valuesOf(record, 'member.member_identifier', 'UIN');
      return [`${uin} ${record.enrollment_date} ${record.enrollment_status}`];
    });
    const inDr = records.flatMap((record) => {
      if (record.programs_enrolments === undefined) return [];
      const [uin] = valuesOf(record, 'personal_details.member_identifier', 'UIN');
      const { enrolment_date: date, enrolment_status: status } = first(record.programs_enrolments);
      return [`${uin} ${date} ${status}`];
    });
    expect(inDr.sort()).toEqual(inIbr.sort());
    expect(inDr.length).toBeGreaterThan(100);
  });
});

describe('demo consents', () => {
  it('are given by four in five, the same in every registry', () => {
    const given = new Map<string, string>();
    for (const [registryType, list] of registries) {
      for (const { recordType, record, consents } of list) {
        if (recordType === 'Group') continue;
        const [path = ''] = recordTypeOf(registryType, recordType).identifierPaths;
        const [uin = ''] = valuesOf(record, path, 'UIN');
        const text = JSON.stringify(consents);
        expect(given.get(uin) ?? text).toBe(text);
        given.set(uin, text);
      }
    }
    const consenting = [...given.values()].filter((text) => text !== '[]').length;
    expect(given.size).toBe(10_000);
    expect(consenting / given.size).toBeGreaterThan(0.78);
    expect(consenting / given.size).toBeLessThan(0.82);
    expect([...given.values()].filter((text) => text.includes('"mis.demo.example"')).length).toBeGreaterThan(1000);
  });
});
