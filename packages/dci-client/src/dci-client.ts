import type { JsonObject, JsonValue, ReceivedTxnStatusResponse, TransactionAttribute, TransactionType } from 'dci-core';
import type { CallOptions, ReplyEvidence, SearchCriteria, SearchOptions, SearchReply, SearchResult } from './search.ts';

/** Two ends of a range of dates; at least one must be given. */
export interface DateRange {
  /** First day, `2026-01-31`, or an RFC 3339 timestamp; included. */
  readonly from?: string;
  /** Last day or timestamp; included. */
  readonly to?: string;
}

/** What a search that is answered by callback can be given. */
export interface AsyncSearchOptions extends CallOptions {
  /** Name of the handler that a host calls with the answer, also after a restart. */
  readonly handler?: string;
  /** Seconds for which callbacks are accepted; absent: 7 days. */
  readonly expiresInSeconds?: number;
}

/** What became of a request that is answered by callback. */
export type AsyncState = 'open' | 'answered' | 'refused' | 'expired';

/** A request that the registry has acknowledged and will answer by callback. */
export interface AsyncHandle<Answer> {
  /** Names the request for ever; `resume` finds it again after a restart. */
  readonly transactionId: string;
  /** The registry's own name of it, from the ACK. */
  readonly correlationId?: string;
  /**
   * Waits for the last callback.
   *
   * @param options - the caller's signal
   * @returns the answer, from all callbacks together
   * @throws DciError with a `ClientFailure` as cause; `err.request.timeout` when no callback came before it expired
   */
  result(options?: CallOptions): Promise<Answer>;
  /** @returns how far it is, without asking the registry */
  state(): Promise<AsyncState>;
}

/** What to subscribe to. */
export interface SubscriptionCriteria {
  /** Code of an event type of the registry, for example `LiveBirth`; of several, each becomes a subscription. */
  readonly eventTypes: string | readonly string[];
  /** Type of the records that notifications carry. */
  readonly recordType?: string;
  readonly filterType?: SearchCriteria['queryType'];
  /** Absent: every record that we may see. */
  readonly filter?: JsonValue;
  /** Digests in place of a notification for each event: a cron line within two times. */
  readonly frequency?: { readonly frequency: string; readonly start_time?: string; readonly end_time?: string };
  /** RFC 3339; absent: the registry decides. */
  readonly expires?: string;
  readonly consent?: JsonObject;
  readonly authorize?: JsonObject;
}

/** What a subscription can be given beside its criteria. */
export interface SubscribeOptions extends CallOptions {
  /** Name of the handler that a host calls with its notifications, also after a restart. */
  readonly handler?: string;
  /** Send a receipt for every event whose handler succeeded; absent: as the data source says. */
  readonly receipts?: boolean;
}

/** What the registry answered to one subscription. */
export interface SubscriptionOutcome {
  /** `rjct` also where one of several event types was rejected: {@link SubscriptionOutcome.codes} are those of the others. */
  readonly status: 'succ' | 'pdng' | 'rcvd' | 'rjct';
  /** Of several items, which each have one, that of the first. */
  readonly referenceId: string;
  /**
   * What notifications, receipts and `unsubscribe` name it by; more than one where several event types were asked for, or
   * the registry splits it up.
   */
  readonly codes: readonly string[];
  readonly expires?: string;
  /** `rjct.*` code, as sent. */
  readonly code?: string;
  /** The registry's words. */
  readonly text?: string;
  /** The answer for each event type, where several were asked for. */
  readonly parts?: readonly SubscriptionPart[];
}

/** What the registry answered to one event type of a subscription. */
export interface SubscriptionPart extends Omit<SubscriptionOutcome, 'parts'> {
  /** Code of the event type. */
  readonly eventType: string;
}

/** The verified answer to `subscribe`. */
export interface SubscribeReply {
  /** One for each subscription, in the order asked. */
  readonly outcomes: readonly SubscriptionOutcome[];
  readonly evidence: ReplyEvidence;
}

/** The verified answer to `unsubscribe`. */
export interface UnsubscribeReply {
  readonly status: 'succ' | 'pdng' | 'rcvd' | 'rjct';
  readonly subscriptions: readonly { readonly code: string; readonly status?: string }[];
  readonly code?: string;
  readonly text?: string;
  readonly evidence: ReplyEvidence;
}

