import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { refuseCursor, refuseEventType, unusableCriteria } from './criteria.ts';
import { type DialectCall, defineDialect, type MessageParties, type ShippedDialect } from './dialect.ts';
import { inWholeSeconds, readNamedParties } from './header.ts';
import { opensppRecordType, opensppRegistry, writeOpensppMessage } from './openspp-message.ts';
import { opensppAttribute, writeOpensppQuery } from './openspp-query.ts';
import { readRefusal } from './read-refusal.ts';
import { standardPath } from './standard-path.ts';

/** Fields of OpenSPP's header models, which it renders before it verifies; it drops any other. */
const headerFields: readonly string[] = [
  ...['version', 'message_id', 'message_ts', 'action', 'sender_id', 'sender_uri', 'receiver_id', 'total_count'],
  ...['is_msg_encrypted', 'meta'],
  ...['status', 'status_reason_code', 'status_reason_message', 'completed_count'],
];

/** What stands for a field that is absent: OpenSPP's own defaults, or what it renders unchanged and the standard allows. */
const headerDefaults: JsonObject = {
  version: '1.0.0',
  sender_uri: null,
  total_count: 0,
  is_msg_encrypted: false,
  meta: {},
};

/** OpenSPP answers with everybody who matches where no page is asked for. */
const firstPage: JsonObject = { page_size: 20, page_number: 1 };

/**
 * OpenSPP 2 (protocol.md section 10; dialects.md sections 2 to 4; records.md section 12): headers with all ten fields, `seq`
 * expressions and CEL with its own names of attributes, `SOCIAL_REGISTRY` and `PERSON`, its own event types.
 */
export const opensppDialect: ShippedDialect = defineDialect({
  name: 'openspp',
  summary: 'OpenSPP 2: headers with all ten fields, seq expressions and CEL',
  calls: [
    'sync-search',
    'search',
    'subscribe',
    'unsubscribe',
    'sync-txn-status',
    'txn-status',
    'sync-receipt',
    'receipt',
  ],
  signatures: { write: 'dci', read: ['dci'] },
  repeatable: false,
  appendsCallbackPath: true,
  locale: 'eng',
  path: standardPath,
  writeHeader: writeOpensppHeader,
  writeQuery: (query, { registry }) => writeOpensppQuery(query.filter(), registry),
  writeSearchCriteria(criteria, { registry, eventType }) {
    refuseEventType(eventType, 'OpenSPP');
    refuseCursor(criteria, 'OpenSPP');
    const { reg_record_type, sort } = criteria;
    return {
      ...criteria,
      reg_type: opensppRegistry(registry),
      ...(reg_record_type !== undefined && { reg_record_type: opensppRecordType(reg_record_type, registry) }),
      ...(sort !== undefined && { sort: writeSort(sort) }),
      pagination: criteria.pagination ?? firstPage,
    };
  },
  writeMessage: writeOpensppMessage,
  readParties: readOpensppParties,
  readMessage: (message) => message,
  readRefusal,
});

function writeOpensppHeader(header: JsonObject): JsonObject {
  const known = Object.entries(inWholeSeconds(header)).filter(
    ([name, value]) => headerFields.includes(name) && value !== undefined,
  );
  const written: JsonObject = { ...headerDefaults, ...Object.fromEntries(known) };
  // What its own client sends for the status of a transaction.
  return written.action === 'txn-status' ? { ...written, action: 'txn_status' } : written;
}

function writeSort(sort: JsonValue): JsonValue {
  if (!Array.isArray(sort)) return sort;
  return sort.map((key: JsonValue) => {
    const name = isJsonObject(key) && typeof key.attribute_name === 'string' ? key.attribute_name : '';
    const attribute_name = opensppAttribute(name);
    if (attribute_name === undefined || !isJsonObject(key)) {
      throw unusableCriteria(`OpenSPP does not sort by the attribute ${name}.`, 'sort', 'rjct.sort.invalid');
    }
    return { ...key, attribute_name };
  });
}

/** Its actions have underscores in some places, and those of a status have two orders of words. */
function readOpensppParties(header: JsonObject, call: DialectCall | 'notify'): MessageParties {
  const parties = readNamedParties(header);
  const action = parties.action?.replaceAll('_', '-');
  const isStatus = call === 'txn-status' || call === 'sync-txn-status';
  return { ...parties, action: isStatus && action === 'on-txn-status' ? 'txn-on-status' : action };
}
