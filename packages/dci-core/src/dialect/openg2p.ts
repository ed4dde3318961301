import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { resolveRecordType } from '../registry-type/resolve.ts';
import { refuseCursor, refuseEventType, unusableCriteria } from './criteria.ts';
import { type CriteriaContext, defineDialect, type ReplyContext, type ShippedDialect } from './dialect.ts';
import { readCopiedParties, textOf, withAllHeaderFields } from './header.ts';
import { writeOpenG2pQuery } from './openg2p-query.ts';
import { readRefusal } from './read-refusal.ts';
import { callPath } from './standard-path.ts';
import { isRejected, unfoundItem, withUnfoundItems } from './unfound-items.ts';

/** Codes and texts of an item that was answered, and found nothing. */
const unfoundCode =
  /(?:^|[._])(?:no_(?:records?|results?|data|matches)(?:_found)?|(?:records?|results?|data)_not_found)$/i;
const unfoundText = /^no (?:matching )?(?:records?|results?|data|matches)(?: (?:were |was )?found)?[.!]?$/i;

/**
 * The OpenG2P registry platform (protocol.md section 10; dialects.md sections 2 to 4): detached JWS, Mongo-style expressions
 * and predicate lists, register mnemonics in `reg_type`, consent and authorization in every search. It answers searches
 * only.
 */
export const openg2pDialect: ShippedDialect = defineDialect({
  name: 'openg2p',
  summary: 'OpenG2P: detached JWS, mongo expressions, consent in every search',
  calls: ['sync-search', 'search'],
  signatures: { write: 'jws-detached', read: ['jws-detached'] },
  repeatable: false,
  locale: 'en',
  // Those of the versions that also answer by callback; before, it was `dci/registry/sync/search` (`endpoints`).
  path: (call, _, operation) => (call === 'search' ? 'dci/async/search' : `dci/${callPath(call, operation)}`),
  writeHeader: withAllHeaderFields,
  writeQuery: (query, { registry }) => writeOpenG2pQuery(query, registry),
  writeSearchCriteria(criteria, context) {
    refuseEventType(context.eventType, 'OpenG2P');
    refuseCursor(criteria, 'OpenG2P');
    for (const member of ['consent', 'authorize']) {
      const given = criteria[member];
      if (!isJsonObject(given) || Object.keys(given).length === 0) {
        throw unusableCriteria('OpenG2P requires consent and authorize in every search.', member);
      }
    }
    return { ...criteria, reg_type: mnemonicOf(criteria, context) };
  },
  writeMessage: (message) => message,
  readParties: readCopiedParties,
  readMessage: (message, context) => withUnfoundItems(readItems(message, context), context, isUnfound),
  readRefusal,
});

/** The name of a register: OpenG2P has one for each kind of record, `Individual` for persons. */
function mnemonicOf({ reg_record_type }: JsonObject, { registry }: CriteriaContext): string {
  const asked = textOf(reg_record_type);
  const recordType = asked === undefined ? registry.recordTypes[0] : resolveRecordType(registry, asked);
  const name = recordType?.name ?? asked ?? registry.code;
  return name === 'Person' ? 'Individual' : name;
}

function readItems(message: JsonObject, { registry }: ReplyContext): JsonObject {
  const { search_response: items } = message;
  if (!Array.isArray(items)) return message;
  const read = items.map((item: JsonValue): JsonValue => {
    if (!isJsonObject(item)) return item;
    const { timestamp, reference_id = null } = item;
    const time = textOf(timestamp);
    const dated = time === undefined ? {} : { timestamp: withZone(time) };
    return isUnfound(item) ? { ...unfoundItem(reference_id, registry), ...dated } : { ...item, ...dated };
  });
  return { ...message, search_response: read };
}

/**
 * Nothing found is a header or an item that rejects without a reason, or for this one. Any other reason is one: what went
 * wrong must not read as "nobody found".
 */
function isUnfound(part: JsonObject): boolean {
  if (!isRejected(part)) return false;
  const [code, text] = [textOf(part.status_reason_code), textOf(part.status_reason_message)];
  return code === undefined ? text === undefined || unfoundText.test(text) : unfoundCode.test(code);
}

/** Its times have no zone; they are UTC. */
function withZone(time: string): string {
  return /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?$/.test(time) ? `${time}Z` : time;
}