/** What a status question names. */
export interface StatusQuestion {
  readonly type: TransactionType;
  readonly attribute: TransactionAttribute;
  readonly value: string | readonly string[];
}

/** The verified answer to a status question. */
export interface StatusReply {
  readonly type?: string;
  /** Status in the header: `rcvd` and `pdng` while the registry works on it; `rjct` also when it knows no such request. */
  readonly status?: string;
  /** `rjct.*` code, as sent. */
  readonly code?: string;
  /** The registry's words. */
  readonly text?: string;
  readonly response: ReceivedTxnStatusResponse;
  readonly evidence: ReplyEvidence;
}

/** What a receipt confirms. */
export interface ReceiptConfirmation {
  /** `reference_id`s of notified events, or ids that the notification names. */
  readonly referenceIds: readonly string[];
  readonly subscriptionCode?: string;
  /** Beneficiaries to whom something was paid or handed over, as the standard's `receipt_information`. */
  readonly beneficiaries?: readonly JsonObject[];
}

/** The answer to a receipt. */
export interface ReceiptReply {
  readonly items: readonly { readonly referenceId?: string; readonly status?: string; readonly text?: string }[];
  readonly evidence: ReplyEvidence;
}

/** The verified answer to an operation of one registry type, for example `sync/enrolled`. */
export interface SpecialReply {
  /** The message of the reply in the standard's form, for the reader of that operation. */
  readonly message: JsonObject;
  readonly evidence: ReplyEvidence;
}

/**
 * Asks one registry. Every request is signed; every reply is verified, addressed to us and matched with its request
 * before anything in it is used. A call that fails throws a `DciError`; `clientFailure` tells the cause. A call that the
 * registry's dialect does not know is refused with the cause `unsupported` before anything is sent.
 */
