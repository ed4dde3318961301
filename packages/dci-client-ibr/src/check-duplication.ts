import type { SearchCriteria } from 'dci-client';
import { type Clock, DciError, formatTimestamp } from 'dci-core';
import { type CheckQuestion, judgeSource } from './candidates.ts';
import type { DuplicationCheckLog } from './check-log.ts';
import { type DuplicationMatch, type DuplicationResult, isClear, type MatchedProgramme } from './duplication.ts';
import { askSource } from './lookup.ts';
import { type Disclosure, demographicSearch, identifierSearch } from './questions.ts';
import { fold, type Registrant, readRegistrant } from './registrant.ts';
import { type BeneficiarySource, failureReason } from './source.ts';

/** What a check can be given. */
export interface CheckDuplicationOptions extends Disclosure {
  /**
   * Identifier or name of the programme in which the registrant is to be enrolled. Enrolments in any programme count; each
   * match tells whether it is in this one.
   */
  readonly programme?: string;
  /**
   * Identifiers or names of programmes in which an enrolment is no duplicate: those that go together with this one, or
   * this one itself where somebody is checked who is enrolled in it.
   */
  readonly exclude?: readonly string[];
  /** Ask also by surname and birth date, which gives possible matches; absent: no, so that less is disclosed. */
  readonly demographic?: boolean;
  /** Who asks, for the log, for example `enrolment desk 4`. */
  readonly askedBy?: string;
  /** Time for each source, in seconds; absent: that of the service. */
  readonly timeoutSeconds?: number;
  /** Ends the check; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a check works with. */
export interface CheckPorts {
  readonly sources: readonly BeneficiarySource[];
  readonly clock: Clock;
  readonly log: DuplicationCheckLog | undefined;
  readonly timeoutSeconds: number;
  readonly acceptUnshownIdentifiers: boolean;
}

/**
 * Asks all sources for enrolments of somebody, in parallel, each within its own time.
 *
 * @param given - whoever is to be enrolled
 * @param options - programmes, time, signal
 * @param ports - sources, clock and log
 * @returns what was found, and what every source said
 * @throws DciError `err.request.bad` when there is nothing to ask; what the log throws; the reason of the caller's signal
 */
export async function checkDuplication(
  given: Registrant,
  options: CheckDuplicationOptions,
  ports: CheckPorts,
): Promise<DuplicationResult> {
  const { programme, exclude = [], askedBy, timeoutSeconds = ports.timeoutSeconds, signal } = options;
  const registrant = readRegistrant(given);
  const { questions, searches } = questionsOf(registrant, options);
  const judged = await Promise.all(
    ports.sources.map(async (source) => {
      const answers = await askSource(source, searches, { timeoutSeconds, signal });
      const { acceptUnshownIdentifiers } = ports;
      return judgeSource(source.source, registrant, questions, answers, {
        programme,
        exclude,
        acceptUnshownIdentifiers,
      });
    }),
  );
  const now = ports.clock.now();
  const matches = confirmedFirst(judged.flatMap((one) => one.matches));
  const sources = judged.map(({ outcome }) => outcome);
  const result: DuplicationResult = {
    status: statusOf(matches, isClear({ matches, sources })),
    complete: sources.every(({ status }) => status === 'answered'),
    matches,
    excluded: judged.flatMap((one) => one.excluded),
    programmes: programmesOf(matches),
    sources,
    checkedAt: formatTimestamp(now),
  };
  if (ports.log === undefined) return result;
  const checkId = await ports.log.record({
    at: now,
    ...(askedBy !== undefined && { askedBy }),
    ...(programme !== undefined && { programme }),
    identifiers: registrant.identifiers,
    status: result.status,
    complete: result.complete,
    sources: sources.map(({ source, status, questions: asked }) => ({
      source,
      status,
      failures: [...new Set(asked.flatMap(({ failure }) => (failure === undefined ? [] : [failureReason(failure)])))],
    })),
    matches: matches.map(({ level, source, enrollment, doubts }) => ({
      level,
      source,
      programme: enrollment.programme,
      state: enrollment.state,
      ...(enrollment.enrolledOn !== undefined && { enrolledOn: enrollment.enrolledOn }),
      doubts,
    })),
  });
  return { ...result, checkId };
}

function questionsOf(
  registrant: Registrant,
  options: CheckDuplicationOptions,
): { readonly questions: readonly CheckQuestion[]; readonly searches: readonly SearchCriteria[] } {
  const { identifiers } = registrant;
  const byPerson = options.demographic === true ? demographicSearch(registrant, options) : undefined;
  if (options.demographic === true && byPerson === undefined) {
    throw new DciError('err.request.bad', 'a check by person needs a surname and a birth date', { path: 'registrant' });
  }
  if (identifiers.length === 0 && byPerson === undefined) {
    throw new DciError('err.request.bad', 'there is no identifier to ask for', { path: 'registrant.identifiers' });
  }
  return {
    questions: [...identifiers, ...(byPerson === undefined ? [] : ['demographic' as const])],
    searches: [
      ...identifiers.map((identifier) => identifierSearch(identifier, options)),
      ...(byPerson === undefined ? [] : [byPerson]),
    ],
  };
}

function statusOf(matches: readonly DuplicationMatch[], clear: boolean): DuplicationResult['status'] {
  if (matches.some(({ level }) => level === 'confirmed')) return 'confirmed';
  if (matches.length > 0) return 'possible';
  return clear ? 'no_match' : 'incomplete';
}

function confirmedFirst(matches: readonly DuplicationMatch[]): readonly DuplicationMatch[] {
  const ofLevel = (wanted: DuplicationMatch['level']) => matches.filter(({ level }) => level === wanted);
  return [...ofLevel('confirmed'), ...ofLevel('possible')];
}

/** One for each programme, by its identifier or else its name; matches come confirmed ones first. */
function programmesOf(matches: readonly DuplicationMatch[]): readonly MatchedProgramme[] {
  const programmes = new Map<string, MatchedProgramme>();
  for (const { enrollment, level, source } of matches) {
    const { identifier, name } = enrollment.programme;
    const key = fold(identifier ?? name ?? '');
    const known = programmes.get(key);
    if (known === undefined) programmes.set(key, { ...enrollment.programme, level, sources: [source] });
    else programmes.set(key, { ...known, sources: [...new Set([...known.sources, source])] });
  }
  return [...programmes.values()];
}
