import { parseTimestamp } from 'dci-core';
import { type CodedValue, distinctValues } from './coded-value.ts';
import type { Certification, DisabilityFinding, DisabilityStatusName } from './disability-finding.ts';
import { mergeScores, scoreEntries } from './functional-scores.ts';

/** Of several that do not contradict each other the first counts: what is open or has run out goes before a plain no. */
const statusOrder: readonly DisabilityStatusName[] = ['disabled', 'pending', 'expired', 'not_disabled'];
const certificationOrder: readonly Certification[] = ['approved', 'pending', 'expired'];

/**
 * Puts together what several records say of one person.
 *
 * @param findings - what the single records say
 * @returns what they say together; `conflicting` where one says that the person is disabled and another that it is not
 */
export function combineFindings(findings: readonly DisabilityFinding[]): DisabilityFinding {
  const [only] = findings;
  if (only !== undefined && findings.length === 1) return only;
  const status = statusOf(new Set(findings.map((finding) => finding.status)));
  const basis =
    findings.find((finding) => finding.status === status)?.basis ?? findings.find((each) => each.basis)?.basis;
  const certified = new Set(findings.map(({ certification }) => certification));
  const certification = certificationOrder.find((each) => certified.has(each));
  const { scores, conflicts: domains } = mergeScores(
    findings.flatMap((each) => scoreEntries(each.functional_scores ?? {})),
  );
  const levels = distinctValues(findings.flatMap(({ level }) => level ?? []));
  const level = mostSevere(levels);
  const since = earliest(findings.flatMap((each) => each.since ?? []));
  const updatedAt = earliest(
    findings.flatMap((each) => each.updatedAt ?? []),
    -1,
  );
  const conflicts = [
    ...(status === 'conflicting' ? ['status'] : []),
    ...(levels.length > 1 ? ['level'] : []),
    ...domains.map((domain) => `functional_scores.${domain}`),
    ...findings.flatMap((each) => each.conflicts),
  ];
  return {
    status,
    ...(basis !== undefined && { basis }),
    ...(certification !== undefined && { certification }),
    ...(Object.keys(scores).length > 0 && { functional_scores: scores }),
    types: distinctValues(findings.flatMap(({ types }) => types)),
    ...(level !== undefined && { level }),
    ...(since !== undefined && { since }),
    ...(updatedAt !== undefined && { updatedAt }),
    conflicts: [...new Set(conflicts)].filter((each) => each !== 'status' || status === 'conflicting'),
  };
}

function statusOf(given: ReadonlySet<DisabilityStatusName>): DisabilityStatusName {
  const contradict = given.has('disabled') && given.has('not_disabled');
  if (given.has('conflicting') || contradict) return 'conflicting';
  return statusOrder.find((status) => given.has(status)) ?? 'unknown';
}

/** The standard numbers levels from the most severe; words outside its list come last. */
function mostSevere(levels: readonly CodedValue[]): CodedValue | undefined {
  const coded = levels.filter(({ code }) => code !== undefined);
  return coded.toSorted((one, other) => Number(one.code) - Number(other.code))[0] ?? levels[0];
}

function earliest(timestamps: readonly string[], direction: 1 | -1 = 1): string | undefined {
  const time = (text: string): number => parseTimestamp(text) ?? 0;
  return timestamps.toSorted((one, other) => direction * (time(one) - time(other)))[0];
}
