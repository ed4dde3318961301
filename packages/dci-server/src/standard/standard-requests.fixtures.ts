import { createRandom, formatTimestamp, type JsonObject, type JsonValue } from 'dci-core';
import { startTime } from '../server.fixtures.ts';

const random = createRandom(globalThis.crypto);
const timestamp = formatTimestamp(startTime);

/** One request that the file of a registry has. */
export interface StandardRequest {
  /** As in the file, for example `/registry/search`. */
  readonly path: string;
  readonly action: 'search' | 'subscribe' | 'unsubscribe' | 'txn-status' | 'notify';
  readonly name: string;
  readonly message: JsonObject;
  /** More of the header. */
  readonly header?: Readonly<Record<string, JsonValue>>;
}

/** What the requests of one registry speak of. */
export interface RegistryFacts {
  readonly regType: string;
  readonly recordType: string;
  readonly eventType: string;
  /** A path or name of the birth date. */
  readonly birthDate: string;
  readonly sex: string;
}

/** The five registries as their files' examples name things. */
export const registryFacts: Readonly<Record<string, RegistryFacts>> = {
  social: {
    regType: 'ns:org:RegistryType:Social',
    recordType: 'Person',
    eventType: 'REGISTER',
    birthDate: 'birth_date',
    sex: 'sex',
  },
  crvs: {
    regType: 'ns:org:RegistryType:Civil',
    recordType: 'Person',
    eventType: 'LiveBirth',
    birthDate: 'birth_date',
    sex: 'sex',
  },
  ibr: {
    regType: 'ns:org:RegistryType:IBR',
    recordType: 'Beneficiary',
    eventType: 'enrollement',
    birthDate: 'birth_date',
    sex: 'sex',
  },
  dr: {
    regType: 'ns:org:RegistryType:DR',
    recordType: 'DisabledPerson',
    eventType: 'REGISTER',
    birthDate: 'birth_date',
    sex: 'sex',
  },
  fr: {
    regType: 'ns:org:RegistryType:FR',
    recordType: 'Farmer',
    eventType: 'REGISTER',
    birthDate: 'birth_date',
    sex: 'sex',
  },
};

/** The forms of a query that the files describe, and what else a search can say. */
export function searchCriteria({
  regType,
  recordType,
  birthDate,
  sex,
}: RegistryFacts): Readonly<Record<string, JsonObject>> {
  const base = { version: '1.0.0', reg_type: regType, reg_record_type: recordType };
  const expression = {
    query_type: 'expression',
    query: {
      type: 'ns:org:QueryType:expression',
      value: {
        expression: {
          collection: recordType,
          query: {
            $and: [
              { [birthDate]: { $gte: '1980-01-01' } },
              { $or: [{ [sex]: { $eq: '1' } }, { [sex]: { $eq: '2' } }] },
            ],
          },
        },
      },
    },
  };
  const predicate = (attribute_name: string, operator: string, attribute_value: JsonValue) => ({
    attribute_name,
    operator,
    attribute_value,
  });
  return {
    'idtype-value': { ...base, query_type: 'idtype-value', query: { type: 'UIN', value: 'UIN-1' } },
    'idtype-value, no hit': { ...base, query_type: 'idtype-value', query: { type: 'UIN', value: 'nobody' } },
    'expression, nested': { ...base, ...expression },
    'predicate list': {
      ...base,
      query_type: 'predicate',
      query: [
        {
          seq_num: 1,
          expression1: predicate(birthDate, 'gt', '1980-01-01'),
          condition: 'and',
          expression2: predicate(birthDate, 'lt', '2020-01-01'),
        },
      ],
    },
    'predicate list with in': {
      ...base,
      query_type: 'predicate',
      query: [{ seq_num: 1, expression1: predicate(sex, 'in', ['1', '2']) }],
    },
    'sorted page': {
      ...base,
      ...expression,
      sort: [{ attribute_name: birthDate, sort_order: 'desc' }],
      pagination: { page_size: 1, page_number: 2 },
    },
    'page behind the last': { ...base, ...expression, pagination: { page_size: 10, page_number: 9 } },
    'consent and authorize': {
      ...base,
      ...expression,
      consent: {
        '@type': 'Consent',
        ts: timestamp,
        purpose: { text: 'eligibility', code: 'eligibility', ref_uri: 'https://example.org/purposes' },
      },
      authorize: {
        '@type': 'Authorize',
        ts: timestamp,
        purpose: { text: 'eligibility', code: 'eligibility', ref_uri: 'https://example.org/purposes' },
      },
    },
    'graphql, which nobody supports': {
      ...base,
      query_type: 'graphql',
      query: { type: 'ns:org:QueryType:graphql', value: { expression: 'query {}' } },
    },
    'an attribute that is not there': {
      ...base,
      query_type: 'predicate',
      query: [{ seq_num: 1, expression1: predicate('shoe_size', 'eq', 1) }],
    },
    'a sort that is not possible': {
      ...base,
      ...expression,
      sort: [{ attribute_name: 'shoe_size', sort_order: 'asc' }],
    },
    'too large a page': { ...base, ...expression, pagination: { page_size: 1_000_000, page_number: 1 } },
  };
}

/** @returns the message of a search */
export function searchMessage(...criteria: readonly JsonObject[]): JsonObject {
  return {
    transaction_id: random.uuid(),
    search_request: criteria.map((search_criteria) => ({
      reference_id: random.uuid(),
      timestamp,
      search_criteria,
      locale: 'eng',
    })),
  };
}

