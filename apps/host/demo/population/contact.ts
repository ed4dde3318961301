import type { Draws } from './draws.ts';

const words = (
  'maple river amber cedar falcon harbor indigo juniper lantern meadow nectar olive pepper quartz saffron ' +
  'thistle umber violet willow zephyr acorn basil coral delta ember fern ginger hazel iris jasmine'
).split(' ');

const FICTIONAL_NUMBERS = 10_000;

/**
 * A number from +33 6 39 98 00 00 to 99 99, which the French numbering plan keeps for fiction, so that
 * no one is ever called. There are 10,000 of them; a larger population shares them.
 *
 * @param personNumber - running number of the person
 * @returns E.164
 */
export function phoneNumberOf(personNumber: number): string {
  return `+3363998${String((personNumber * 7919 + 1234) % FICTIONAL_NUMBERS).padStart(4, '0')}`;
}

/**
 * An address under example.org (RFC 2606), where no mail is delivered; it does not tell the name.
 *
 * @param draws - where chance comes from
 */
export function emailOf(draws: Draws): string {
  return `${draws.pick(words)}.${draws.pick(words)}.${draws.integer(100_000, 999_999)}@example.org`;
}
