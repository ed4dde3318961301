import { randomUUID } from 'node:crypto';
import { type NoteFault, OpensppRejection, opensppSort, opensppTest } from './openspp-query.fixtures.ts';
import { type OpensppRow, opensppRows } from './openspp-rows.fixtures.ts';
import { int, isDict, isList, type PythonDict, PythonNumber, type PythonValue } from './python-json.fixtures.ts';

/** A subscription as the peer keeps it. */
export interface OpensppSubscription {
  readonly code: string;
  readonly eventType: string;
  readonly senderUri: string | undefined;
  readonly receiverId: string;
}

/** Now, as pydantic renders `datetime.now(UTC)`. */
export const pythonNow = (): string => new Date().toISOString().replace(/(\.\d{3})Z$/, '$1000Z');

const acceptedRegTypes = ['ns:org:RegistryType:Social', 'SOCIAL_REGISTRY', 'social'];

const eventTypes =
  'REGISTRATION UPDATE DELETE BIRTH DEATH MARRIAGE DIVORCE ENROLLMENT DISENROLLMENT BENEFIT_DISBURSEMENT'.split(' ');

const listOf = (value: PythonValue | undefined): readonly PythonDict[] => (isList(value) ? value.filter(isDict) : []);

const wholeNumber = (value: PythonValue | undefined, absent: number): number => {
  if (value === undefined || value === null) return absent;
  return value instanceof PythonNumber ? Number(value.text) : Number.NaN;
};

/**
 * Answers one search item.
 *
 * @throws OpensppRejection for what the service rejects
 */
function searchItem(item: PythonDict, note: NoteFault): PythonDict {
  const criteria = item.search_criteria;
  if (!isDict(criteria)) throw new OpensppRejection('rjct.search_criteria.invalid', 'search_criteria');
  const { reg_type: regType, reg_record_type: recordType, query_type: queryType, query, sort, pagination } = criteria;
  if (regType !== undefined && regType !== null && !acceptedRegTypes.includes(String(regType))) {
    throw new OpensppRejection('rjct.search_criteria.invalid', 'reg_type');
  }
  const page = isDict(pagination) ? pagination : {};
  const [size, number] = [wholeNumber(page.page_size, 100), wholeNumber(page.page_number, 1)];
  if (!(size >= 1 && number >= 1)) throw new OpensppRejection('rjct.pagination.invalid', 'pagination');

  const test = opensppTest(queryType, query, note);
  const wantsGroups = /group$/i.test(String(recordType ?? ''));
  const wantsPersons = /person$/i.test(String(recordType ?? ''));
  const found = opensppRows(pythonNow().slice(0, 10)).filter(
    (row) => (row.type === 'GROUP' ? !wantsPersons : !wantsGroups) && test(row),
  );
  const rows = opensppSort(found, sort, note).slice((number - 1) * size, number * size);
  return {
    reference_id: item.reference_id ?? null,
    timestamp: pythonNow(),
    status: 'succ',
    status_reason_code: null,
    status_reason_message: null,
    data: {
      version: '1.0.0',
      reg_type: 'SOCIAL_REGISTRY',
      // Of the first row only: a mixed page is mislabelled.
      reg_record_type: rows[0]?.type ?? 'PERSON',
      reg_records: rows.map(({ record }: OpensppRow) => record),
    },
    pagination: { page_size: int(size), page_number: int(number), total_count: int(found.length) },
    locale: 'eng',
  };
}

/** `search_response` of a search; a rejected item has its code. */
export function searchResponse(message: PythonDict, note: NoteFault): readonly PythonDict[] {
  return listOf(message.search_request).map((item) => {
    try {
      return searchItem(item, note);
    } catch (error) {
      if (!(error instanceof OpensppRejection)) throw error;
      return {
        reference_id: item.reference_id ?? null,
        timestamp: pythonNow(),
        status: 'rjct',
        status_reason_code: error.code,
        status_reason_message: error.message,
      };
    }
  });
}

/** Makes the subscriptions of a message, and the `subscribe_response` that tells them. */
export function subscribeResponse(
  message: PythonDict,
  header: PythonDict,
  note: NoteFault,
): { readonly made: readonly OpensppSubscription[]; readonly response: readonly PythonDict[] } {
  const made: OpensppSubscription[] = [];
  const response = listOf(message.subscribe_request).map(({ reference_id: reference = null, ...item }): PythonDict => {
    const criteria = isDict(item.subscribe_criteria) ? item.subscribe_criteria : {};
    const eventType = String(criteria.reg_event_type ?? '').replace(/^.*:/, '');
    if (!eventTypes.includes(eventType)) {
      return {
        reference_id: reference,
        status: 'rjct',
        status_reason_code: 'rjct.notify_types.invalid',
        status_reason_message: 'reg_event_type',
      };
    }
    const { filter, filter_type: filterType } = criteria;
    const asksForAll = filter === undefined || filter === null || (isDict(filter) && Object.keys(filter).length === 0);
    if (!asksForAll) opensppTest(filterType ?? 'expression', filter, note);
    const code = `SUB-${randomUUID()}`;
    made.push({
      code,
      eventType,
      senderUri: typeof header.sender_uri === 'string' ? header.sender_uri : undefined,
      receiverId: String(header.sender_id),
    });
    return { reference_id: reference, subscription_code: code, status: 'pdng' };
  });
  return { made, response };
}

/** The message of a notification in the family's own form. */
export function notifyMessage(subscription: OpensppSubscription, record: PythonDict): PythonDict {
  return {
    subscription_code: subscription.code,
    notification_id: randomUUID(),
    notify_event: [
      {
        event_id: randomUUID(),
        event_ts: pythonNow(),
        event_type: subscription.eventType,
        reg_type: 'SOCIAL_REGISTRY',
        event_data: [record],
      },
    ],
  };
}