/** @returns the searches of a registry, for the synchronous and the asynchronous path, one by one and in one message */
export function searchRequests(facts: RegistryFacts, registry: string): readonly StandardRequest[] {
  // The files of social and ibr know three query types.
  const criteria = Object.entries(searchCriteria(facts)).filter(
    ([name]) => !(name.startsWith('graphql') && ['social', 'ibr'].includes(registry)),
  );
  return ['/registry/search', '/registry/sync/search'].flatMap((path) => [
    ...criteria.map(([name, each]) => ({ path, action: 'search' as const, name, message: searchMessage(each) })),
    {
      path,
      action: 'search' as const,
      name: 'all in one',
      message: searchMessage(...criteria.map(([, each]) => each)),
    },
    {
      path,
      action: 'search' as const,
      name: 'old message_ts',
      message: searchMessage({ ...criteria[0]?.[1] }),
      header: { message_ts: '2020-01-01T00:00:00Z' },
    },
    {
      path,
      action: 'search' as const,
      name: 'wrong total_count',
      message: searchMessage({ ...criteria[0]?.[1] }),
      header: { total_count: 7 },
    },
  ]);
}

/** @returns the subscriptions of a registry; the filters are the queries of its searches */
export function subscribeRequests(facts: RegistryFacts, registry: string): readonly StandardRequest[] {
  const { regType, recordType, eventType } = facts;
  const subscribe = (name: string, ...changes: readonly JsonObject[]): StandardRequest => ({
    path: '/registry/subscribe',
    action: 'subscribe',
    name,
    message: {
      transaction_id: random.uuid(),
      subscribe_request: changes.map((change) => ({
        reference_id: random.uuid(),
        timestamp,
        subscribe_criteria: {
          version: '1.0.0',
          reg_type: regType,
          reg_event_type: eventType,
          notify_record_type: recordType,
          filter_type: 'idtype-value',
          filter: { type: 'UIN', value: 'UIN-9' },
          ...change,
        },
        locale: 'eng',
      })),
    },
  });
  const filters = Object.entries(searchCriteria(facts)).filter(([name]) =>
    /^(idtype-value$|expression|predicate)/.test(name),
  );
  const requests = filters.map(([name, { query_type, query }]) =>
    subscribe(`filter: ${name}`, { filter_type: query_type ?? '', filter: query ?? '' }),
  );
  const frequency = { start_time: timestamp, end_time: '2027-04-22T10:30:00Z', frequency: '0 0 0 5,15 * ? *' };
  requests.push(
    subscribe('digest', { frequency, filter: { type: 'UIN', value: 'UIN-8' } }),
    subscribe('the same again', { frequency, filter: { type: 'UIN', value: 'UIN-8' } }),
    subscribe('a cron line that is none', { frequency: { ...frequency, frequency: 'sometimes' } }),
    subscribe('an attribute that is not there', {
      filter_type: 'predicate',
      filter: [{ seq_num: 1, expression1: { attribute_name: 'shoe_size', operator: 'eq', attribute_value: 1 } }],
    }),
    subscribe('two items', { filter: { type: 'UIN', value: 'UIN-6' } }, { filter: { type: 'UIN', value: 'UIN-7' } }),
  );
  // The file of dr knows one event only.
  if (registry !== 'dr') requests.push(subscribe('an event that is not there', { reg_event_type: 'SNEEZE' }));
  return requests;
}

/** @returns a message that ends subscriptions */
export function unsubscribeRequest(name: string, codes: readonly string[]): StandardRequest {
  return {
    path: '/registry/unsubscribe',
    action: 'unsubscribe',
    name,
    message: { transaction_id: random.uuid(), timestamp, subscription_codes: codes },
  };
}

/** What a status can be asked by. */
export interface StatusSubject {
  readonly name: string;
  readonly txnType: string;
  readonly attributeType: string;
  readonly attributeValue: JsonValue;
}

/** @returns a request for a status, for both paths */
export function statusRequests(subject: StatusSubject): readonly StandardRequest[] {
  return ['/registry/txn/status', '/registry/sync/txn/status'].map((path) => ({
    path,
    action: 'txn-status',
    name: `status of ${subject.name} by ${subject.attributeType}`,
    message: {
      transaction_id: random.uuid(),
      txnstatus_request: {
        reference_id: random.uuid(),
        txn_type: subject.txnType,
        attribute_type: subject.attributeType,
        attribute_value: subject.attributeValue,
        locale: 'eng',
      },
    },
  }));
}

/** @returns the operations that only one registry has */
export function specialRequests(registry: string, beneficiary: JsonObject): readonly StandardRequest[] {
  const request = (path: string, name: string, message: JsonObject): StandardRequest => ({
    path: `/registry/sync/${path}`,
    action: path === 'enrollment/updates' ? 'notify' : 'search',
    name,
    message: { transaction_id: random.uuid(), ...message },
  });
  if (registry === 'ibr') {
    return [
      request('enrolled', 'enrolled', {
        enrolled_criteria: {
          query_type: 'expression',
          response_entity: 'Member',
          query: { 'member.member_identifier': { eq: 'UIN-1' } },
        },
      }),
      request('enrolled', 'not enrolled', {
        enrolled_criteria: { query_type: 'expression', query: { 'member.member_identifier': { eq: 'nobody' } } },
      }),
      request('enrolled', 'no such attribute', {
        enrolled_criteria: { query_type: 'expression', query: { shoe_size: { eq: 1 } } },
      }),
      request('enrollment/updates', 'updates', { enrolled_updates: { beneficiaries: [beneficiary] } }),
    ];
  }
  if (registry !== 'dr') return [];
  return ['disabled', 'get-disability-support', 'get-disability-details'].flatMap((path) =>
    ['UIN-1', 'nobody'].map((uin) =>
      request(path, `${path} of ${uin}`, {
        disabled_criteria: { query_type: 'expression', query: { 'member.member_identifier': { eq: uin } } },
      }),
    ),
  );
}
