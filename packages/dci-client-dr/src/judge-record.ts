import {
  disabilityInfoShape,
  disabilityLevel,
  disabilityStatus,
  impairmentType,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseTimestamp,
  recordReader,
} from 'dci-core';
import { distinctValues, readCodedValue } from './coded-value.ts';
import type { Certification, DisabilityFinding } from './disability-finding.ts';
import {
  type FunctionalDomain,
  type FunctionalScores,
  type FunctionalSeverity,
  functionalDomains,
  hasSevereDisability,
  mergeScores,
  readDomain,
  readSeverity,
  type SeverityThreshold,
} from './functional-scores.ts';

const readLimitation = recordReader(disabilityInfoShape);

const certifications: Readonly<Record<string, Certification>> = { '0': 'approved', '1': 'pending', '2': 'expired' };

/** More types of impairment than the standard has codes are no description of a person. */
const mostTypes = 20;

/**
 * Tells what a record of a disability registry says (records.md section 6). A certification that can be read decides;
 * without one the statement `is_disabled` does; without either the scores. A status in words that nobody knows is never
 * taken for "not disabled", whatever stands beside it.
 *
 * @param record - under the standard's names, as a client returns it
 * @param threshold - from which severity on scores without a status count as a disability
 * @returns what it says
 */
export function judgeRecord(record: JsonObject, threshold: SeverityThreshold): DisabilityFinding {
  const member = isJsonObject(record.personal_details) ? record.personal_details : {};
  const { scores, conflicts: domains } = mergeScores(scoreStatements([record, member]));
  const hasScores = Object.keys(scores).length > 0;
  const impairments = listOf(record.disability_details).filter(isJsonObject);
  const types = impairments.flatMap(({ impairment_type }) => readCodedValue(impairment_type, impairmentType) ?? []);
  const level = readCodedValue(record.disability_status_level, disabilityLevel);
  const since = timestampOf(record.registration_date);
  const updatedAt = timestampOf(record.last_updated);
  const certified = certificationOf(record.disability_status);
  const statements = [record.is_disabled, member.is_disabled].filter(isGiven);
  const isUndescribed = impairments.length === 0 && level === undefined;
  const { status, basis } = statusOf(certified, statements, {
    scores,
    threshold,
    mayRuleOut: isUndescribed && domains.length === 0,
  });
  const contradictsStatement = certified === 'approved' && statements.includes(false);
  return {
    status,
    ...(basis !== undefined && { basis }),
    ...(certified !== undefined && certified !== 'unreadable' && { certification: certified }),
    ...(hasScores && { functional_scores: scores }),
    types: distinctValues(types).slice(0, mostTypes),
    ...(level !== undefined && { level }),
    ...(since !== undefined && { since }),
    ...(updatedAt !== undefined && { updatedAt }),
    conflicts: [
      ...(status === 'conflicting' ? ['status'] : []),
      ...(contradictsStatement ? ['is_disabled'] : []),
      ...domains.map((domain) => `functional_scores.${domain}`),
    ],
  };
}

interface ScoreRule {
  readonly scores: FunctionalScores;
  readonly threshold: SeverityThreshold;
  /** Whether nothing but the scores describes the person, so that low ones in all domains say that it is not disabled. */
  readonly mayRuleOut: boolean;
}

function statusOf(
  certified: Certification | 'unreadable' | undefined,
  statements: readonly JsonValue[],
  rule: ScoreRule,
): Pick<DisabilityFinding, 'status' | 'basis'> {
  if (certified === 'approved') return { status: 'disabled', basis: 'certification' };
  if (certified === 'pending' || certified === 'expired') return { status: certified, basis: 'certification' };
  const isYes = statements.includes(true);
  const isNo = statements.includes(false);
  if (isYes && isNo) return { status: 'conflicting', basis: 'statement' };
  if (isYes) return { status: 'disabled', basis: 'statement' };
  const isReadable = certified === undefined && statements.every((statement) => typeof statement === 'boolean');
  if (!isReadable) return { status: 'unknown' };
  if (isNo) return { status: 'not_disabled', basis: 'statement' };
  return statusByScores(rule);
}

/** The Washington Group counts a person as without disability only when all six questions were answered. */
function statusByScores({ scores, threshold, mayRuleOut }: ScoreRule): Pick<DisabilityFinding, 'status' | 'basis'> {
  if (hasSevereDisability({ functional_scores: scores }, threshold)) return { status: 'disabled', basis: 'scores' };
  const isComplete = functionalDomains.every((domain) => scores[domain] !== undefined);
  return isComplete && mayRuleOut ? { status: 'not_disabled', basis: 'scores' } : { status: 'unknown' };
}

function certificationOf(value: JsonValue | undefined): Certification | 'unreadable' | undefined {
  if (!isGiven(value)) return undefined;
  const code = typeof value === 'string' ? disabilityStatus.toCode(value) : undefined;
  return (
    (code === undefined || !Object.hasOwn(certifications, code) ? undefined : certifications[code]) ?? 'unreadable'
  );
}

/** Scores stand in `disability_info`; some registries send them as an object by domain, as the seeds have them. */
function* scoreStatements(objects: readonly JsonObject[]): Generator<readonly [FunctionalDomain, FunctionalSeverity]> {
  for (const { disability_info, functional_scores } of objects) {
    const limitations = listOf(disability_info)
      .filter(isJsonObject)
      .map((each) => readLimitation(each).record);
    const stated: readonly (readonly [JsonValue | undefined, JsonValue | undefined])[] = [
      ...limitations.map((each) => [each.disability_limitation_type, each.functional_severity] as const),
      ...(isJsonObject(functional_scores) ? Object.entries(functional_scores) : []),
    ];
    for (const [type, value] of stated) {
      const [domain, severity] = [readDomain(type), readSeverity(value)];
      if (domain !== undefined && severity !== undefined) yield [domain, severity];
    }
  }
}

function timestampOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && parseTimestamp(value) !== undefined ? value : undefined;
}

function isGiven(value: JsonValue | undefined): value is Exclude<JsonValue, null> {
  return value !== undefined && value !== null && value !== '';
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : isGiven(value) ? [value] : [];
}
