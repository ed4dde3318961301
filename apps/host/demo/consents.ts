import type { ConsentGrant } from 'dci-server';
import { drawsFor } from './population/draws.ts';
import type { Person } from './population/population.ts';

/** Purpose for which most people of the demo consent: to find out whether somebody may take part in a programme. */
export const eligibilityPurpose = 'eligibility';

/** A party that some people consent to by name: the demo's own sender. */
const namedRecipient = 'mis.demo.example';

const EXPIRED = Date.UTC(2025, 5, 30);
const FAR_AWAY = Date.UTC(2036, 0, 1);

/**
 * Draws what a person consents to: about two thirds to eligibility checks by anybody, some by the demo's sender only;
 * with some the consent has expired, and the rest gave none. It is the same in every registry.
 *
 * @param person - the person
 * @returns the consents
 */
export function consentsOf(person: Person): readonly ConsentGrant[] {
  const draws = drawsFor(`consent/${person.uuid}`);
  const recipient = draws.weighted<string | undefined>([
    ['*', 66],
    [namedRecipient, 14],
    [undefined, 20],
  ]);
  if (recipient === undefined) return [];
  const expiresAt = draws.weighted<number | undefined>([
    [undefined, 70],
    [FAR_AWAY, 22],
    [EXPIRED, 8],
  ]);
  return [{ recipient, purpose: eligibilityPurpose, ...(expiresAt !== undefined && { expiresAt }) }];
}
