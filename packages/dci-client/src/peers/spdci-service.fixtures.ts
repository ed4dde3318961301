import { randomUUID } from 'node:crypto';
import { isJson, type Json, objectsOf } from './plain-json.fixtures.ts';
import { StandardRejection, specialTest, standardSort, standardTest } from './spdci-query.fixtures.ts';
import { type StandardRegistry, type StandardRow, standardRows, standardTypes } from './spdci-records.fixtures.ts';

/** A subscription as the peer keeps it. */
export interface StandardSubscription {
  readonly code: string;
  readonly eventType: string;
  readonly recordType: string;
  readonly senderUri: string;
  readonly receiverId: string;
}

/** Whole seconds, with a zone other than `Z`, which the standard allows as well. */
export const standardNow = (): string => new Date().toISOString().replace(/\.\d{3}Z$/, '+00:00');

/** Makes the messages of a registry. */
export interface StandardService {
  search(message: Json): Json;
  subscribe(message: Json, header: Json): { readonly message: Json; readonly made: readonly StandardSubscription[] };
  unsubscribe(message: Json, remove: (code: string) => boolean): Json;
  /** @param answered - messages that were sent, by transaction, correlation and reference id */
  txnStatus(message: Json, answered: ReadonlyMap<string, Json>): Json;
  /** @returns the message of a special call; `undefined` when the registry has none of the name */
  special(operation: string, message: Json): Json | undefined;
  notify(subscription: StandardSubscription): Json;
}

const ids = (message: Json): Json => ({ transaction_id: message.transaction_id, correlation_id: randomUUID() });

const rejection = (item: Json, error: unknown): Json => {
  if (!(error instanceof StandardRejection)) throw error;
  const { code, message } = error;
  const { reference_id } = item;
  const reason = { status_reason_code: code, status_reason_message: message };
  return { reference_id, timestamp: standardNow(), status: 'rjct', ...reason };
};

