import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import type { ReplyContext } from './dialect.ts';

/**
 * Writes the answers that a family leaves out because nothing was found: for every search that the reply does not answer,
 * the standard's answer without records. A reply whose header rejects the request is left as it is, and so is one that has
 * no list: silence about a failure must not read as "nobody found".
 *
 * @param message - the message of a reply to a search
 * @param context - call, registry, what was asked, and the header of the reply
 * @param isUnfound - whether a header that rejects says that nothing was found; absent: it never does
 * @returns the message, with an item for every search
 */
export function withUnfoundItems(
  message: JsonObject,
  context: ReplyContext,
  isUnfound: (header: JsonObject) => boolean = () => false,
): JsonObject {
  const { call, registry, referenceIds, header } = context;
  const { search_response: items } = message;
  const isSearch = call === 'sync-search' || call === 'search';
  if (!isSearch || (isRejected(header) && !isUnfound(header)) || !isList(items)) return message;
  const answered = items.map((item) => (isJsonObject(item) ? item.reference_id : undefined));
  const unfound = referenceIds.filter((referenceId) => !answered.includes(referenceId));
  if (unfound.length === 0) return message;
  return {
    ...message,
    search_response: [...items, ...unfound.map((referenceId) => unfoundItem(referenceId, registry))],
  };
}

/**
 * @param referenceId - the search that found nothing
 * @param registry - the registry asked
 * @returns the standard's answer without records
 */
export function unfoundItem(referenceId: JsonValue, registry: RegistryType): JsonObject {
  return {
    reference_id: referenceId,
    status: 'succ',
    data: { version: '1.0.0', reg_type: registry.code, reg_records: [] },
    pagination: { total_count: 0 },
  };
}

/**
 * @param part - the header or an item of a reply
 * @returns whether its status is `rjct`
 */
export function isRejected({ status }: JsonObject): boolean {
  return typeof status === 'string' && status.toLowerCase() === 'rjct';
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
