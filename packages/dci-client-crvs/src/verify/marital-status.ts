import type { CivilPerson, MaritalStatusCode } from '../person/civil-person.ts';

/** What follows from a record about marriages. */
export interface MaritalFacts {
  readonly maritalStatus: MaritalStatusCode;
  /** Day of the event that decided it, `YYYY-MM-DD`; absent where the registry states the status without one. */
  readonly since?: string;
  /** `event`: the latest marriage or divorce decides; `status`: what the registry states. */
  readonly basis: 'event' | 'status';
}

/** States in which a marriage has ended, or rests, without a date of its own in a record. */
const afterMarriage: readonly (MaritalStatusCode | undefined)[] = ['W', 'A', 'D', 'L'];

/**
 * Tells the marital status that a record states. The latest of its marriages and divorces decides, because the stated status
 * is often older; a status that follows a marriage without a date of its own (widowed, annulled, divorced, separated) stands.
 * Where a date cannot be read, none is known to be the latest, and what is stated counts, unless it is "never married" of
 * somebody who has married.
 *
 * @param person - the status and the dates
 * @param today - events after this day have not happened
 * @returns the status; `undefined` when nothing is said, or a marriage and a divorce of one day leave it open
 */
export function maritalStatusOf(
  person: Pick<CivilPerson, 'maritalStatus' | 'marriageDates' | 'divorceDates' | 'unreadable'>,
  today: string,
): MaritalFacts | undefined {
  const { maritalStatus, marriageDates, divorceDates, unreadable } = person;
  const latest = (days: readonly string[]): string =>
    days.reduce((last, day) => (day <= today && day > last ? day : last), '');
  const [marriage, divorce] = [latest(marriageDates), latest(divorceDates)];
  const noneIsLatest = unreadable.includes('marriage_date') || unreadable.includes('divorce_date');
  const hasNone = marriage === '' && divorce === '';
  if (noneIsLatest || hasNone) {
    if (maritalStatus === 'S' && !hasNone) return undefined;
    return maritalStatus === undefined ? undefined : { maritalStatus, basis: 'status' };
  }
  if (divorce > marriage) return { maritalStatus: 'D', since: divorce, basis: 'event' };
  if (marriage === divorce) {
    if (maritalStatus !== 'M' && maritalStatus !== 'D') return undefined;
    return { maritalStatus, since: marriage, basis: 'event' };
  }
  return maritalStatus !== undefined && afterMarriage.includes(maritalStatus)
    ? { maritalStatus, basis: 'status' }
    : { maritalStatus: 'M', since: marriage, basis: 'event' };
}
