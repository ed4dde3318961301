import type {
  AsyncHandle,
  DateRange,
  DciClient,
  NotifiedEvent,
  ReplyEvidence,
  SearchOptions,
  SearchResult,
  SubscribeOptions,
  SubscribeReply,
  SubscriptionCriteria,
  UnsubscribeReply,
} from 'dci-client';
import { type Clock, crvs, type JsonObject, type JsonValue, type LogFields, type Logger } from 'dci-core';

export const NOW = Date.parse('2026-04-22T10:30:00Z');
export const clock: Clock = { now: () => NOW };

/** A clock that a test moves. */
export function movedClock(): Clock & { now: () => number; pass: (milliseconds: number) => void } {
  let now = NOW;
  return {
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

export const evidence: ReplyEvidence = {
  senderId: 'crvs.example.org',
  keyId: 'key1',
  algorithm: 'ed25519',
  verified: true,
  transactionId: 't-1',
  header: {},
  message: {},
};

export const uin = { type: 'UIN', value: '1234567897' };

/** A person as a civil registry has it, under the standard's names. */
export const lucia: JsonObject = {
  identifier: [
    { identifier_type: 'UIN', identifier_value: '1234567897' },
    { identifier_type: 'BRN', identifier_value: 'B-1990-17' },
  ],
  name: { surname: 'Núñez', given_name: 'Lucía', second_name: 'María' },
  sex: 'female',
  birth_date: '1990-05-17',
  birth_place: { name: 'Peñas Blancas', contained_in_place: { name: 'Región 02', code: 'REGION_02' } },
  parent1_identifier: { identifier_type: 'UIN', identifier_value: '900' },
};

/** A member of a record, or the whole record, changed. */
export const luciaWith = (members: JsonObject): JsonObject => ({ ...lucia, ...members });

/** Records through the reader of the registry type, as a client gives them. */
export function readRecords(records: readonly JsonValue[]): readonly JsonObject[] {
  const [recordType] = crvs.recordTypes;
  if (recordType === undefined) throw new Error('crvs has no record type');
  return records.map((record) => recordType.read(record).record);
}

/** @returns a finished answer with these records */
export function resultOf(records: readonly JsonValue[], more: Partial<SearchResult> = {}): SearchResult {
  return {
    status: 'succ',
    referenceId: 'r-1',
    recordType: 'Person',
    records: readRecords(records),
    warnings: [],
    totalCount: records.length,
    evidence,
    ...more,
  };
}

/** What a double was asked. */
export interface AskedDouble {
  readonly method: string;
  readonly arguments: readonly unknown[];
}

/** What a double answers. */
export interface DoubleAnswers {
  readonly searchById?: (type: string, value: string, options: SearchOptions) => Promise<SearchResult> | SearchResult;
  readonly searchByDateRange?: (
    attribute: string,
    range: DateRange,
    options: SearchOptions,
  ) => Promise<SearchResult> | SearchResult;
  readonly subscribe?: (
    criteria: SubscriptionCriteria | readonly SubscriptionCriteria[],
    options: SubscribeOptions,
  ) => Promise<SubscribeReply> | SubscribeReply;
  readonly unsubscribe?: (codes: readonly string[]) => Promise<UnsubscribeReply> | UnsubscribeReply;
}

/** A client that answers as told, and notes what it was asked. HTTP and signatures add nothing to what these tests show. */
export function clientDouble(
  answers: DoubleAnswers,
  identity: { readonly source?: string; readonly registry?: string } = {},
): DciClient & { readonly asked: readonly AskedDouble[] } {
  const asked: AskedDouble[] = [];
  const note = (method: string, ...given: readonly unknown[]): void => {
    asked.push({ method, arguments: given });
  };
  const missing = (method: string) => (): never => {
    throw new Error(`the test does not expect ${method}`);
  };
  const handle = <T>(answer: T): AsyncHandle<T> => ({
    transactionId: 't-async',
    result: async () => answer,
    state: async () => 'answered',
  });
  return {
    source: identity.source ?? 'crvs_main',
    registry: identity.registry ?? 'crvs',
    asked,
    searchById: async (type, value, options = {}) => {
      note('searchById', type, value, options);
      return await (answers.searchById ?? missing('searchById'))(type, value, options);
    },
    searchByDateRange: async (attribute, range, options = {}) => {
      note('searchByDateRange', attribute, range, options);
      return await (answers.searchByDateRange ?? missing('searchByDateRange'))(attribute, range, options);
    },
    subscribe: async (criteria, options = {}) => {
      note('subscribe', criteria, options);
      return handle(await (answers.subscribe ?? missing('subscribe'))(criteria, options));
    },
    unsubscribe: async (codes) => {
      note('unsubscribe', codes);
      return handle(await (answers.unsubscribe ?? missing('unsubscribe'))(codes));
    },
    search: missing('search'),
    searchBatch: missing('searchBatch'),
    searchByExpression: missing('searchByExpression'),
    searchByPredicate: missing('searchByPredicate'),
    count: missing('count'),
    pages: missing('pages'),
    records: missing('records'),
    searchAsync: missing('searchAsync'),
    resume: missing('resume'),
    txnStatus: missing('txnStatus'),
    txnStatusAsync: missing('txnStatusAsync'),
    receipt: missing('receipt'),
    call: missing('call'),
  };
}

/** A client whose registry has these records under every identifier. */
export const clientOf = (...records: readonly JsonValue[]) => clientDouble({ searchById: () => resultOf(records) });

/** @returns a notified event with these records */
export function notified(
  eventType: string,
  records: readonly JsonValue[],
  more: Partial<NotifiedEvent> = {},
): NotifiedEvent {
  return {
    source: 'crvs_main',
    id: 'n-1',
    subscriptionCode: 'SUB-1',
    referenceId: 'ref-1',
    eventType,
    recordType: 'Person',
    records: readRecords(records),
    warnings: [],
    timestamp: '2026-04-21T08:00:00Z',
    evidence,
    ...more,
  };
}

/** A logger that keeps every line, to show that none holds personal data. */
export function collectedLines(): { readonly logger: Logger; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const write = (fields: LogFields, message: string): void => {
    lines.push(JSON.stringify({ ...fields, message }));
  };
  const logger: Logger = { debug: write, info: write, warn: write, error: write, child: () => logger };
  return { logger, lines };
}
