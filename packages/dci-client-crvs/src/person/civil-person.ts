import type { CivilIdentifier } from '../identifiers.ts';

/** Codes of the standard's `MaritalStatusEnum`. */
export type MaritalStatusCode = 'S' | 'M' | 'W' | 'A' | 'D' | 'L' | 'U';

/** Codes of the standard's `SexCategoryEnum`. */
export type SexCode = 'male' | 'female' | 'other' | 'unknown';

/** A person's name in parts, as the registry has them. */
export interface CivilName {
  readonly surname?: string;
  readonly givenName?: string;
  readonly secondName?: string;
  readonly maidenName?: string;
  readonly prefix?: string;
  readonly suffix?: string;
}

/** A place, with the one around it. */
export interface CivilPlace {
  readonly name?: string;
  readonly code?: string;
  readonly addressLine?: string;
  readonly containedIn?: CivilPlace;
}

/** Members of a record that can hold something which is there, yet cannot be read. */
export type UnreadableMember =
  | 'birth_date'
  | 'death_date'
  | 'marriage_date'
  | 'divorce_date'
  | 'marital_status'
  | 'sex'
  | 'name'
  | 'identifier';

/** What a record of a civil registry says of a person (records.md section 4), as far as it can be read. */
export interface CivilPerson {
  readonly identifiers: readonly CivilIdentifier[];
  readonly name?: CivilName;
  readonly sex?: SexCode;
  /** `YYYY-MM-DD` */
  readonly birthDate?: string;
  readonly birthPlace?: CivilPlace;
  readonly deathDate?: string;
  readonly deathPlace?: CivilPlace;
  readonly maritalStatus?: MaritalStatusCode;
  /** In order, without repetitions. */
  readonly marriageDates: readonly string[];
  readonly divorceDates: readonly string[];
  readonly parents: readonly CivilIdentifier[];
  /** The standard has no member for them; these are from OpenCRVS's `relations` and from `related_person`. */
  readonly spouses: readonly CivilIdentifier[];
  /** Members that hold something which cannot be read. */
  readonly unreadable: readonly UnreadableMember[];
}
