import type { JsonObject, JsonValue } from 'dci-core';
import { failureReason } from '../../call-failure.ts';
import type { CodedValue } from '../../coded-value.ts';
import type { DisabilityFinding } from '../../disability-finding.ts';
import type { AnswerEvidence } from '../../disability-source.ts';
import type { DisabilityStatus, UnansweredIdentifier } from '../../disability-status.ts';
import type { DisabilitySupportReport } from '../../disability-support.ts';
import type { FunctionalAssessment } from '../../functional-assessment.ts';
import { scoreEntries, severityLabel } from '../../functional-scores.ts';

/**
 * @param finding - what records say
 * @returns its members for `--json`
 */
export function findingView(finding: DisabilityFinding): JsonObject {
  return {
    status: finding.status,
    basis: finding.basis,
    certification: finding.certification,
    functional_scores: finding.functional_scores,
    types: finding.types.map(codedView),
    level: finding.level && codedView(finding.level),
    since: finding.since,
    updated_at: finding.updatedAt,
    conflicts: finding.conflicts,
  };
}

/**
 * @param status - of a registrant
 * @returns the status for `--json`
 */
export function statusView(status: DisabilityStatus): JsonObject {
  return {
    ...findingView(status),
    record_found: status.recordFound,
    unanswered: status.unanswered.map(unansweredView),
    source: status.source,
    as_of: status.asOf,
    from_cache: status.fromCache,
    age_seconds: status.ageSeconds,
    evidence: status.evidence.map(evidenceView),
  };
}

/**
 * @param assessment - of a registrant
 * @returns the assessment for `--json`
 */
export function assessmentView(assessment: FunctionalAssessment): JsonObject {
  return {
    record_found: assessment.recordFound,
    functional_scores: assessment.functional_scores,
    limitations: assessment.limitations.map(({ domain, severity, label }) => ({ domain, severity, label })),
    impairments: assessment.impairments.map(({ type, level, cause, onset }) => ({
      type: type && codedView(type),
      level: level && codedView(level),
      cause: cause && codedView(cause),
      onset: onset && codedView(onset),
    })),
    level: assessment.level && codedView(assessment.level),
    conflicts: assessment.conflicts,
    warnings: assessment.warnings.map(({ path, message }) => ({ path, message })),
    unanswered: assessment.unanswered.map(unansweredView),
    source: assessment.source,
    as_of: assessment.asOf,
    evidence: assessment.evidence.map(evidenceView),
  };
}

/**
 * @param report - of a registrant
 * @returns the support for `--json`
 */
export function supportView(report: DisabilitySupportReport): JsonObject {
  return {
    record_found: report.recordFound,
    support: report.support.map(({ kind, type, status, intensity, relationship, caregiver }) => ({
      kind,
      type: type && codedView(type),
      status: status && codedView(status),
      intensity: intensity && codedView(intensity),
      relationship: relationship && codedView(relationship),
      caregiver,
    })),
    unanswered: report.unanswered.map(unansweredView),
    source: report.source,
    as_of: report.asOf,
    evidence: report.evidence.map(evidenceView),
  };
}

/**
 * @param finding - what records say
 * @returns its rows of a table for people
 */
export function findingRows(finding: DisabilityFinding): readonly (readonly [string, string])[] {
  const basis = finding.certification === undefined ? finding.basis : `certification ${finding.certification}`;
  const scores = scoreEntries(finding.functional_scores ?? {}).map(
    ([domain, severity]) => `${domain} ${severity} (${severityLabel(severity)})`,
  );
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['status', basis === undefined ? finding.status : `${finding.status} (${basis})`],
    ['level', finding.level?.label],
    ...scores.map((score, index) => [index === 0 ? 'scores' : '', score] as const),
    ['impairments', finding.types.map(({ label }) => label).join(', ')],
    ['since', finding.since],
    ['updated', finding.updatedAt],
    ['contradictions', finding.conflicts.join(', ')],
  ];
  return rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value] as const]));
}

/**
 * @param evidence - of an answer
 * @returns one line for people
 */
export function evidenceText({ verified, senderId, keyId, algorithm }: AnswerEvidence): string {
  const key = [keyId === undefined ? [] : [`key ${keyId}`], algorithm ?? []].flat().join(', ');
  return verified ? `${senderId} (signature valid${key === '' ? '' : `, ${key}`})` : `${senderId} (not verified)`;
}

/**
 * @param evidence - of an answer
 * @returns the evidence for `--json`
 */
export function evidenceView(evidence: AnswerEvidence): JsonObject {
  return {
    verified: evidence.verified,
    sender_id: evidence.senderId,
    key_id: evidence.keyId,
    algorithm: evidence.algorithm,
    message_id: evidence.messageId,
    transaction_id: evidence.transactionId,
    correlation_id: evidence.correlationId,
  };
}

function unansweredView({ type, error }: UnansweredIdentifier): JsonObject {
  return { identifier_type: type, ...failureReason(error) };
}

function codedView({ code, label }: CodedValue): JsonValue {
  return { code, label };
}
