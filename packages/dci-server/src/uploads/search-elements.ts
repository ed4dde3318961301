import {
  DciError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type ParsedItem,
  parseSearchRequestItem,
  readJson,
  type SearchRequestItem,
} from 'dci-core';
import { rowReference } from './identifier-row.ts';
import type { UploadedItem } from './item-reader.ts';

const longestReference = 99;

/**
 * Reads elements of a JSON file as the search items that they are. What the criteria of all items have in common is added
 * to each, where it does not say otherwise. A reference id that an earlier one of these elements has is refused.
 *
 * @param items - elements of the file
 * @param criteria - what all items have in common
 * @param first - number of the first of these elements, from 1
 * @returns one result for each
 */
export function readSearchElements(
  items: readonly UploadedItem[],
  criteria: JsonObject,
  first: number,
): readonly ParsedItem<SearchRequestItem>[] {
  const seen = new Set<string>();
  return items.map(({ text, fault }, index): ParsedItem<SearchRequestItem> => {
    const own = rowReference(first + index);
    let referenceId = own;
    try {
      if (text === undefined) throw new DciError('rjct.search_criteria.invalid', fault ?? 'the element cannot be read');
      const element = readElement(text);
      referenceId = referenceOf(element) ?? own;
      const item = parseSearchRequestItem(withCriteria(element, criteria), 'item');
      if (seen.has(referenceId)) {
        throw new DciError('rjct.reference_id.duplicate', 'reference_id is that of an earlier element');
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

function readElement(text: Uint8Array): JsonValue {
  try {
    return readJson(text).value;
  } catch (error) {
    throw new DciError('rjct.search_criteria.invalid', 'the element is not JSON', { cause: error });
  }
}

function referenceOf(element: JsonValue): string | undefined {
  const given = isJsonObject(element) ? element.reference_id : undefined;
  return typeof given === 'string' && given !== '' && given.length <= longestReference ? given : undefined;
}

function withCriteria(element: JsonValue, criteria: JsonObject): JsonValue {
  if (!isJsonObject(element) || !isJsonObject(element.search_criteria)) return element;
  return { ...element, search_criteria: { ...criteria, ...element.search_criteria } };
}
