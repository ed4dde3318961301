import { createHash } from 'node:crypto';

/** Numbers of persons and households are below this, so that identifiers stay unique. */
export const IDENTIFIER_SPACE = 900_000_000;

/**
 * Scatters 0, 1, 2, … over nine digits without ever giving one number twice, so that an identifier
 * does not tell in which order people were registered.
 *
 * @param index - 0 or more, below {@link IDENTIFIER_SPACE}
 * @param step - has no factor in common with the space: not divisible by 2, 3 or 5
 */
function scatter(index: number, step: number): string {
  return String(100_000_000 + ((index * step + 314_159_265) % IDENTIFIER_SPACE));
}

/**
 * @param digits - decimal digits
 * @returns the Luhn check digit (ISO/IEC 7812-1, annex B)
 */
export function luhnCheckDigit(digits: string): string {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight += 1) {
    const digit = Number(digits[digits.length - 1 - fromRight]);
    const doubled = fromRight % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
}

/**
 * @param text - digits and the letters A to Z
 * @returns the two check digits that make the whole 1 modulo 97 (ISO/IEC 7064, MOD 97-10)
 */
export function mod97CheckDigits(text: string): string {
  let remainder = 0;
  for (const character of `${text}00`) {
    for (const digit of String(Number.parseInt(character, 36))) remainder = (remainder * 10 + Number(digit)) % 97;
  }
  return String(98 - remainder).padStart(2, '0');
}

/**
 * @param personNumber - running number of the person
 * @returns the unique identification number: nine digits and a Luhn check digit
 */
export function uin(personNumber: number): string {
  const digits = scatter(personNumber, 7_654_321);
  return digits + luhnCheckDigit(digits);
}

/**
 * @param personNumber - running number of the person
 * @returns the number on the national identity card: `XX`, nine digits, two check digits
 */
export function nationalId(personNumber: number): string {
  const text = `XX${scatter(personNumber, 8_191_913)}`;
  return text + mod97CheckDigits(text);
}

/**
 * @param personNumber - running number of the person
 * @param birthYear - year in which the birth was registered
 * @returns the birth registration number, `BR` year, nine digits, two check digits
 */
export function birthRegistrationNumber(personNumber: number, birthYear: number): string {
  const text = `BR${birthYear}${scatter(personNumber, 5_123_717)}`;
  return text + mod97CheckDigits(text);
}

/**
 * @param personNumber - running number of the person
 * @param year - year of the death
 * @returns the death registration number, `DR` year, nine digits, two check digits
 */
export function deathRegistrationNumber(personNumber: number, year: number): string {
  const text = `DR${year}${scatter(personNumber, 3_456_781)}`;
  return text + mod97CheckDigits(text);
}

/**
 * @param marriageNumber - running number of the marriage
 * @param year - year of the marriage
 * @returns the marriage registration number, which both spouses carry: `MR` year, nine digits, two check digits
 */
export function marriageRegistrationNumber(marriageNumber: number, year: number): string {
  const text = `MR${year}${scatter(marriageNumber, 2_718_281)}`;
  return text + mod97CheckDigits(text);
}

/**
 * @param enrolmentNumber - running number of the enrolment
 * @returns the number under which a programme knows a beneficiary: `BE`, nine digits, a Luhn check digit
 */
export function beneficiaryId(enrolmentNumber: number): string {
  const digits = scatter(enrolmentNumber, 9_314_159);
  return `BE${digits}${luhnCheckDigit(digits)}`;
}

/**
 * @param householdNumber - running number of the household
 * @returns the household identifier: `HH`, nine digits, a Luhn check digit
 */
export function householdId(householdNumber: number): string {
  const digits = scatter(householdNumber, 6_700_417);
  return `HH${digits}${luhnCheckDigit(digits)}`;
}

/**
 * @param personNumber - running number of the person who farms
 * @returns the farmer identifier: `FA`, nine digits, a Luhn check digit
 */
export function farmerId(personNumber: number): string {
  const digits = scatter(personNumber, 4_256_233);
  return `FA${digits}${luhnCheckDigit(digits)}`;
}

/**
 * The identifier under which systems exchange a record, in place of a database key.
 *
 * @param name - what it identifies, for example `demo/person/17`
 * @returns a UUID of version 8 (RFC 9562 section 5.8) from the SHA-256 of the name
 */
export function namedUuid(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
