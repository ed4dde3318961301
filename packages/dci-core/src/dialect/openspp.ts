import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { refuseCursor, refuseEventType, unusableCriteria } from './criteria.ts';
import { type DialectCall, defineDialect, type MessageParties, type ShippedDialect } from './dialect.ts';
import { readNamedParties, withAllHeaderFields } from './header.ts';
import { opensppRecordType, opensppRegistry, writeOpensppMessage } from './openspp-message.ts';
import { opensppAttribute, writeOpensppQuery } from './openspp-query.ts';
import { readRefusal } from './read-refusal.ts';
import { standardCalls, standardPath } from './standard-path.ts';

/** OpenSPP answers with everybody who matches where no page is asked for. */
const firstPage: JsonObject = { page_size: 20, page_number: 1 };

/**
 * OpenSPP 2 (protocol.md section 10; dialects.md sections 2 to 4; records.md section 12): headers with all ten fields, `seq`
 * expressions and CEL with its own names of attributes, `SOCIAL_REGISTRY` and `PERSON`, its own event types.
 */
export const opensppDialect: ShippedDialect = defineDialect({
  name: 'openspp',
  summary: 'OpenSPP 2: headers with all ten fields, seq expressions and CEL',
  calls: standardCalls,
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
  const written = withAllHeaderFields(header);
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
