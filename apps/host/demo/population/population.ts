import type { CultureName } from '../names/cultures.ts';

/** The day on which the demo population is as described; nothing in it is later. */
export const REFERENCE_DATE = '2026-01-01';

/** Size of the population that the demo host runs with: four persons a household. */
export const DEMO_PERSONS = 10_000;

/** Sex as the population knows it. */
export type Sex = 'male' | 'female';

/** Marital status on the reference date. */
export type MaritalStatus = 'never-married' | 'married' | 'widowed' | 'divorced' | 'separated';

/** How a person works; absent below the working age of 15. */
export type Employment = 'employee' | 'employer' | 'own-account' | 'family-worker' | 'not-employed';

/** The six domains of the Washington Group short set. */
export type FunctionalDomain = 'vision' | 'hearing' | 'mobility' | 'cognition' | 'self-care' | 'communication';

/** An answer of the Washington Group short set: 2 some difficulty, 3 a lot, 4 cannot do it at all. */
export interface Limitation {
  readonly domain: FunctionalDomain;
  readonly severity: 2 | 3 | 4;
}

/** A name in its parts, as the person writes it. */
export interface PersonName {
  readonly given: string;
  readonly second?: string;
  readonly family: string;
  /** Family name at birth, where another is carried now. */
  readonly maiden?: string;
}

/**
 * Someone's place in a family. A position counts through {@link Household.people} and on through
 * {@link Household.relatives}.
 */
export interface Kinship {
  readonly mother?: number;
  readonly father?: number;
  /** The person married to, also when one of the two has died. */
  readonly spouse?: number;
}

/** A relative who is not registered: lives elsewhere or died long ago. */
export interface Relative extends Kinship {
  readonly name: PersonName;
  readonly sex: Sex;
  readonly birthDate: string;
}

/** A registered person. */
export interface Person extends Kinship {
  /** Running number in the population. It stands for a database key and never leaves. */
  readonly number: number;
  /** Identifier for exchange between systems. */
  readonly uuid: string;
  readonly uin: string;
  readonly nationalId?: string;
  readonly birthRegistrationNumber?: string;
  readonly name: PersonName;
  readonly sex: Sex;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  /** `YYYY-MM-DD` */
  readonly deathDate?: string;
  /** Completed years on the reference date, or at death. */
  readonly age: number;
  readonly maritalStatus: MaritalStatus;
  readonly phoneNumber?: string;
  readonly email?: string;
  /** Highest level of education attended, ISCED 0 to 8; absent: none. */
  readonly education?: number;
  readonly employment?: Employment;
  /** ISCO-08 major group, 0 to 9, of someone who works. */
  readonly occupation?: number;
  /** Domains with at least some difficulty; empty for most people. */
  readonly limitations: readonly Limitation[];
  readonly requiresAssistance: boolean;
  /** RFC 3339 UTC. */
  readonly registeredAt: string;
  /** RFC 3339 UTC. */
  readonly updatedAt: string;
}

/** A marriage between two positions of a household. */
export interface Marriage {
  readonly husband: number;
  readonly wife: number;
  /** `YYYY-MM-DD` */
  readonly date: string;
}

/** Where a household lives. */
export interface Home {
  readonly regionCode: string;
  readonly districtCode: string;
  readonly locality: string;
  readonly addressLine: string;
  readonly postalCode: string;
  readonly countryCode: string;
  readonly rural: boolean;
  /** WGS 84 degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

/** What a household lives in. */
export interface Dwelling {
  readonly type: 'permanent' | 'semi-permanent' | 'makeshift';
  readonly waterSource: 'piped' | 'well' | 'surface';
  readonly electricity: boolean;
}

/** One piece of land of a farm. */
export interface Plot {
  readonly hectares: number;
  readonly tenure: 'owned' | 'leased' | 'sharecropped' | 'inherited';
  readonly latitude: number;
  readonly longitude: number;
  readonly irrigation?: 'surface' | 'groundwater' | 'mixed';
  readonly crops: readonly Crop[];
}

/** A crop on a plot. */
export interface Crop {
  readonly kind: 'cereal' | 'vegetable' | 'fruit' | 'oilseed' | 'root' | 'spice' | 'legume' | 'sugar';
  readonly perennial: boolean;
  readonly variety: string;
  readonly season: string;
  readonly use: 'food' | 'feed';
  readonly fertilizers: readonly ('mineral' | 'organic' | 'manure')[];
}

/** Animals of one kind. */
export interface Herd {
  readonly kind: 'bovine' | 'sheep-goats' | 'swine' | 'equine' | 'camel' | 'poultry' | 'bees';
  readonly count: number;
  readonly system: 'semi-nomadic' | 'sedentary' | 'mixed';
}

/** Machines of one kind. */
export interface Machine {
  readonly kind: 'manual' | 'animal-powered' | 'tractor' | 'crop-machinery';
  readonly count: number;
  readonly source: 'owned' | 'shared' | 'cooperative' | 'service';
}

/** The farm of a household; the farmer is its head. */
export interface Farm {
  readonly farmerId: string;
  readonly type: 'subsistence' | 'semi-subsistence' | 'specialized' | 'commercial';
  readonly plots: readonly Plot[];
  readonly herds: readonly Herd[];
  readonly machines: readonly Machine[];
  readonly fishPond: boolean;
  /** RFC 3339 UTC. */
  readonly registeredAt: string;
  /** RFC 3339 UTC. */
  readonly updatedAt: string;
}

/** A household with everyone in it. */
export interface Household {
  /** Running number in the population; it never leaves. */
  readonly number: number;
  /** Identifier for exchange between systems. */
  readonly uuid: string;
  readonly householdId: string;
  readonly culture: CultureName;
  readonly home: Home;
  readonly dwelling: Dwelling;
  /** Registered persons, the head first; one of them can have died. */
  readonly people: readonly Person[];
  readonly relatives: readonly Relative[];
  readonly marriages: readonly Marriage[];
  /** Proxy means test, 0 (poorest) to 100, one decimal. */
  readonly povertyScore: number;
  readonly farm?: Farm;
  /** RFC 3339 UTC. */
  readonly registeredAt: string;
  /** RFC 3339 UTC. */
  readonly updatedAt: string;
}
