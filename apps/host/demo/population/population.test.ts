import { describe, expect, it } from 'vitest';
import { cultures } from '../names/cultures.ts';
import { dateOf, dayOf, yearsInDays } from './calendar.ts';
import { generatePopulation } from './generate.ts';
import { luhnCheckDigit, mod97CheckDigits } from './identifiers.ts';
import { everyoneOf, relationshipBetween } from './kinship.ts';
import { regions } from './places.ts';
import { type Household, type Person, REFERENCE_DATE } from './population.ts';

const started = performance.now();
const households = [...generatePopulation()];
const generationTime = performance.now() - started;
const people = households.flatMap((household) => household.people);

const count = <T>(list: readonly T[], test: (value: T) => boolean): number => list.filter(test).length;
const ageBetween = (earlier: string, later: string): number => (dayOf(later) - dayOf(earlier)) / yearsInDays(1);

describe('population', () => {
  it('has exactly 10,000 people in 2,500 households, numbered without gaps', () => {
    expect(households).toHaveLength(2500);
    expect(people.map(({ number }) => number)).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    expect(households.map(({ number }) => number)).toEqual(Array.from({ length: 2500 }, (_, index) => index));
  });

  it('is generated in less than three seconds', () => {
    expect(generationTime).toBeLessThan(3000);
  });

  it('is the same every time, and another with another seed', () => {
    const some = (options: { seed?: string }): Household[] => [...generatePopulation({ persons: 400, ...options })];
    expect(some({})).toEqual(households.slice(0, 100));
    expect(some({ seed: 'other' })[0]).not.toEqual(households[0]);
  });

  it('streams any number of people, cutting the last household', () => {
    const sizes = [...generatePopulation({ persons: 83 })].map((household) => household.people.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(83);
    expect([...generatePopulation({ persons: 0 })]).toEqual([]);
    expect(generatePopulation({ persons: 50_000_000 }).next().value?.number).toBe(0);
  });

  it('is plain data that survives JSON', () => {
    const [household] = households;
    expect(JSON.parse(JSON.stringify(household))).toEqual(household);
  });
});

describe('identifiers', () => {
  const all = [
    ...people.flatMap(({ uin, nationalId, birthRegistrationNumber, uuid }) => [
      uin,
      nationalId,
      birthRegistrationNumber,
      uuid,
    ]),
    ...households.flatMap(({ householdId, uuid, farm }) => [householdId, uuid, farm?.farmerId]),
  ].filter((value) => value !== undefined);

  it('are unique', () => {
    expect(new Set(all).size).toBe(all.length);
  });

  it('carry valid check digits', () => {
    for (const { uin, nationalId, birthRegistrationNumber } of people) {
      expect(uin).toMatch(/^\d{10}$/);
      expect(luhnCheckDigit(uin.slice(0, -1))).toBe(uin.at(-1));
      for (const id of [nationalId, birthRegistrationNumber]) {
        if (id !== undefined) expect(mod97CheckDigits(id.slice(0, -2))).toBe(id.slice(-2));
      }
    }
  });

  it('detect a wrong digit', () => {
    // Worked examples: ISO/IEC 7812-1 and the IBAN form of ISO 13616.
    expect(luhnCheckDigit('7992739871')).toBe('3');
    expect(mod97CheckDigits('WEST12345698765432GB')).toBe('82');
  });

  it('are UUIDs of RFC 9562 that do not tell the running number', () => {
    for (const { uuid } of [...people, ...households]) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    const sorted = [...people].sort((one, other) => (one.uin < other.uin ? -1 : 1));
    expect(sorted.map(({ number }) => number)).not.toEqual(people.map(({ number }) => number));
  });
});

describe('families', () => {
  const pairs = households.flatMap((household) => {
    const everyone = everyoneOf(household);
    return everyone.flatMap((child) => {
      const [mother, father] = [child.mother, child.father].map((at) => (at === undefined ? undefined : everyone[at]));
      return [{ child, mother, father }];
    });
  });

  it('have mothers of 18 to 46 and fathers of at least 18 at a birth', () => {
    for (const { child, mother, father } of pairs) {
      if (mother) {
        expect(mother.sex).toBe('female');
        expect(ageBetween(mother.birthDate, child.birthDate)).toBeGreaterThan(18);
        expect(ageBetween(mother.birthDate, child.birthDate)).toBeLessThan(46);
      }
      if (father) {
        expect(father.sex).toBe('male');
        expect(ageBetween(father.birthDate, child.birthDate)).toBeGreaterThan(18);
      }
    }
    expect(count(pairs, ({ mother }) => mother !== undefined)).toBeGreaterThan(3000);
  });

  it('have no siblings born within less than ten months of each other', () => {
    for (const household of households) {
      const births = new Map<number, number[]>();
      for (const { mother, birthDate } of household.people) {
        if (mother !== undefined) births.set(mother, [...(births.get(mother) ?? []), dayOf(birthDate)]);
      }
      for (const days of births.values()) {
        const sorted = days.sort((one, other) => one - other);
        for (const [index, day] of sorted.entries()) {
          expect(day - (sorted[index - 1] ?? 0)).toBeGreaterThan(300);
        }
      }
    }
  });

  it('marry as adults, before the reference date, in both directions', () => {
    for (const household of households) {
      const everyone = everyoneOf(household);
      for (const { husband, wife, date } of household.marriages) {
        const couple = [everyone[husband], everyone[wife]];
        expect(couple.map((one) => one?.sex)).toEqual(['male', 'female']);
        for (const one of couple) expect(ageBetween(one?.birthDate ?? date, date)).toBeGreaterThan(18);
        expect(couple.map((one) => one?.spouse)).toEqual([wife, husband]);
        expect(date < REFERENCE_DATE).toBe(true);
      }
      for (const { maritalStatus, age } of household.people)
        if (maritalStatus !== 'never-married') expect(age).toBeGreaterThan(17);
    }
  });

  it('have a living adult head, the first', () => {
    for (const {
      people: [head],
    } of households) {
      expect(head?.deathDate).toBeUndefined();
      expect(head?.age).toBeGreaterThan(18);
    }
  });

  it('leave no one married to a dead spouse', () => {
    for (const { people: members } of households) {
      for (const { maritalStatus, spouse } of members) {
        if (maritalStatus === 'married' && spouse !== undefined) expect(members[spouse]?.deathDate).toBeUndefined();
      }
    }
  });

  it('name what people are to each other, both ways', () => {
    const inverse: Readonly<Record<string, readonly string[]>> = {
      HUSB: ['WIFE'],
      WIFE: ['HUSB'],
      MTH: ['SON', 'DAU'],
      FTH: ['SON', 'DAU'],
      GRMTH: ['GRNDSON', 'GRNDDAU'],
      GRFTH: ['GRNDSON', 'GRNDDAU'],
      MTHINLAW: ['SONINLAW', 'DAUINLAW'],
      FTHINLAW: ['SONINLAW', 'DAUINLAW'],
      BRO: ['BRO', 'SIS'],
      SIS: ['BRO', 'SIS'],
    };
    const seen = new Map<string, number>();
    for (const household of households) {
      for (const from of household.people.keys()) {
        for (const to of household.people.keys()) {
          if (from === to) continue;
          const relation = relationshipBetween(household, from, to);
          seen.set(relation, (seen.get(relation) ?? 0) + 1);
          const expected = inverse[relation];
          if (expected) expect(expected).toContain(relationshipBetween(household, to, from));
        }
      }
    }
    for (const relation of [...Object.keys(inverse), 'SISINLAW', 'NEPHEW', 'AUNT', 'UNCLE']) {
      expect(seen.get(relation) ?? 0, relation).toBeGreaterThan(10);
    }
    expect(seen.get('EXT') ?? 0).toBeLessThan(20);
  });

  it('name children after their parents', () => {
    const russian = households.filter(({ culture }) => culture === 'russian');
    const patronymics = russian.flatMap((household) => {
      const everyone = everyoneOf(household);
      return household.people.flatMap(({ name, sex, father }) => {
        const parent = father === undefined ? undefined : everyone[father];
        const given = cultures.russian.boys.find(({ text }) => text === parent?.name.given);
        return given ? [[name.second, sex === 'male' ? given.sonOf : given.daughterOf]] : [];
      });
    });
    expect(patronymics.length).toBeGreaterThan(200);
    for (const [second, expected] of patronymics) expect(second).toBe(expected);
  });
});

describe('people', () => {
  const living = people.filter(({ deathDate }) => deathDate === undefined);
  const severe = (person: Person): boolean => person.limitations.some(({ severity }) => severity >= 3);

  it('have the shares of a plausible country', () => {
    const share = (test: (person: Person) => boolean): number => count(people, test) / people.length;
    expect(share(({ age }) => age < 15)).toBeGreaterThan(0.25);
    expect(share(({ age }) => age < 15)).toBeLessThan(0.42);
    expect(share(({ age }) => age >= 65)).toBeGreaterThan(0.04);
    expect(share(({ age }) => age >= 65)).toBeLessThan(0.16);
    expect(share(({ sex }) => sex === 'female')).toBeGreaterThan(0.48);
    expect(share(({ sex }) => sex === 'female')).toBeLessThan(0.56);
    expect(share(severe)).toBeGreaterThan(0.03);
    expect(share(severe)).toBeLessThan(0.08);
    expect(share(({ deathDate }) => deathDate !== undefined)).toBeGreaterThan(0.008);
    expect(share(({ deathDate }) => deathDate !== undefined)).toBeLessThan(0.03);
    expect(Math.max(...living.map(({ age }) => age))).toBeLessThan(100);
  });

  it('are disabled more often when old, with every domain and severity', () => {
    const share = (from: number, to: number): number => {
      const some = people.filter(({ age }) => age >= from && age < to);
      return count(some, severe) / some.length;
    };
    expect(share(65, 120)).toBeGreaterThan(4 * share(0, 45));
    const answers = new Set(
      people.flatMap(({ limitations }) => limitations.map((each) => `${each.domain} ${each.severity}`)),
    );
    expect(answers.size).toBe(18);
    expect(count(people, (person) => person.requiresAssistance)).toBeGreaterThan(80);
  });

  it('have dates in a possible order', () => {
    for (const { birthDate, deathDate, registeredAt, updatedAt } of people) {
      expect(birthDate < registeredAt).toBe(true);
      expect(registeredAt < updatedAt).toBe(true);
      expect(updatedAt < `${REFERENCE_DATE}T00:00:00Z`).toBe(true);
      expect(registeredAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      if (deathDate !== undefined) expect(registeredAt.slice(0, 10) < deathDate).toBe(true);
      expect(dateOf(dayOf(birthDate))).toBe(birthDate);
    }
  });

  it('work and study by their age', () => {
    for (const { age, employment, occupation, education } of people) {
      if (age < 15) expect(employment).toBeUndefined();
      expect(occupation === undefined).toBe(employment === undefined || employment === 'not-employed');
      if (age < 18) expect(education ?? 0).toBeLessThan(4);
    }
  });

  it('can be reached only in fiction', () => {
    for (const { phoneNumber, email } of people) {
      if (phoneNumber !== undefined) expect(phoneNumber).toMatch(/^\+3363998\d{4}$/);
      if (email !== undefined) expect(email).toMatch(/^[a-z]+\.[a-z]+\.\d{6}@example\.org$/);
    }
    expect(count(people, ({ phoneNumber }) => phoneNumber !== undefined)).toBeGreaterThan(4000);
  });

  it('write their names in many scripts', () => {
    const scripts = {
      Latin: 2500,
      Arabic: 800,
      Devanagari: 500,
      Bengali: 100,
      Cyrillic: 600,
      Ethiopic: 400,
      Thai: 250,
      Han: 300,
    };
    for (const [script, least] of Object.entries(scripts)) {
      const ofScript = new RegExp(`^[\\p{Script=${script}}\\p{Mark}\\s’-]+$`, 'u');
      expect(
        count(people, ({ name }) => ofScript.test(`${name.given} ${name.family}`)),
        script,
      ).toBeGreaterThan(least);
    }
    expect(count(people, ({ name }) => [...name.given].length < name.given.length)).toBeGreaterThan(0);
    expect(
      count(people, ({ name }) => /[^\p{ASCII}]/u.test(name.family) && /\p{Script=Latin}/u.test(name.family)),
    ).toBeGreaterThan(1000);
    expect(people.every(({ name }) => name.given.normalize('NFC') === name.given && name.family !== '')).toBe(true);
  });
});

describe('places', () => {
  it('spread people over every region and district', () => {
    const homes = households.map(({ home }) => home);
    expect(new Set(homes.map(({ regionCode }) => regionCode)).size).toBe(regions.length);
    expect(new Set(homes.map(({ districtCode }) => districtCode)).size).toBe(regions.length * 3);
    expect(homes.map(({ regionCode }) => regionCode)).toContain('REGION_01');
    expect(homes.every(({ countryCode }) => countryCode === 'XX')).toBe(true);
    expect(new Set(homes.map(({ postalCode }) => postalCode.length))).toEqual(new Set([5]));
  });

  it('speak the languages of their region', () => {
    const arabic = households.filter(({ culture }) => culture === 'arabic');
    const shareIn = (code: string): number => {
      const inRegion = households.filter(({ home }) => home.regionCode === code);
      return count(inRegion, ({ culture }) => culture === 'arabic') / inRegion.length;
    };
    expect(arabic.length).toBeGreaterThan(200);
    expect(shareIn('REGION_03')).toBeGreaterThan(0.75);
    expect(shareIn('REGION_05')).toBe(0);
  });
});

describe('households', () => {
  it('have poverty scores over the whole scale', () => {
    const scores = households.map(({ povertyScore }) => povertyScore).sort((one, other) => one - other);
    expect(scores[0]).toBeLessThan(10);
    expect(scores.at(-1)).toBeGreaterThan(90);
    expect(scores[1250]).toBeGreaterThan(40);
    expect(scores[1250]).toBeLessThan(65);
    expect(scores.every((score) => Math.round(score * 10) / 10 === score && score >= 0 && score <= 100)).toBe(true);
  });

  it('farm in some 1,500 cases, mostly in the countryside', () => {
    const farming = households.filter(({ farm }) => farm !== undefined);
    expect(farming.length).toBeGreaterThan(1450);
    expect(farming.length).toBeLessThan(1550);
    expect(count(farming, ({ home }) => home.rural)).toBeGreaterThan(farming.length / 2);
    expect(farming.every(({ people: [head] }) => head?.occupation === 6)).toBe(true);
  });
});
