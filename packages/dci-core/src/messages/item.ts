import { maxIdLength } from '../envelope/fields.ts';
import { parseTimestamp } from '../envelope/timestamp.ts';
import { DciError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';

/** What every item of a list message carries. */
export interface ItemFrame {
  /** The requester's id of the item. */
  readonly reference_id: string;
  /** As received: RFC 3339 with zone. */
  readonly timestamp: string;
}

/** One item of a list message: read, or refused with the code of its own reply. */
export type ParsedItem<T> =
  | { readonly valid: true; readonly referenceId: string; readonly item: T }
  | {
      readonly valid: false;
      /** The item's own reference id, or its place in the message (`search_request[2]`) when it has none. */
      readonly referenceId: string;
      readonly error: DciError;
    };

/**
 * Reads what every item has, with the per-item codes of the standard (protocol.md section 4, step 11 on).
 *
 * @param value - the item as received
 * @param path - where it stands, for example `message.search_request[0]`
 * @returns the item as an object, and its frame
 * @throws DciError `rjct.reference_id.invalid` or `rjct.timestamp.invalid`
 */
export function parseItemFrame(
  value: JsonValue,
  path: string,
): { readonly object: JsonObject; readonly frame: ItemFrame } {
  if (!isJsonObject(value)) {
    throw new DciError('rjct.reference_id.invalid', `${path} must be an object with a reference_id`, { path });
  }
  const { reference_id, timestamp } = value;
  if (!isReferenceId(reference_id)) {
    const fault = `${path}.reference_id`;
    throw new DciError('rjct.reference_id.invalid', `${fault} must be a text of 1 to ${maxIdLength} characters`, {
      path: fault,
    });
  }
  if (typeof timestamp !== 'string' || parseTimestamp(timestamp) === undefined) {
    const fault = `${path}.timestamp`;
    throw new DciError('rjct.timestamp.invalid', `${fault} must be an RFC 3339 timestamp with a zone`, { path: fault });
  }
  return { object: value, frame: { reference_id, timestamp } };
}

/**
 * Reads the items of a list message one by one, so that one bad item does not spoil the others. Of several items
 * with the same reference id, all but the first are refused.
 *
 * @param items - the items as received
 * @param path - where the list stands, for example `message.search_request`
 * @param parse - reads one item, or throws a `DciError` with the code of the item's reply
 * @returns one result per item, in the order of the message
 */
export function parseItems<T>(
  items: readonly JsonValue[],
  path: string,
  parse: (value: JsonValue, path: string) => T,
): readonly ParsedItem<T>[] {
  const seen = new Set<string>();
  const list = path.slice(path.lastIndexOf('.') + 1);
  return items.map((value, index): ParsedItem<T> => {
    const given = isJsonObject(value) ? value.reference_id : undefined;
    const referenceId = isReferenceId(given) ? given : `${list}[${index}]`;
    try {
      const item = parse(value, `${path}[${index}]`);
      if (seen.has(referenceId)) {
        const fault = `${path}[${index}].reference_id`;
        throw new DciError('rjct.reference_id.duplicate', `${fault} is used by an earlier item`, { path: fault });
      }
      return { valid: true, referenceId, item };
    } catch (error) {
      if (error instanceof DciError) return { valid: false, referenceId, error };
      throw error;
    } finally {
      seen.add(referenceId);
    }
  });
}

function isReferenceId(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '' && value.length <= maxIdLength;
}
