import { functionalLimitationType, functionalSeverity, type JsonValue } from 'dci-core';

/** The six domains of the Washington Group short set, under the names of the seeds. */
export const functionalDomains = ['VISION', 'HEARING', 'MOBILITY', 'COGNITION', 'SELF_CARE', 'COMMUNICATION'] as const;

/** A domain of functioning. */
export type FunctionalDomain = (typeof functionalDomains)[number];

/** Difficulty in a domain: 1 none, 2 some, 3 a lot, 4 cannot do it at all. */
export type FunctionalSeverity = 1 | 2 | 3 | 4;

/** Difficulty by domain. A domain that the registry did not give is absent: it is never taken for "no difficulty". */
export type FunctionalScores = { readonly [Domain in FunctionalDomain]?: FunctionalSeverity };

/** From which severity on a person counts as disabled. The Washington Group's own line is 3. */
export type SeverityThreshold = 2 | 3 | 4;

/** The line of the Washington Group: at least one domain with "a lot of difficulty" or "cannot do it at all". */
export const washingtonGroupThreshold = 3;

const severities: readonly FunctionalSeverity[] = [1, 2, 3, 4];

const domainsByCode: Readonly<Record<string, FunctionalDomain>> = {
  VIS_SS: 'VISION',
  HEAR_SS: 'HEARING',
  MOB_SS: 'MOBILITY',
  COG_SS: 'COGNITION',
  SC_SS: 'SELF_CARE',
  COM_SS: 'COMMUNICATION',
};

/**
 * Reads a domain of functioning (records.md section 9, `FunctionalLimitationType`).
 *
 * @param value - a code, a label, or a name of the seeds
 * @returns the domain; `undefined` for anything else
 */
export function readDomain(value: JsonValue | undefined): FunctionalDomain | undefined {
  const code = typeof value === 'string' ? functionalLimitationType.toCode(value) : undefined;
  return code !== undefined && Object.hasOwn(domainsByCode, code) ? domainsByCode[code] : undefined;
}

/**
 * Reads a severity (records.md section 9, `FunctionalSeverityEnum`).
 *
 * @param value - a whole number from 1 to 4, its digit as a text, or a label
 * @returns the severity; `undefined` for anything else
 */
export function readSeverity(value: JsonValue | undefined): FunctionalSeverity | undefined {
  const ofNumber = (number: number): FunctionalSeverity | undefined => severities.find((each) => each === number);
  if (typeof value === 'number' || typeof value === 'bigint') return ofNumber(Number(value));
  if (typeof value !== 'string') return undefined;
  const text = value.slice(value.lastIndexOf(':') + 1).trim();
  if (/^\d$/.test(text)) return ofNumber(Number(text));
  // A code list folds signs away, so that a text without letters could turn from "-3" into 3.
  const code = /\p{L}/u.test(text) ? functionalSeverity.toCode(text) : undefined;
  return code === undefined ? undefined : ofNumber(Number(code));
}

/**
 * Names a severity as the standard does.
 *
 * @param severity - the severity
 * @returns its label, for example `Some difficulty`
 */
export function severityLabel(severity: FunctionalSeverity): string {
  return functionalSeverity.toLabel(String(severity)) ?? String(severity);
}

/** Scores from several statements, and the domains on which they differ. */
export interface MergedScores {
  readonly scores: FunctionalScores;
  readonly conflicts: readonly FunctionalDomain[];
}

/**
 * Puts statements about domains together. Where they differ the most severe counts, and the domain is named.
 *
 * @param statements - domain and severity, any number of each
 * @returns the scores in the order of {@link functionalDomains}
 */
export function mergeScores(statements: Iterable<readonly [FunctionalDomain, FunctionalSeverity]>): MergedScores {
  const all = [...statements];
  const scores: { [Domain in FunctionalDomain]?: FunctionalSeverity } = {};
  const conflicts: FunctionalDomain[] = [];
  for (const domain of functionalDomains) {
    const given = new Set(all.filter(([of]) => of === domain).map(([, severity]) => severity));
    const most = severities.findLast((severity) => given.has(severity));
    if (most !== undefined) scores[domain] = most;
    if (given.size > 1) conflicts.push(domain);
  }
  return { scores, conflicts };
}

/**
 * @param scores - scores of a person
 * @returns domain and severity, in the order of {@link functionalDomains}
 */
export function scoreEntries(scores: FunctionalScores): readonly (readonly [FunctionalDomain, FunctionalSeverity])[] {
  return functionalDomains.flatMap((domain) => {
    const severity = scores[domain];
    return severity === undefined ? [] : [[domain, severity] as const];
  });
}

/**
 * Tells whether any domain reaches a severity, as the seeds' use case "Disability Targeting" does.
 *
 * @param status - a status or an assessment; `undefined` counts as one without scores
 * @param threshold - the least severity; the Washington Group's line is 3
 * @returns true when a domain that the registry gave reaches it; false says nothing about domains that it did not give
 */
export function hasSevereDisability(
  status: { readonly functional_scores?: FunctionalScores } | undefined,
  threshold: FunctionalSeverity = washingtonGroupThreshold,
): boolean {
  return scoreEntries(status?.functional_scores ?? {}).some(([, severity]) => severity >= threshold);
}
