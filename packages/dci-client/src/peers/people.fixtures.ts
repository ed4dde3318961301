import type { JsonObject, JsonValue } from 'dci-core';

/** A person whom every peer holds, under whatever names its family has. */
export interface PeerPerson {
  readonly uin: string;
  readonly nationalId: string;
  /** Birth registration number. */
  readonly brn: string;
  readonly givenName: string;
  readonly surname: string;
  readonly sex: 'female' | 'male';
  readonly birthDate: string;
  readonly deathDate?: string;
  readonly locality: string;
  readonly region: string;
  /** RFC 3339: when the record came to be. */
  readonly registeredAt: string;
}

/** Accents and a character beyond the basic plane: what a wrong canonical form breaks on. */
export const lucia: PeerPerson = {
  uin: '1000000001',
  nationalId: '2000000001',
  brn: '2026B000001',
  givenName: 'Lucía',
  surname: 'Núñez',
  sex: 'female',
  birthDate: '1990-05-17',
  locality: 'Peñas Blancas',
  region: 'REGION_02',
  registeredAt: '2026-01-05T08:00:00Z',
};

export const mei: PeerPerson = {
  uin: '1000000002',
  nationalId: '2000000002',
  brn: '2026B000002',
  givenName: 'Mei',
  surname: '\u{20BB7}田',
  sex: 'female',
  birthDate: '1984-11-02',
  locality: 'Hill "B"',
  region: 'REGION_01',
  registeredAt: '2026-02-11T08:00:00Z',
};

export const tomas: PeerPerson = {
  uin: '1000000003',
  nationalId: '2000000003',
  brn: '2026B000003',
  givenName: 'Tomás',
  surname: 'Silva',
  sex: 'male',
  birthDate: '1990-12-31',
  deathDate: '2026-03-01',
  locality: 'Lakeside',
  region: 'REGION_01',
  registeredAt: '2026-03-20T08:00:00Z',
};

export const amara: PeerPerson = {
  uin: '1000000004',
  nationalId: '2000000004',
  brn: '2026B000004',
  givenName: 'Amara',
  surname: 'Silva',
  sex: 'female',
  birthDate: '2015-07-09',
  locality: 'Lakeside',
  region: 'REGION_02',
  registeredAt: '2026-04-01T08:00:00Z',
};

/** Everybody, in the order of registration. */
export const people: readonly PeerPerson[] = [lucia, mei, tomas, amara];

/** What a client must make of a person, whoever sent the record: the members that every family has. */
export function standardPerson(person: PeerPerson): JsonObject {
  const { givenName, surname, sex, birthDate } = person;
  return { name: { given_name: givenName, surname }, sex, birth_date: birthDate };
}

/** The members of a record that {@link standardPerson} speaks of. */
export function commonMembers(record: JsonObject): JsonObject {
  const { name, sex, birth_date } = record;
  const members: Record<string, JsonValue | undefined> = { name, sex, birth_date };
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}
