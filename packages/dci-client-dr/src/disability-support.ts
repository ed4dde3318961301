import {
  animalAssistance,
  assistiveTechnology,
  type Clock,
  type CodeList,
  formatTimestamp,
  housingSupport,
  humanAssistanceType,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  medicalCare,
  relationshipType,
  supportFrequency,
  supportStatus,
  writeJson,
} from 'dci-core';
import { askOffered } from './ask-offered.ts';
import { askRecords } from './ask-records.ts';
import { type CodedValue, readCodedValue } from './coded-value.ts';
import type { AnswerEvidence, DisabilitySource, LookupOptions } from './disability-source.ts';
import { distinctEvidence, type UnansweredIdentifier, unansweredOf } from './disability-status.ts';
import { type RegistrantIdentifier, type RegistrantReference, readRegistrant } from './registrant.ts';
import { askSupport } from './special-calls.ts';

/** Kinds of support (records.md section 6, `DisabilitySupport`). */
export type SupportKind =
  | 'human_assistance'
  | 'assistive_technology'
  | 'housing_support'
  | 'medical_care'
  | 'animal_assistance';

/** Support that a person needs or has. */
export interface SupportItem {
  readonly kind: SupportKind;
  readonly type?: CodedValue;
  /** Needed or received. */
  readonly status?: CodedValue;
  /** How often; of human assistance. */
  readonly intensity?: CodedValue;
  /** Of the caregiver to the person; of human assistance. */
  readonly relationship?: CodedValue;
  /** The person who helps, under the standard's names; of human assistance. */
  readonly caregiver?: JsonObject;
}

/** What support a person needs or has, as the registry knows it. */
export interface DisabilitySupportReport {
  readonly recordFound: boolean;
  readonly support: readonly SupportItem[];
  readonly unanswered: readonly UnansweredIdentifier[];
  /** Code of the data source. */
  readonly source: string;
  /** RFC 3339: when the registry was asked. */
  readonly asOf: string;
  readonly evidence: readonly AnswerEvidence[];
}

const typeLists: Readonly<Record<SupportKind, CodeList>> = {
  human_assistance: humanAssistanceType,
  assistive_technology: assistiveTechnology,
  housing_support: housingSupport,
  medical_care: medicalCare,
  animal_assistance: animalAssistance,
};
const kinds: readonly SupportKind[] = [
  'human_assistance',
  'assistive_technology',
  'housing_support',
  'medical_care',
  'animal_assistance',
];

const mostItems = 100;

/** An answer by either way. */
interface SupportAnswer {
  readonly recordFound: boolean;
  readonly items: readonly JsonObject[];
  readonly askedAt: number;
  readonly evidence: AnswerEvidence;
}

/**
 * Asks what support a person needs or has, by `sync/get-disability-support`, or by a search where the registry does not
 * have that call. It is not kept in the cache.
 *
 * @param context - registry and time
 * @param reference - the registrant; all its identifiers are asked for
 * @param options - signal, consent, legal basis
 * @returns the support
 * @throws DciError with a `ClientFailure` as cause when the registry answered for none of the identifiers
 */
export async function findDisabilitySupport(
  context: { readonly source: DisabilitySource; readonly clock: Clock },
  reference: RegistrantReference,
  options: LookupOptions = {},
): Promise<DisabilitySupportReport> {
  const identifiers = readRegistrant(reference);
  const offered = await askOffered(identifiers, (each) => askSupport(context, each, options), options.signal);
  const isOffered = offered.some(({ answer, error }) => answer !== undefined || error !== undefined);
  const { answers, unanswered } = isOffered
    ? {
        answers: offered.flatMap(({ answer }) => answer ?? []),
        unanswered: offered.flatMap(({ identifier: { type }, error }) =>
          error === undefined ? [] : [{ type, error }],
        ),
      }
    : await searchSupport(context, identifiers, options);
  const [failure] = unanswered;
  if (answers.length === 0 && failure !== undefined) throw failure.error;
  const items = answers.flatMap((answer) => answer.items).flatMap(readSupport);
  // Several identifiers find the same record again.
  const distinct = answers.length > 1 ? [...new Map(items.map((item) => [nameOf(item), item])).values()] : items;
  return {
    recordFound: answers.some(({ recordFound }) => recordFound),
    support: distinct.slice(0, mostItems),
    unanswered,
    source: context.source.source,
    asOf: formatTimestamp(Math.min(...answers.map(({ askedAt }) => askedAt))),
    evidence: distinctEvidence(answers.map(({ evidence }) => evidence)),
  };
}

async function searchSupport(
  context: { readonly source: DisabilitySource; readonly clock: Clock },
  identifiers: readonly RegistrantIdentifier[],
  options: LookupOptions,
): Promise<{ readonly answers: readonly SupportAnswer[]; readonly unanswered: readonly UnansweredIdentifier[] }> {
  const asked = await askRecords(context, identifiers, options);
  const answers = asked.flatMap((answer): readonly SupportAnswer[] => {
    if (answer.kind === 'failed') return [];
    const { records, askedAt, evidence } = answer;
    const items = records.flatMap(({ disability_support }) => objectsOf(disability_support));
    return [{ recordFound: records.length > 0, items, askedAt, evidence }];
  });
  return { answers, unanswered: unansweredOf(asked) };
}

function readSupport(support: JsonObject): readonly SupportItem[] {
  return kinds.flatMap((kind) => objectsOf(support[kind]).map((item) => readItem(kind, item)));
}

function readItem(kind: SupportKind, item: JsonObject): SupportItem {
  const type = readCodedValue(item.type, typeLists[kind]);
  // Human assistance has it under another name in the standard.
  const status = readCodedValue(item.status ?? item.support, supportStatus);
  const intensity = readCodedValue(item.intensity, supportFrequency);
  const relationship = readCodedValue(item.relationship, relationshipType);
  return {
    kind,
    ...(type !== undefined && { type }),
    ...(status !== undefined && { status }),
    ...(intensity !== undefined && { intensity }),
    ...(relationship !== undefined && { relationship }),
    ...(isJsonObject(item.caregiver) && { caregiver: item.caregiver }),
  };
}

function nameOf({ caregiver, ...item }: SupportItem): string {
  return JSON.stringify([item, caregiver === undefined ? undefined : writeJson(caregiver)]);
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isJsonObject) : [];
}
