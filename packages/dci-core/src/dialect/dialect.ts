import type { JsonObject, JsonValue } from '../json/value.ts';
import type { QueryDialect } from '../query/parse-query.ts';
import type { UnboundFilter } from '../query/unbound-filter.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import type { SignatureSchemeName } from '../signing/scheme.ts';

/** What a party can be asked for; `special` stands for the operations of one registry type, such as `sync/enrolled`. */
export type DialectCall =
  | 'sync-search'
  | 'search'
  | 'subscribe'
  | 'unsubscribe'
  | 'sync-txn-status'
  | 'txn-status'
  | 'sync-receipt'
  | 'receipt'
  | 'special';

/** What a search asks, before a dialect gives it its form. */
export interface NeutralQuery {
  readonly queryType: 'idtype-value' | 'expression' | 'predicate';
  /** As the caller wrote it, in any of the forms of protocol.md section 7. */
  readonly query: JsonValue;
  /** The same as a tree of conditions; made when it is first asked for. */
  readonly filter: () => UnboundFilter;
}

/** A query in the form that a family of peers reads. */
export interface WrittenQuery {
  readonly queryType: 'idtype-value' | 'expression' | 'predicate';
  readonly query: JsonValue;
}

/** What criteria are written for. */
export interface CriteriaContext {
  readonly registry: RegistryType;
  /** Code of an event type of the registry that narrows the search, for example `LiveBirth`. */
  readonly eventType?: string;
}

/** What a message is written for. */
export interface MessageContext {
  readonly call: DialectCall;
  readonly registry: RegistryType;
}

/** What a reply or a callback is read against. */
export interface ReplyContext extends Omit<MessageContext, 'call'> {
  /** What it answers; `notify` answers nothing. */
  readonly call: DialectCall | 'notify';
  /** Reference ids of the request, in its order. */
  readonly referenceIds: readonly string[];
  /** Header of the verified reply, as received: a list without items means "no hits" only where the header does not reject. */
  readonly header: JsonObject;
}

/** Who a message names as its sender and receiver, once the peculiarities of a family are undone. */
export interface MessageParties {
  readonly senderId?: string | undefined;
  readonly receiverId?: string | undefined;
  readonly action?: string | undefined;
}

/** What a refusal says, once it is read. */
export interface ReadRefusal {
  readonly code?: string;
  readonly message?: string;
}

/**
 * How one family of peers differs on the wire, in both directions. Extension point 4 of architecture.md; protocol.md
 * section 10. Everything that goes in and out has the standard's form; a dialect only turns it into the family's form
 * and back. None of its functions changes what it is given.
 */
export interface Dialect {
  /** For example `openspp`; unique. */
  readonly name: string;
  /** One line for listings and help. */
  readonly summary: string;
  /** Calls that this family answers. Others are refused before anything is sent. */
  readonly calls: readonly DialectCall[];
  /** How its messages are signed. */
  readonly signatures: {
    /** The scheme that we sign with. */
    readonly write: SignatureSchemeName;
    /** Schemes that its signatures may have. */
    readonly read: readonly SignatureSchemeName[];
  };
  /** Where the headers of an encrypted message stand; absent: the dialect knows no encryption. */
  readonly encryption?: { readonly headers: 'protected' | 'unprotected' };
  /**
   * True when an identical message that is sent again gets the answer of the first one (protocol.md section 4, step 8), so
   * that a request whose answer was lost may be repeated. False: such a family fails on it or works twice.
   */
  readonly repeatable: boolean;
  /**
   * True where the family appends the path of the callback to `sender_uri`. Absent: it calls back at `sender_uri` as it is,
   * as the standard says, so that it must name the callback.
   */
  readonly appendsCallbackPath?: boolean;
  /** `locale` of every item that we send; absent: none. */
  readonly locale?: string;
  /** Codes of the identifier types that the family looks up; absent: whatever the registry has. */
  readonly identifierTypes?: readonly string[];
  /**
   * @param call - what is asked for
   * @param registry - type of the registry asked
   * @param operation - path of a `special` call below `registry/`, for example `sync/enrolled`
   * @returns path below the base address, without a slash in front, for example `social/registry/sync/search`
   */
  path(call: DialectCall, registry: RegistryType, operation?: string): string;
  /**
   * @param header - a header of a request, a reply or a callback in the standard's form
   * @returns the header in the form that this family verifies, its time in whole seconds
   * @throws DciError `err.configuration.invalid` when the family cannot take a request of such a party
   */
  writeHeader(header: JsonObject): JsonObject;
  /**
   * @param query - the query
   * @param context - registry and event type
   * @returns the query in a form that the family reads and answers rightly
   * @throws DciError `rjct.filter.invalid` when the family has no form for it; never a wider query
   */
  writeQuery(query: NeutralQuery, context: CriteriaContext): WrittenQuery;
  /**
   * @param criteria - `search_criteria` with the query written already
   * @param context - registry and event type
   * @returns the criteria as the family reads them: its names of registry and record types, its locale
   * @throws DciError `rjct.search_criteria.invalid` when something that the family requires is missing, or something is asked
   *   that it would pass over; `rjct.sort.invalid`, `rjct.pagination.invalid`
   */
  writeSearchCriteria(criteria: JsonObject, context: CriteriaContext): JsonObject;
  /**
   * @param message - a message of another call than a search, in the standard's form
   * @param context - call and registry
   * @returns the message as the family reads it
   * @throws DciError `rjct.…` for something that the family has no form for, for example the filter of a subscription
   */
  writeMessage(message: JsonObject, context: MessageContext): JsonObject;
  /**
   * @param header - the header of a verified reply or callback, as received
   * @param call - what it answers
   * @returns the parties and the action that it stands for; a family that copies the request's header has them exchanged
   */
  readParties(header: JsonObject, call: DialectCall | 'notify'): MessageParties;
  /**
   * @param message - the message of a verified reply or callback, as received
   * @param context - what was asked
   * @returns the message in a form that the readers of `messages/` read
   */
  readMessage(message: JsonObject, context: ReplyContext): JsonObject;
  /**
   * @param body - the JSON of an answer that is no envelope
   * @returns what it says, in the codes of protocol.md where there are such; `undefined` when it is no refusal
   */
  readRefusal(body: JsonValue): ReadRefusal | undefined;
}

/** A dialect of protocol.md section 10, in one of its generations. */
export type ShippedDialect = Dialect & { readonly name: QueryDialect };

/**
 * Declares a dialect; gives the literal its type.
 *
 * @param dialect - the dialect
 * @returns the same object
 */
export function defineDialect<const T extends Dialect>(dialect: T): T {
  return dialect;
}
