import {
  type Clock,
  disabilityOnset,
  formatTimestamp,
  impairmentCause,
  impairmentLevel,
  impairmentType,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type RecordWarning,
} from 'dci-core';
import { askOffered, type OfferedAnswer } from './ask-offered.ts';
import { askRecords, type IdentifierAnswer } from './ask-records.ts';
import { type CodedValue, readCodedValue } from './coded-value.ts';
import { combineFindings } from './combine-findings.ts';
import type { AnswerEvidence, DisabilitySource, LookupOptions } from './disability-source.ts';
import { distinctEvidence, type UnansweredIdentifier, unansweredOf } from './disability-status.ts';
import {
  type FunctionalDomain,
  type FunctionalScores,
  type FunctionalSeverity,
  type SeverityThreshold,
  scoreEntries,
  severityLabel,
} from './functional-scores.ts';
import { judgeRecord } from './judge-record.ts';
import { type RegistrantReference, readRegistrant } from './registrant.ts';
import { askDetails } from './special-calls.ts';

/** Difficulty in one domain. */
export interface FunctionalLimitation {
  readonly domain: FunctionalDomain;
  readonly severity: FunctionalSeverity;
  /** The standard's label of the severity. */
  readonly label: string;
}

/** An impairment (records.md section 6, `DisabilityDetails`). */
export interface Impairment {
  readonly type?: CodedValue;
  readonly level?: CodedValue;
  readonly cause?: CodedValue;
  /** Age at which it began. */
  readonly onset?: CodedValue;
}

/** What an assessment of a person says. */
export interface FunctionalAssessment {
  readonly recordFound: boolean;
  /** Only the domains that the registry gives. */
  readonly functional_scores?: FunctionalScores;
  /** The same, one by one with their labels. */
  readonly limitations: readonly FunctionalLimitation[];
  readonly impairments: readonly Impairment[];
  /** Level of the certified disability. */
  readonly level?: CodedValue;
  /** As of a status: members on which records differ. */
  readonly conflicts: readonly string[];
  /** What could not be translated while the records were read. */
  readonly warnings: readonly RecordWarning[];
  readonly unanswered: readonly UnansweredIdentifier[];
  /** Code of the data source. */
  readonly source: string;
  /** RFC 3339: when the registry was asked. */
  readonly asOf: string;
  readonly evidence: readonly AnswerEvidence[];
}

const mostImpairments = 50;

/**
 * Asks for the assessment of a person, always at the registry: it is not kept in the cache. Scores come from a search,
 * impairments from `sync/get-disability-details` and from the search: a registry may allow the one and not the other.
 *
 * @param context - registry, time, threshold
 * @param reference - the registrant; all its identifiers are asked for
 * @param options - signal, consent, legal basis
 * @returns the assessment
 * @throws DciError with a `ClientFailure` as cause when neither way gave an answer
 */
export async function findFunctionalAssessment(
  context: { readonly source: DisabilitySource; readonly clock: Clock; readonly threshold: SeverityThreshold },
  reference: RegistrantReference,
  options: LookupOptions = {},
): Promise<FunctionalAssessment> {
  const identifiers = readRegistrant(reference);
  const [asked, offered] = await Promise.all([
    askRecords(context, identifiers, options),
    askOffered(identifiers, (identifier) => askDetails(context, identifier, options), options.signal),
  ]);
  const unanswered = unansweredOf(asked);
  const [failure] = unanswered;
  const details = offered.flatMap(({ answer }) => answer ?? []);
  if (unanswered.length === asked.length && details.length === 0 && failure !== undefined) throw failure.error;

  const answered = asked.flatMap((answer) => (answer.kind === 'answered' ? [answer] : []));
  const records = answered.flatMap((answer) => answer.records);
  const finding =
    records.length === 0 ? undefined : combineFindings(records.map((each) => judgeRecord(each, context.threshold)));
  const scores = finding?.functional_scores;
  const impairments = [
    ...details.flatMap(({ items }) => items),
    ...records.flatMap(({ disability_details }) => objectsOf(disability_details)),
  ].flatMap(readImpairment);
  return {
    recordFound: records.length > 0 || details.some(({ recordFound }) => recordFound),
    ...(scores !== undefined && { functional_scores: scores }),
    limitations: scoreEntries(scores ?? {}).map(([domain, severity]) => ({
      domain,
      severity,
      label: severityLabel(severity),
    })),
    impairments: distinct(impairments).slice(0, mostImpairments),
    ...(finding?.level !== undefined && { level: finding.level }),
    conflicts: finding?.conflicts ?? [],
    warnings: answered.flatMap(({ warnings }) => warnings),
    unanswered: [...unanswered, ...failuresOf(offered, asked)],
    source: context.source.source,
    asOf: formatTimestamp(Math.min(...[...answered, ...details].map(({ askedAt }) => askedAt))),
    evidence: distinctEvidence([...answered, ...details].map(({ evidence }) => evidence)),
  };
}

/** Each identifier once, also when both ways failed for it. */
function failuresOf(
  offered: readonly OfferedAnswer<unknown>[],
  asked: readonly IdentifierAnswer[],
): readonly UnansweredIdentifier[] {
  return offered.flatMap(({ identifier, error }, index) =>
    error === undefined || asked[index]?.kind === 'failed' ? [] : [{ type: identifier.type, error }],
  );
}

function readImpairment(details: JsonObject): readonly Impairment[] {
  const type = readCodedValue(details.impairment_type, impairmentType);
  const level = readCodedValue(details.impairment_level, impairmentLevel);
  const cause = readCodedValue(details.impairment_cause, impairmentCause);
  const onset = readCodedValue(details.age_on_set, disabilityOnset);
  const impairment: Impairment = {
    ...(type !== undefined && { type }),
    ...(level !== undefined && { level }),
    ...(cause !== undefined && { cause }),
    ...(onset !== undefined && { onset }),
  };
  return Object.keys(impairment).length === 0 ? [] : [impairment];
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}

function distinct(impairments: readonly Impairment[]): readonly Impairment[] {
  return [...new Map(impairments.map((impairment) => [JSON.stringify(impairment), impairment])).values()];
}
