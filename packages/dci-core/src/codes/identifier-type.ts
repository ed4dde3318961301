import { foldSpelling } from '../code-lists/define.ts';
import type { IdentifierType } from '../registry-type/registry-type.ts';

/** The identifier types of the standard (`IdentifierTypeEnum`): person, birth, marriage and death record. */
export const standardIdentifierTypes: readonly IdentifierType[] = [
  { code: 'UIN', aliases: ['urn:gov:uin', 'ns:org:IdentifierType:UIN'] },
  {
    code: 'BRN',
    aliases: [
      'BIRTH_REG_NO',
      'BIRTH_REGISTRATION_NUMBER',
      'urn:gov:birth-registration-number',
      'ns:org:IdentifierType:BRN',
    ],
  },
  {
    code: 'MRN',
    aliases: [
      'MARRIAGE_REG_NO',
      'MARRIAGE_REGISTRATION_NUMBER',
      'urn:gov:marriage-registration-number',
      'ns:org:IdentifierType:MRN',
    ],
  },
  {
    code: 'DRN',
    aliases: [
      'DEATH_REG_NO',
      'DEATH_REGISTRATION_NUMBER',
      'urn:gov:death-registration-number',
      'ns:org:IdentifierType:DRN',
    ],
  },
];

/** Identifier types that the standard's examples, the seeds and peers use beside the standard's own. */
export const furtherIdentifierTypes: readonly IdentifierType[] = [
  { code: 'NationalID', aliases: ['NID', 'NIN', 'NATIONAL_ID_NUMBER', 'urn:gov:national-id'] },
  { code: 'HouseholdID', aliases: ['HHID', 'urn:gov:household-id'] },
  { code: 'UUID', aliases: ['external_id', 'ExternalUUID', 'urn:uuid'] },
];

/** Identifier types of civil registries: the record id of OpenCRVS. */
export const civilIdentifierTypes: readonly IdentifierType[] = [{ code: 'OPENCRVS_RECORD_ID', aliases: [] }];

/** Identifier types of farmer registries. */
export const farmerIdentifierTypes: readonly IdentifierType[] = [
  { code: 'FARMER_ID', aliases: ['FID', 'farmer_number', 'urn:gov:farmer-id'] },
];

/** Every identifier type that this project knows by itself. */
export const knownIdentifierTypes: readonly IdentifierType[] = [
  ...standardIdentifierTypes,
  ...furtherIdentifierTypes,
  ...civilIdentifierTypes,
  ...farmerIdentifierTypes,
];

const known = indexIdentifierTypes(knownIdentifierTypes);

/**
 * Brings an identifier type into this project's spelling. Types that are not known pass through unchanged: peers use
 * their own where both sides agree (dialects.md section 4).
 *
 * @param text - the type as received
 * @param types - the types to look in, as {@link indexIdentifierTypes} made it; the known ones when absent
 * @returns the code, or the text as it came
 */
export function readIdentifierType(text: string, types: ReadonlyMap<string, string> = known): string {
  return types.get(foldSpelling(text)) ?? text;
}

/**
 * @param types - identifier types; the first of two with one spelling wins
 * @returns folded spelling → code
 */
export function indexIdentifierTypes(types: readonly IdentifierType[]): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (const { code, aliases } of types) {
    for (const spelling of [code, ...aliases].map(foldSpelling)) if (!index.has(spelling)) index.set(spelling, code);
  }
  return index;
}