export interface DciClient {
  /** Code of the data source. */
  readonly source: string;
  /** Name of the registry type, for example `crvs`. */
  readonly registry: string;
  /** Name of the registry's dialect, for example `opencrvs`: some hold their records in another way. */
  readonly dialect?: string;
  /**
   * Searches (protocol.md section 7; OpenAPI v1.0.0, `/registry/sync/search`).
   *
   * @param criteria - query, record type, sort and page
   * @param options - the caller's signal
   * @returns one page of records; no hit is an empty one
   * @throws DciError with a `ClientFailure` as cause; `rejected` when the registry rejects the search
   */
  search(criteria: SearchCriteria, options?: CallOptions): Promise<SearchResult>;
  /**
   * Makes several searches in one envelope.
   *
   * @param criteria - at least one
   * @param options - the caller's signal
   * @returns one outcome each, in order; a rejected item is an outcome here, not an error
   * @throws DciError with a `ClientFailure` as cause, when there is no reply to trust
   */
  searchBatch(criteria: readonly SearchCriteria[], options?: CallOptions): Promise<SearchReply>;
  /**
   * Looks an identifier up.
   *
   * @param identifierType - for example `UIN`
   * @param value - the identifier
   * @param options - record type, page, signal
   * @returns the records that carry it
   * @throws DciError as {@link search}
   */
  searchById(identifierType: string, value: string, options?: SearchOptions & CallOptions): Promise<SearchResult>;
  /**
   * Searches by an expression in any of its forms, for example `{seq: [{attribute, operator, value}]}`.
   *
   * @param expression - the expression
   * @param options - record type, sort, page, signal
   * @returns one page of records
   * @throws DciError as {@link search}
   */
  searchByExpression(expression: JsonValue, options?: SearchOptions & CallOptions): Promise<SearchResult>;
  /**
   * Searches by a predicate: CEL text, or the standard's list of conditions.
   *
   * @param predicate - for example `person.age >= 18 && person.sex == "female"`
   * @param options - record type, sort, page, signal
   * @returns one page of records
   * @throws DciError as {@link search}
   */
  searchByPredicate(predicate: JsonValue, options?: SearchOptions & CallOptions): Promise<SearchResult>;
  /**
   * Searches records whose date lies in a range, both ends included.
   *
   * @param attribute - a date or timestamp, for example `birth_date`
   * @param range - first and last day
   * @param options - record type, event type, sort, page, signal
   * @returns one page of records
   * @throws DciError as {@link search}; `err.request.bad` for a range without ends or with its ends exchanged
   */
  searchByDateRange(attribute: string, range: DateRange, options?: SearchOptions & CallOptions): Promise<SearchResult>;
  /**
   * Counts what matches, by asking for the smallest page.
   *
   * @param criteria - query and record type
   * @param options - the caller's signal
   * @returns number of all records that match and that we may see
   * @throws DciError as {@link search}; `protocol` with `no_total` when the registry does not tell
   */
  count(criteria: SearchCriteria, options?: CallOptions): Promise<number>;
  /**
   * Fetches page after page while they are iterated.
   *
   * @param criteria - the search; its page says where to begin and how large pages are
   * @param options - the caller's signal
   * @returns the pages, at least one
   * @throws DciError as {@link search}, from the iterator
   */
  pages(criteria: SearchCriteria, options?: CallOptions): AsyncIterable<SearchResult>;
  /**
   * Fetches all records, page after page, while they are iterated.
   *
   * @param criteria - as {@link pages}
   * @param options - the caller's signal
   * @returns the records of all pages
   * @throws DciError as {@link search}, from the iterator
   */
  records(criteria: SearchCriteria, options?: CallOptions): AsyncIterable<JsonObject>;
  /**
   * Asks for a search that is answered by callback. The request is stored before it is sent.
   *
   * @param criteria - one or several searches of one envelope
   * @param options - handler, time, signal
   * @returns a handle, once the registry has acknowledged
   * @throws DciError with a `ClientFailure` as cause when it did not; `err.configuration.invalid` without a callback base
   */
  searchAsync(
    criteria: SearchCriteria | readonly SearchCriteria[],
    options?: AsyncSearchOptions,
  ): Promise<AsyncHandle<SearchReply>>;
  /**
   * Finds a search again whose handle was lost, for example by a restart.
   *
   * @param transactionId - of the handle
   * @returns the handle; `undefined` when no such search of this source is stored
   */
  resume(transactionId: string): Promise<AsyncHandle<SearchReply> | undefined>;
  /**
   * Subscribes to events (protocol.md section 9).
   *
   * @param criteria - one or several subscriptions of one envelope
   * @param options - handler, receipts, signal
   * @returns a handle, once the registry has acknowledged; its result tells the codes
   * @throws DciError as {@link searchAsync}
   */
  subscribe(
    criteria: SubscriptionCriteria | readonly SubscriptionCriteria[],
    options?: SubscribeOptions,
  ): Promise<AsyncHandle<SubscribeReply>>;
  /**
   * Ends subscriptions. Until the registry has answered, a notification that was under way is still taken and handled.
   *
   * @param codes - their codes
   * @param options - the caller's signal
   * @returns a handle
   * @throws DciError as {@link searchAsync}
   */
  unsubscribe(codes: readonly string[], options?: CallOptions): Promise<AsyncHandle<UnsubscribeReply>>;
  /**
   * Asks what became of a request (OpenAPI v1.0.0, `/registry/sync/txn/status`).
   *
   * @param question - which request
   * @param options - the caller's signal
   * @returns the answer
   * @throws DciError as {@link search}
   */
  txnStatus(question: StatusQuestion, options?: CallOptions): Promise<StatusReply>;
  /**
   * The same, answered by callback at `txn/on-status`.
   *
   * @param question - which request
   * @param options - the caller's signal
   * @returns a handle
   * @throws DciError as {@link searchAsync}
   */
  txnStatusAsync(question: StatusQuestion, options?: CallOptions): Promise<AsyncHandle<StatusReply>>;
  /**
   * Confirms what arrived (protocol.md section 9).
   *
   * @param confirmation - events or beneficiaries
   * @param options - the caller's signal
   * @returns the answer
   * @throws DciError as {@link search}
   */
  receipt(confirmation: ReceiptConfirmation, options?: CallOptions): Promise<ReceiptReply>;
  /**
   * Calls an operation of the registry's type, for example `sync/enrolled`.
   *
   * @param operation - name of the operation in the registry type
   * @param message - the message in the standard's form, without `transaction_id`
   * @param options - the caller's signal
   * @returns the verified reply
   * @throws DciError as {@link search}; `err.configuration.invalid` when the registry type has no such operation
   */
  call(operation: string, message: JsonObject, options?: CallOptions): Promise<SpecialReply>;
}
