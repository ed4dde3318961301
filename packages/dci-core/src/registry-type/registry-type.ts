import type { JsonObject, JsonValue } from '../json/value.ts';
import type { TransactionType } from '../messages/txn-status.ts';
import type { AttributeValue } from '../query/filter.ts';

/** Types of a searchable attribute. */
export type AttributeType = 'string' | 'code' | 'date' | 'datetime' | 'integer' | 'decimal' | 'boolean';

/** A code list that reads every known spelling of a code and writes the standard's one. */
export interface CodeList {
  readonly name: string;
  /** Code → label, in the standard's order. */
  readonly entries: Readonly<Record<string, string>>;
  /** @returns the code for a code, label or alias in any case, or `undefined` when it is unknown */
  toCode(text: string): string | undefined;
  /** @returns the label of a code, or `undefined` when it is unknown */
  toLabel(code: string): string | undefined;
}

/** One searchable, sortable, readable attribute of a record type (protocol.md section 7). */
export interface AttributeDefinition {
  readonly type: AttributeType;
  /**
   * Where the value stands in the record: member names joined by dots; lists on the way are
   * traversed; `name[member=value]` keeps the list elements whose `member` equals `value`,
   * for example `additional_attributes[key=requires_assistance].value`. Several paths: the values of all.
   * Absent only for `age` and `constant`.
   */
  readonly path?: string | readonly string[];
  /** Other names under which a query may call it. */
  readonly aliases?: readonly string[];
  /** True when a record can have several values. Otherwise only the first counts, and it can be sorted by. */
  readonly many?: boolean;
  /** For type `code`: labels and aliases are translated to codes before they are compared. */
  readonly codeList?: CodeList;
  /** Not readable under a policy of `*`; must be granted by name. */
  readonly sensitive?: boolean;
  /** Whole years between this date attribute and the day of the request. Type is `integer`. */
  readonly ageFrom?: string;
  /** The same value for every record. */
  readonly constant?: AttributeValue;
}

/** Canonical attribute name → definition. */
export type AttributeTable = Readonly<Record<string, AttributeDefinition>>;

/** What was tolerated while a foreign record was read. */
export interface RecordWarning {
  readonly path: string;
  readonly message: string;
}

/** A foreign record in this project's spelling. */
export interface ReadRecord {
  readonly record: JsonObject;
  readonly warnings: readonly RecordWarning[];
}

/** One kind of record that a registry type holds. */
export interface RecordType {
  /** Wire name, for example `Person`. */
  readonly name: string;
  /** Other spellings read in `reg_record_type` and `response_entity`. */
  readonly aliases: readonly string[];
  /** `@context` of a record. */
  readonly context: string;
  /** `@type` of a record. */
  readonly jsonLdType: string;
  /** Paths of identifier lists, for {@link import('../query/filter.ts').IdentifierFilter}. */
  readonly identifierPaths: readonly string[];
  readonly attributes: AttributeTable;
  /** Paths in the record, beside those of sensitive attributes, that a policy of `*` does not grant. */
  readonly sensitivePaths?: readonly string[];
  /**
   * Reads a record in any spelling that peers send.
   *
   * @param value - the record as received
   * @returns the record under the JSON-LD names, and what was tolerated
   * @throws DciError `err.request.bad` with the path, when the value is no such record at all
   */
  read(value: JsonValue): ReadRecord;
}

/** An identifier type and the other spellings that peers use for it. */
export interface IdentifierType {
  readonly code: string;
  readonly aliases: readonly string[];
}

/** What can happen to a record. */
export type RecordChangeKind = 'created' | 'updated' | 'deleted';

/** Which changes of a record are an event; every part that is there must hold. */
export interface EventCondition {
  readonly kinds: readonly RecordChangeKind[];
  /** An attribute that must have a value that it did not have before; a new record had none. */
  readonly newValueOf?: string;
  /** Only these new values of `newValueOf` count. */
  readonly values?: readonly AttributeValue[];
  /** Path of a list in the record that must have more elements than before. */
  readonly longerList?: string;
}

/** An event type and its other spellings. */
export interface EventType {
  readonly code: string;
  readonly aliases: readonly string[];
  /** The attribute that a record of such an event has a value for, for example `death_date`: a search for the event finds these. */
  readonly attribute?: string;
  /** Which changes of a record are such an event. Absent: none, the application itself tells of it. */
  readonly on?: EventCondition;
}

/** An operation of one registry type beside the common ones, for example IBR `sync/enrolled`. */
export interface SpecialOperation {
  readonly name: string;
  /** Path under `/registry`, for example `sync/enrolled`. */
  readonly path: string;
  /**
   * `action` of the request: `notify` for one that delivers something, with the header of a callback; such a one changes
   * the registry. Absent: `search`.
   */
  readonly action?: 'search' | 'notify';
}

/**
 * A kind of registry, as data. Extension point 2 of architecture.md.
 */
export interface RegistryType {
  /** Short name and first path slug, for example `social`. */
  readonly name: string;
  /** `reg_type` that we write, for example `ns:org:RegistryType:Social`. */
  readonly code: string;
  /** `reg_type` spellings that we read beside `code`, `name` and the slugs. */
  readonly codeAliases: readonly string[];
  /** Path segments under the base; the first is canonical. */
  readonly slugs: readonly string[];
  /** In order of preference: a query that names no record type gets the first one that knows its attributes. */
  readonly recordTypes: readonly RecordType[];
  readonly identifierTypes: readonly IdentifierType[];
  readonly eventTypes: readonly EventType[];
  readonly operations: readonly SpecialOperation[];
  /**
   * How `reg_records` of a search reply is written: `object` where the standard's file of the registry allows one
   * object only. Absent: `list`.
   */
  readonly recordsForm?: 'list' | 'object';
  /** How `reg_records` is written in the reply to a status question. Absent: as in a search reply. */
  readonly statusRecordsForm?: 'list' | 'object';
  /**
   * Kinds of transactions for which the standard's file of the registry has a form of `txn_status`. The status of another
   * kind is written with an empty `search_response` beside its own response, so that it fits the file. Absent: all.
   */
  readonly statusForms?: readonly TransactionType[];
  /**
   * What the standard's file of the registry allows in `reg_event_type` of a notification. An event of another type is
   * named in a member `event_type` of its own. Absent: any.
   */
  readonly notifyEventTypes?: readonly string[];
  /** The same for `reg_event_type` of the answer to a subscription. Absent: any. */
  readonly subscriptionEventTypes?: readonly string[];
}