/** @param registry - which of the standard's registries */
export function standardService(registry: StandardRegistry): StandardService {
  const all = standardRows(registry);
  const { code: regType, recordType: byDefault } = standardTypes[registry];
  const searchItem = (item: Json): Json => {
    const criteria = isJson(item.search_criteria) ? item.search_criteria : {};
    const { reg_type, reg_record_type: recordType = byDefault, query_type, query, sort, pagination } = criteria;
    if (reg_type !== undefined && reg_type !== regType) {
      throw new StandardRejection('rjct.search_criteria.invalid', 'reg_type');
    }
    const { page_size: wanted = 20, page_number: number = 1 } = isJson(pagination) ? pagination : {};
    if (typeof wanted !== 'number' || typeof number !== 'number' || wanted < 1 || number < 1) {
      throw new StandardRejection('rjct.pagination.invalid', 'pagination');
    }
    // In the file of DR `reg_records` is one object, so that a page holds one.
    const size = registry === 'dr' ? 1 : wanted;
    const found = all.filter(standardTest(all, query_type, query)).filter((row) => row.recordType === recordType);
    const page = standardSort(all, found, sort).slice((number - 1) * size, number * size);
    const records = page.map(({ record }) => record);
    const [only] = records;
    const reg_records = registry === 'dr' ? only : records;
    return {
      reference_id: item.reference_id,
      timestamp: standardNow(),
      status: 'succ',
      ...(reg_records !== undefined && {
        data: { version: '1.0.0', reg_type: regType, reg_record_type: recordType, reg_records },
      }),
      pagination: { page_size: size, page_number: number, total_count: found.length },
      locale: 'eng',
    };
  };

  const subscription = (item: Json, header: Json): StandardSubscription => {
    const criteria = isJson(item.subscribe_criteria) ? item.subscribe_criteria : {};
    const { reg_event_type: eventType, filter, filter_type: filterType, notify_record_type: recordType } = criteria;
    if (registry === 'dr' && eventType !== 'REGISTER') {
      throw new StandardRejection('rjct.notify_types.invalid', 'reg_event_type');
    }
    const asksForAll = isJson(filter) && Object.keys(filter).length === 0;
    try {
      if (!asksForAll) standardTest(all, filterType ?? 'expression', filter);
    } catch (error) {
      if (!(error instanceof StandardRejection)) throw error;
      throw new StandardRejection('rjct.notify_details.invalid', error.message);
    }
    return {
      code: randomUUID(),
      eventType: String(eventType),
      recordType: String(recordType),
      senderUri: String(header.sender_uri),
      receiverId: String(header.sender_id),
    };
  };

  const yesOrNo = (message: Json, criteria: unknown, name: string, test: (row: StandardRow) => boolean): Json => {
    const { query } = isJson(criteria) ? criteria : {};
    const rows = all.filter(specialTest(query));
    const answer = { [`${name}_status`]: rows.some(test) ? 'yes' : 'no' };
    const item = { reference_id: randomUUID(), timestamp: standardNow(), status: 'succ', ...answer };
    return { ...ids(message), [`${name}_response`]: [item] };
  };

  const disability = (message: Json, shape: (records: readonly Json[]) => unknown): Json => {
    const { query } = isJson(message.disabled_criteria) ? message.disabled_criteria : {};
    const records = all.filter(specialTest(query)).map(({ record }) => record);
    const data = { version: '1.0.0', reg_records: shape(records) };
    const item = { reference_id: randomUUID(), timestamp: standardNow(), status: 'succ', data };
    return { ...ids(message), search_response: [item] };
  };

  const isDisabled = ({ record }: StandardRow): boolean =>
    isJson(record.personal_details) && record.personal_details.is_disabled === true;

  return {
    search: (message) => ({
      ...ids(message),
      search_response: objectsOf(message.search_request).map((item) => {
        try {
          return searchItem(item);
        } catch (error) {
          return rejection(item, error);
        }
      }),
    }),
    subscribe(message, header) {
      const made: StandardSubscription[] = [];
      const items = objectsOf(message.subscribe_request).map((item) => {
        const { reference_id } = item;
        try {
          const held = subscription(item, header);
          made.push(held);
          const subscriptions = [{ code: held.code, status: 'subscribe', timestamp: standardNow() }];
          return { reference_id, timestamp: standardNow(), status: 'succ', subscriptions };
        } catch (error) {
          return rejection(item, error);
        }
      });
      return { message: { ...ids(message), subscribe_response: items }, made };
    },
    unsubscribe(message, remove) {
      const codes = Array.isArray(message.subscription_codes) ? message.subscription_codes.map(String) : [];
      const known = codes.filter(remove);
      const status =
        known.length === codes.length
          ? { status: 'succ' }
          : { status: 'rjct', status_reason_code: 'rjct.subscription_code.invalid' };
      const subscription_status = known.map((code) => ({ code, status: 'unsubscribe' }));
      return { ...ids(message), timestamp: standardNow(), ...status, subscription_status };
    },
    txnStatus(message, answered) {
      const { txn_type, attribute_value: value } = isJson(message.txnstatus_request) ? message.txnstatus_request : {};
      const txn_status = answered.get(String(Array.isArray(value) ? value[0] : value)) ?? {};
      return { ...ids(message), txnstatus_response: { txn_type, txn_status } };
    },
    special(operation, message) {
      const { enrolled_criteria: enrolled, disabled_criteria: disabled } = message;
      if (registry === 'ibr' && operation === 'sync/enrolled')
        return yesOrNo(message, enrolled, 'enrolled', () => true);
      if (registry === 'ibr' && operation === 'sync/enrollment/updates') {
        const { beneficiaries } = isJson(message.enrolled_updates) ? message.enrolled_updates : {};
        const item = { reference_id: randomUUID(), timestamp: standardNow(), status: 'succ' };
        return { ...ids(message), enrolled_response: objectsOf(beneficiaries).map(() => item) };
      }
      if (registry !== 'dr') return undefined;
      if (operation === 'sync/disabled') return yesOrNo(message, disabled, 'disabled', isDisabled);
      // An array of arrays; details are a plain array.
      if (operation === 'sync/get-disability-support') {
        return disability(message, (records) => records.map((record) => record.disability_support));
      }
      if (operation !== 'sync/get-disability-details') return undefined;
      return disability(message, (records) => records.map(({ disability_details }) => ({ disability_details })));
    },
    notify({ eventType, recordType }) {
      const row = all.find((each) => each.recordType === recordType) ?? all[0];
      const data = {
        version: '1.0.0',
        reg_type: regType,
        reg_event_type: eventType,
        reg_record_type: recordType,
        reg_records: row?.record,
      };
      return {
        transaction_id: randomUUID(),
        notify_event: [{ reference_id: randomUUID(), timestamp: standardNow(), data }],
      };
    },
  };
}
