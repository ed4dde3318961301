/** A given name. Where children carry their father's name as a patronymic, with the two forms of it. */
export interface GivenName {
  readonly text: string;
  readonly sonOf?: string;
  readonly daughterOf?: string;
}

/** A family name in the forms that men and women carry; equal in most languages. */
export interface FamilyName {
  readonly male: string;
  readonly female: string;
}

/**
 * What a person's name beside the given name is made of:
 * - `family`: the father's family name, for example Chinese or Polish;
 * - `two-families`: the father's and then the mother's, as in Spanish;
 * - `mother-second`: the mother's as second name, the father's as surname, as in the Philippines;
 * - `father-second`: the father's given name as second name, then the family name, as in Arabic or Russian;
 * - `father-only`: the father's given name instead of a family name, as in Amharic.
 */
export type NamingRule = 'family' | 'two-families' | 'mother-second' | 'father-second' | 'father-only';

/** The names of one language and how a full name is put together from them. */
export interface NameCulture {
  /** ISO 639-3. */
  readonly language: string;
  /** ISO 15924. */
  readonly script: string;
  readonly rule: NamingRule;
  /** Share of wives who carry their husband's family name. */
  readonly husbandsName: number;
  readonly boys: readonly GivenName[];
  readonly girls: readonly GivenName[];
  readonly families: readonly FamilyName[];
  /** Second names by sex that come with no relation to the parents. */
  readonly seconds?: { readonly male: readonly string[]; readonly female: readonly string[] };
}

const split = (text: string): string[] => text.split('|').map((part) => part.trim());

/**
 * Reads a list of given names.
 *
 * @param text - names separated by `|`; `name/son of/daughter of` where the language has patronymics
 */
export function givenNames(text: string): readonly GivenName[] {
  return split(text).map((entry) => {
    const [name = '', sonOf, daughterOf] = entry.split('/');
    return { text: name, ...(sonOf !== undefined && { sonOf }), ...(daughterOf !== undefined && { daughterOf }) };
  });
}

/**
 * Reads a list of family names.
 *
 * @param text - names separated by `|`; `male/female` where the forms differ
 */
export function familyNames(text: string): readonly FamilyName[] {
  return split(text).map((entry) => {
    const [male = '', female = male] = entry.split('/');
    return { male, female };
  });
}
