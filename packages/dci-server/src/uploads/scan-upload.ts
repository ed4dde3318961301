import { DciError, readJson } from 'dci-core';
import { weighMessage } from '../quota/weigh-message.ts';
import { readCsvHeader } from './csv-header.ts';
import { CsvRows } from './csv-rows.ts';
import type { ItemReader, UploadedItem, UploadLayout } from './item-reader.ts';
import { JsonItems } from './json-items.ts';

/** What is known of a file once all of it has come. */
export interface UploadScan {
  readonly layout: UploadLayout;
  readonly items: number;
  readonly bytes: number;
  /** What answering the items costs (reliability.md QL8): the same as in a message. */
  readonly points: number;
}

/** Looks at a file while it comes. */
export interface UploadScanner {
  /**
   * @param chunk - the next bytes
   * @throws DciError `err.request.bad` for a file that cannot be one, with status 413 for too many items
   */
  push(chunk: Uint8Array): void;
  /**
   * @returns what the file is
   * @throws DciError `err.request.bad` for a file that is none, breaks off, or has no item
   */
  end(): UploadScan;
}

/**
 * @param layout - of a file
 * @param offset - where reading begins; default: at the first item
 * @returns splits the file into items
 */
export function createItemReader(layout: UploadLayout, offset: number = layout.start): ItemReader {
  return layout.format === 'csv'
    ? new CsvRows({ delimiter: layout.delimiter, offset })
    : new JsonItems({ shape: layout.shape, offset });
}

/**
 * Looks at an uploaded file while it comes, so that one that cannot be read is refused before anything is promised, and
 * counts and weighs its items. Single items that cannot be read are answered for themselves later.
 *
 * @param format - `csv` or `json`
 * @param maxItems - most items
 * @returns the scanner
 */
export function scanUpload(format: UploadLayout['format'], maxItems: number): UploadScanner {
  let head: Uint8Array = new Uint8Array();
  let layout: UploadLayout | undefined;
  let reader: ItemReader | undefined;
  let items = 0;
  let points = 0;
  let bytes = 0;

  const count = (found: readonly UploadedItem[]): void => {
    items += found.length;
    if (items > maxItems) {
      throw new DciError('err.request.bad', `the file has more than ${maxItems} items`, { status: 413 });
    }
    for (const item of found) points += weightOf(item);
  };
  const begin = (chunk: Uint8Array, isEnd: boolean): void => {
    head = Buffer.concat([head, chunk]);
    layout = format === 'csv' ? readCsvHeader(head, isEnd) : readJsonStart(head);
    if (layout === undefined) return;
    reader = createItemReader(layout);
    count(reader.push(head.subarray(layout.start)));
    head = new Uint8Array();
  };
  return {
    push: (chunk) => {
      bytes += chunk.length;
      if (reader === undefined) begin(chunk, false);
      else count(reader.push(chunk));
    },
    end: () => {
      if (reader === undefined) begin(new Uint8Array(), true);
      if (reader !== undefined) count(reader.end());
      if (layout === undefined || items === 0) {
        throw new DciError('err.request.bad', 'the file has no items', { path: 'fileName' });
      }
      return { layout, items, bytes, points };
    },
  };
}

/** An item that cannot be read costs what a look-up costs: it is answered too. */
function weightOf({ text }: UploadedItem): number {
  if (text === undefined) return weighMessage({});
  try {
    return weighMessage({ search_request: [readJson(text).value] });
  } catch {
    return weighMessage({});
  }
}

const leadingSpace = /^[ \t\r\n]*/;
/** Spaces before a list that are read. */
const longestStart = 1024;

function readJsonStart(bytes: Uint8Array): UploadLayout | undefined {
  const [space = ''] = leadingSpace.exec(Buffer.from(bytes.subarray(0, longestStart)).toString('latin1')) ?? [];
  const first = bytes[space.length];
  if (first === undefined) return undefined;
  if (first === 0x5b) return { format: 'json', start: space.length + 1, shape: 'list' };
  if (first === 0x7b) return { format: 'json', start: space.length, shape: 'lines' };
  throw new DciError('err.request.bad', 'the file must hold a JSON list, or one JSON object on each line', {
    path: 'fileName',
  });
}
