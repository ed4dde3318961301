import type { SearchCriteria, SearchOutcome, SearchPage } from 'dci-client';
import { DciError, dr, identifiersOf, type JsonObject, type RecordWarning, resolveIdentifierType } from 'dci-core';
import { isWorthSplitting, rejectedQuestion, unusableAnswer } from './call-failure.ts';
import { type AnswerEvidence, type Asking, type LookupOptions, withoutMessage } from './disability-source.ts';
import type { RegistrantIdentifier } from './registrant.ts';

/** What the registry said of one identifier. */
export type IdentifierAnswer =
  | {
      readonly kind: 'answered';
      readonly identifier: RegistrantIdentifier;
      /** Of this person; none: the registry has no record that we may see. */
      readonly records: readonly JsonObject[];
      readonly warnings: readonly RecordWarning[];
      /** Unix milliseconds at which it was asked: what the registry changed later need not be in the answer. */
      readonly askedAt: number;
      readonly evidence: AnswerEvidence;
    }
  | FailedAnswer;

/** An identifier that nothing is known of, because the call failed. */
export interface FailedAnswer {
  readonly kind: 'failed';
  readonly identifier: RegistrantIdentifier;
  readonly error: DciError;
}

const recordType = 'DisabledPerson';
/** A person has one record, or some duplicates. */
const mostRecords = 20;

/**
 * Searches the records of identifiers, in one message where the registry takes that.
 *
 * @param asking - registry and time
 * @param identifiers - at least one
 * @param options - signal, consent, legal basis
 * @returns one answer each, in order; a failure is an answer here
 * @throws the reason of the caller's signal only, and what is no failure of a call
 */
export async function askRecords(
  asking: Asking,
  identifiers: readonly RegistrantIdentifier[],
  options: LookupOptions = {},
): Promise<readonly IdentifierAnswer[]> {
  const { source, clock } = asking;
  const { signal } = options;
  const askedAt = clock.now();
  try {
    const criteria = identifiers.map((identifier) => criteriaFor(identifier, options));
    const { outcomes, evidence } = await source.searchBatch(criteria, signal === undefined ? {} : { signal });
    return await Promise.all(
      identifiers.map(async (identifier, index): Promise<IdentifierAnswer> => {
        const answer = await readAnswer(asking, criteria[index], outcomes[index], { identifier, options });
        if (answer instanceof DciError) return { kind: 'failed', identifier, error: answer };
        return { kind: 'answered', identifier, ...answer, askedAt, evidence: withoutMessage(evidence) };
      }),
    );
  } catch (error) {
    if (signal?.aborted || !(error instanceof DciError)) throw error;
    if (identifiers.length === 1 || !isWorthSplitting(error)) {
      return identifiers.map((identifier) => ({ kind: 'failed', identifier, error }));
    }
    const middle = Math.ceil(identifiers.length / 2);
    const first = await askRecords(asking, identifiers.slice(0, middle), options);
    return [...first, ...(await askRecords(asking, identifiers.slice(middle), options))];
  }
}

function criteriaFor({ type, value }: RegistrantIdentifier, { consent, authorize }: LookupOptions): SearchCriteria {
  return {
    queryType: 'idtype-value',
    query: { type, value },
    recordType,
    page: { size: mostRecords },
    ...(consent !== undefined && { consent }),
    ...(authorize !== undefined && { authorize }),
  };
}

/** Follows an answer to its last page: in the standard's file a page of a disability registry holds one record. */
async function readAnswer(
  { source }: Asking,
  criteria: SearchCriteria | undefined,
  first: SearchOutcome | undefined,
  { identifier, options }: { readonly identifier: RegistrantIdentifier; readonly options: LookupOptions },
): Promise<Pick<SearchPage, 'records' | 'warnings'> | DciError> {
  const { signal } = options;
  const records: JsonObject[] = [];
  const warnings: RecordWarning[] = [];
  for (let outcome = first; ; ) {
    if (outcome === undefined || criteria === undefined) return unusableAnswer('unfinished');
    if (outcome.status === 'rjct') return rejectedQuestion(outcome.referenceId, outcome.code, outcome.text);
    if (outcome.status !== 'succ') return unusableAnswer('unfinished');
    // A registry that matches more than it was asked for must not make a stranger's disability this person's.
    if (outcome.records.some((record) => !mayBeOf(record, identifier))) return unusableAnswer('other_person');
    records.push(...outcome.records);
    warnings.push(...outcome.warnings);
    const { next, totalCount = records.length } = outcome;
    if (records.length > mostRecords || totalCount > mostRecords) return unusableAnswer('too_many');
    if (next === undefined || outcome.records.length === 0) {
      return totalCount > records.length ? unusableAnswer('not_sent') : { records, warnings };
    }
    try {
      const { outcomes } = await source.searchBatch(
        [{ ...criteria, page: next }],
        signal === undefined ? {} : { signal },
      );
      [outcome] = outcomes;
    } catch (error) {
      if (signal?.aborted || !(error instanceof DciError)) throw error;
      return error;
    }
  }
}

/** A record may come without the identifier, where we may not read it; with another of the same type it is of another person. */
function mayBeOf(record: JsonObject, { type, value }: RegistrantIdentifier): boolean {
  const [shape] = dr.recordTypes;
  const wanted = resolveIdentifierType(dr, type);
  const ofType = (shape?.identifierPaths ?? [])
    .flatMap((path) => identifiersOf(record, path, dr))
    .filter(({ identifierType }) => identifierType === wanted);
  return ofType.length === 0 || ofType.some((known) => foldValue(known.value) === foldValue(value));
}

/** Registries write the same number with and without spaces and signs. */
function foldValue(value: string): string {
  const folded = value
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '');
  // Of signs alone nothing would be left, and all such values would be one.
  return folded === '' ? value : folded;
}
