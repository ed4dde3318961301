import type { ClientFailure, SearchCriteria, SearchOutcome, SubscribeOptions, SubscriptionCriteria } from 'dci-client';
import { DciError, dr, isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import type { DisabilitySource } from './disability-source.ts';

/** What the registry of a test does with one identifier: its records, or why it does not answer. */
export type Behaviour =
  | readonly JsonValue[]
  | Partial<SearchOutcome>
  | DciError
  /** Pages, one after another; an error fails the call that asks for it. */
  | { readonly pages: readonly (readonly JsonValue[] | DciError)[]; readonly totalCount?: number };

/** A disability registry in memory, as a client shows it. */
export interface FakeRegistry extends DisabilitySource {
  /** Records under their value of an identifier, in any spelling that peers send. */
  readonly people: Map<string, Behaviour>;
  /** Answers of the special calls by operation and value; absent: the dialect lacks the call. */
  readonly special: Map<string, ReadonlyMap<string, JsonObject | DciError>>;
  /** Identifiers of every message that was sent, in order. */
  readonly messages: string[][];
  readonly calls: string[];
  readonly subscriptions: { readonly criteria: unknown; readonly options: SubscribeOptions | undefined }[];
  /** Fails whole messages, as long as it is set. */
  failure: DciError | undefined;
  /** Called while a message is under way. */
  underWay: (signal: AbortSignal | undefined) => Promise<void>;
  /** Questions that one message may hold. */
  maxItems: number;
}

/** @returns the error of a client for a cause */
export function failureOf(cause: ClientFailure | { readonly kind: 'unsupported' }): DciError {
  return new DciError('err.service.unavailable', 'The call failed.', { cause });
}

const unsupported = (): DciError => failureOf({ kind: 'unsupported' });

/** @returns a registry that knows nobody */
export function fakeRegistry(source = 'dr_main'): FakeRegistry {
  let count = 0;
  const evidence = (message: JsonObject = {}, header: JsonObject = { status: 'succ' }) => {
    count += 1;
    return {
      ...{ verified: true, senderId: 'dr.example.org', keyId: 'key1', algorithm: 'ed25519' },
      ...{ messageId: `message-${count}`, transactionId: `transaction-${count}` },
      ...{ header, message },
    };
  };
  const registry: FakeRegistry = {
    source,
    registry: 'dr',
    people: new Map(),
    special: new Map(),
    messages: [],
    calls: [],
    subscriptions: [],
    failure: undefined,
    maxItems: 100,
    underWay: async () => {},
    searchBatch: async (criteria, { signal } = {}) => {
      const values = criteria.map(askedValue);
      registry.messages.push(values);
      await registry.underWay(signal);
      signal?.throwIfAborted();
      if (registry.failure !== undefined) throw registry.failure;
      if (values.length > registry.maxItems) {
        throw failureOf({ kind: 'refused', status: 400, peerCode: 'rjct.total_count.limit_exceeded' });
      }
      return {
        outcomes: values.map((value, index) =>
          outcomeOf(registry.people.get(value), index, criteria[index]?.page?.number ?? 1),
        ),
        evidence: evidence(),
      };
    },
    call: async (operation, message, { signal } = {}) => {
      signal?.throwIfAborted();
      const criteria = isJsonObject(message.disabled_criteria) ? message.disabled_criteria : {};
      const value = askedValue({ query: criteria.query ?? null });
      registry.calls.push(`${operation} ${value}`);
      if (registry.failure !== undefined) throw registry.failure;
      const answers = registry.special.get(operation);
      if (answers === undefined) throw unsupported();
      const answer = answers.get(value) ?? answers.get('*');
      if (answer instanceof DciError) throw answer;
      const { header, ...reply } = answer ?? {};
      return { message: reply, evidence: evidence(reply, isJsonObject(header) ? header : undefined) };
    },
    subscribe: async (criteria: SubscriptionCriteria | readonly SubscriptionCriteria[], options) => {
      registry.subscriptions.push({ criteria, options });
      return {
        transactionId: 'subscribe-1',
        result: async () => ({ outcomes: [], evidence: evidence() }),
        state: async () => 'answered',
      };
    },
  };
  return registry;
}

function askedValue({ query }: Pick<SearchCriteria, 'query'>): string {
  return isJsonObject(query) && typeof query.value === 'string' ? query.value : '';
}

function outcomeOf(behaviour: Behaviour | undefined, index: number, number: number): SearchOutcome {
  const common = { referenceId: `reference-${index}`, recordType: 'DisabledPerson', warnings: [] };
  if (behaviour instanceof DciError) throw behaviour;
  if (behaviour !== undefined && 'pages' in behaviour) {
    const page = behaviour.pages[number - 1] ?? [];
    if (page instanceof DciError) throw page;
    const next = number < behaviour.pages.length ? { next: { number: number + 1 } } : {};
    const { totalCount = behaviour.pages.flat().length } = behaviour;
    return { status: 'succ', ...common, records: page.map(readPerson), totalCount, ...next };
  }
  if (behaviour !== undefined && !isList(behaviour)) {
    return { status: 'succ', ...common, records: [], ...behaviour } as SearchOutcome;
  }
  return { status: 'succ', ...common, records: (behaviour ?? []).map(readPerson) };
}

const isList = (behaviour: Behaviour): behaviour is readonly JsonValue[] => Array.isArray(behaviour);

/** @returns the record as a client gives it: read by the registry type */
export function readPerson(value: JsonValue): JsonObject {
  const [recordType] = dr.recordTypes;
  if (recordType === undefined) throw new Error('the registry type has no record type');
  return recordType.read(value).record;
}

/** @returns a record with the identifiers of a person */
export function personRecord(members: JsonObject, ...values: string[]): JsonObject {
  const { personal_details: details, ...rest } = members;
  const member_identifier = values.map((value) => ({ identifier_type: 'UIN', identifier_value: value }));
  return {
    ...rest,
    personal_details: {
      ...(values.length > 0 && { member_identifier }),
      demographic_info: { name: { surname: 'Doe', given_name: 'Ada' } },
      ...(isJsonObject(details) ? details : {}),
    },
  };
}

/** @returns limitations in the form of the standard */
export function limitations(scores: Readonly<Record<string, JsonValue>>): JsonObject {
  return {
    disability_info: Object.entries(scores).map(([disability_limitation_type, functional_severity]) => ({
      disability_limitation_type,
      functional_severity,
    })),
  };
}

export const uin = (value: string) => ({ type: 'UIN', value }) as const;
