import type { ReplyEvidence, SearchCriteria, SearchOutcome, SearchPage, SearchResult, SpecialReply } from 'dci-client';
import { DciError, type DciErrorCode, isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import type { BeneficiarySource, SourceFailure } from './source.ts';

/** What a client throws for a failure. */
export function failedCall(failure: SourceFailure, code: DciErrorCode = 'err.service.unavailable'): DciError {
  return new DciError(code, 'The call failed.', { cause: failure });
}

export const evidence = (source: string, header: JsonObject = {}): ReplyEvidence => ({
  verified: true,
  senderId: `${source}.example.org`,
  keyId: 'key1',
  algorithm: 'ed25519',
  messageId: `message-of-${source}`,
  transactionId: 't1',
  header,
  message: {},
});

/** A whole page of records. */
export const page = (records: readonly JsonObject[], more: Partial<SearchPage> = {}): SearchPage => ({
  status: 'succ',
  referenceId: 'r1',
  recordType: 'Beneficiary',
  records,
  warnings: [],
  totalCount: records.length,
  ...more,
});

/** What a source does with a search: the outcome, or what the call throws. */
export type Behaviour = (criteria: SearchCriteria) => SearchOutcome | 'missing' | DciError | Promise<SearchOutcome>;

/** What a source was asked. */
export interface AskedSource extends BeneficiarySource {
  /** The searches of every batch. */
  readonly batches: (readonly SearchCriteria[])[];
  readonly pagesAsked: SearchCriteria[];
  readonly calls: { readonly operation: string; readonly message: JsonObject }[];
}

/**
 * A source that behaves as a test says. Real HTTP adds nothing to what is made of its answers.
 *
 * @param source - its code
 * @param behave - the answer to each search of a batch
 * @param more - other pages, and the operations of the registry type
 */
export function fakeSource(
  source: string,
  behave: Behaviour,
  more: {
    readonly call?: (operation: string, message: JsonObject) => SpecialReply | DciError | Promise<SpecialReply>;
    readonly next?: Behaviour;
    /** Throws for batches of several. */
    readonly refusesBatches?: DciError;
    readonly registry?: string;
  } = {},
): AskedSource {
  const batches: (readonly SearchCriteria[])[] = [];
  const pagesAsked: SearchCriteria[] = [];
  const calls: { readonly operation: string; readonly message: JsonObject }[] = [];
  const search = async (criteria: SearchCriteria, answer: Behaviour): Promise<SearchResult> => {
    pagesAsked.push(criteria);
    const outcome = await answer(criteria);
    if (outcome instanceof DciError) throw outcome;
    if (outcome === 'missing' || outcome.status === 'rjct') throw failedCall({ kind: 'rejected', referenceId: 'r1' });
    return { ...outcome, evidence: evidence(source) };
  };
  return {
    source,
    registry: more.registry ?? 'ibr',
    batches,
    pagesAsked,
    calls,
    searchBatch: async (criteria) => {
      batches.push(criteria);
      if (criteria.length > 1 && more.refusesBatches !== undefined) throw more.refusesBatches;
      const outcomes = await Promise.all(criteria.map(behave));
      for (const outcome of outcomes) if (outcome instanceof DciError) throw outcome;
      return {
        outcomes: outcomes.flatMap((one) => (one === 'missing' || one instanceof DciError ? [] : [one])),
        evidence: evidence(source),
      };
    },
    search: (criteria) => search(criteria, more.next ?? behave),
    async *pages(criteria) {
      let next = await search(criteria, behave);
      yield next;
      while (next.next !== undefined) {
        next = await search({ ...criteria, page: next.next }, more.next ?? behave);
        yield next;
      }
    },
    call: async (operation, message) => {
      calls.push({ operation, message });
      const reply = await (more.call?.(operation, message) ?? failedCall({ kind: 'unsupported', call: 'special' }));
      if (reply instanceof DciError) throw reply;
      return reply;
    },
  };
}

/** @returns the value of the identifier that a search asks for */
export function askedValue({ query }: SearchCriteria): JsonValue | undefined {
  return isJsonObject(query) ? query.value : undefined;
}

/** Members of a record of the tests. */
export interface RecordFacts {
  readonly identifiers?: readonly (readonly [type: string, value: string])[];
  readonly person?: JsonObject;
  readonly programme?: JsonObject;
  readonly status?: JsonValue;
  readonly date?: string;
}

/** A record under the standard's names: enrolled in the cash programme since 2024. */
export function beneficiaryRecord({
  identifiers = [['UIN', '1']],
  person = { name: { surname: 'Núñez', given_name: 'Lucía' }, sex: 'female', birth_date: '1990-05-17' },
  programme = { programme_identifier: 'P1', programme_name: 'Cash Transfer' },
  status = '1',
  date = '2024-03-01',
}: RecordFacts = {}): JsonObject {
  return {
    assistance_unit: '1',
    member: {
      member_identifier: identifiers.map(([identifier_type, identifier_value]) => ({
        identifier_type,
        identifier_value,
      })),
      demographic_info: person,
    },
    programme_identifier: [programme],
    enrollment_date: date,
    ...(status !== null && { enrollment_status: status }),
  };
}
