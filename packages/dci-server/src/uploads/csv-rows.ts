import type { ItemReader, UploadedItem } from './item-reader.ts';

/** How the rows of a CSV file are read. */
export interface CsvOptions {
  /** One ASCII character. */
  readonly delimiter: string;
  /** Byte of the file at which reading begins: the start of a row. */
  readonly offset: number;
  /** Longest row in bytes. Default 16 KiB. */
  readonly maxRowBytes?: number;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/** Longest row. */
export const maxRowBytes = 16 * 1024;

/**
 * Reads the rows of a CSV file (RFC 4180): fields in double quotes, with `""` for a quote inside and line breaks allowed;
 * lines end with LF or CR LF; empty lines are passed over. UTF-8.
 *
 * A row that cannot be read is an item with a fault and ends at the end of its first line, so that one stray quote spoils
 * one line and not the rest of the file.
 */
export class CsvRows implements ItemReader {
  private readonly delimiter: string;
  private readonly delimiterByte: number;
  private readonly maxRowBytes: number;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private pending: Uint8Array = new Uint8Array();
  /** Byte of the file at which `pending` begins. */
  private offset: number;
  /** In the middle of a line that is too long, whose bytes are not kept. */
  private skipping = false;

  /** @param options - delimiter and where reading begins */
  constructor(options: CsvOptions) {
    this.delimiter = options.delimiter;
    this.delimiterByte = options.delimiter.charCodeAt(0);
    this.maxRowBytes = options.maxRowBytes ?? maxRowBytes;
    this.offset = options.offset;
  }

  push(chunk: Uint8Array): readonly UploadedItem[] {
    return this.read(this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]), false);
  }

  end(): readonly UploadedItem[] {
    return this.read(this.pending, true);
  }

  private read(bytes: Uint8Array, isEnd: boolean): readonly UploadedItem[] {
    const items: UploadedItem[] = [];
    let start = 0;
    // Looked for once for many lines: most files have no quote at all.
    let nextQuote = bytes.indexOf(quote);
    while (start < bytes.length) {
      const found = bytes.indexOf(newline, start);
      const lineEnd = found < 0 ? bytes.length : found;
      const isWhole = found >= 0 || isEnd;
      const isLong = lineEnd - start > this.maxRowBytes;
      if (!isWhole && !isLong && !this.skipping) break;
      const next = found < 0 ? bytes.length : found + 1;
      if (this.skipping || isLong) {
        if (!isWhole) {
          this.skipping = true;
          start = bytes.length;
          break;
        }
        this.skipping = false;
        items.push({ end: this.offset + next, fault: `a row may have at most ${this.maxRowBytes} bytes` });
        start = next;
        continue;
      }
      if (nextQuote >= 0 && nextQuote < start) nextQuote = bytes.indexOf(quote, start);
      if (nextQuote < 0 || nextQuote >= lineEnd) {
        const fields = this.plain(bytes.subarray(start, withoutReturn(bytes, start, lineEnd)));
        if (fields !== 'empty') items.push({ end: this.offset + next, ...fields });
        start = next;
        continue;
      }
      const row = this.quoted(bytes, start, isEnd);
      if (row === 'more') break;
      if (typeof row === 'string') {
        items.push({ end: this.offset + next, fault: row });
        start = next;
      } else {
        items.push({ end: this.offset + row.next, fields: row.fields });
        start = row.next;
      }
    }
    // An end within a line that is too long: what was passed over of it is its fault.
    if (isEnd && this.skipping) {
      this.skipping = false;
      items.push({ end: this.offset + start, fault: `a row may have at most ${this.maxRowBytes} bytes` });
    }
    this.offset += start;
    // A copy, so that a short rest does not keep a whole chunk.
    this.pending = bytes.slice(start);
    return items;
  }

  private plain(line: Uint8Array): Pick<UploadedItem, 'fields' | 'fault'> | 'empty' {
    if (line.length === 0) return 'empty';
    const text = this.decode(line);
    if (text === undefined) return { fault: notUtf8 };
    return text.trim() === '' ? 'empty' : { fields: text.split(this.delimiter) };
  }

  /** Reads a row that has quotes; a text says what is wrong with it. */
  private quoted(
    bytes: Uint8Array,
    start: number,
    isEnd: boolean,
  ): { readonly fields: readonly string[]; readonly next: number } | 'more' | string {
    const last = Math.min(bytes.length, start + this.maxRowBytes);
    // Two bytes more than the longest row tell a quote at its end from the first of two, and CR LF from CR.
    const mayWait = !isEnd && bytes.length - start < this.maxRowBytes + 2;
    const fields: string[] = [];
    let at = start;
    for (;;) {
      let end: number;
      let isQuoted = false;
      let from = at;
      if (bytes[at] === quote) {
        isQuoted = true;
        from = at + 1;
        end = closingQuote(bytes, from, last);
        if (end < 0) return mayWait ? 'more' : openQuote;
        if (end === bytes.length - 1 && mayWait) return 'more';
        at = end + 1;
        if (bytes[at] === carriageReturn && (bytes[at + 1] === newline || at + 1 === bytes.length)) {
          if (at + 1 === bytes.length && mayWait) return 'more';
          at += 1;
        }
      } else {
        while (at < last && bytes[at] !== this.delimiterByte && bytes[at] !== newline) {
          if (bytes[at] === quote) return strayQuote;
          at += 1;
        }
        if (at === last && at < bytes.length) return openQuote;
        // Cut here, it may be cut within a character.
        if (at >= bytes.length && !isEnd) return 'more';
        end = bytes[at] === this.delimiterByte ? at : withoutReturn(bytes, from, at);
      }
      const text = this.decode(bytes.subarray(from, end));
      if (text === undefined) return notUtf8;
      fields.push(isQuoted ? text.replaceAll('""', '"') : text);
      if (at >= bytes.length) return isEnd ? { fields, next: at } : 'more';
      if (bytes[at] === newline) return { fields, next: at + 1 };
      if (bytes[at] !== this.delimiterByte) return strayQuote;
      at += 1;
    }
  }

  private decode(bytes: Uint8Array): string | undefined {
    try {
      return this.decoder.decode(bytes);
    } catch {
      return undefined;
    }
  }
}

const notUtf8 = 'the row is not UTF-8';
const strayQuote = 'a quote stands where none may be';
const openQuote = 'a quoted field is not closed';

function withoutReturn(bytes: Uint8Array, start: number, end: number): number {
  return end > start && bytes[end - 1] === carriageReturn ? end - 1 : end;
}

/** @returns where the quote is that closes a field; -1 for none before `last` */
function closingQuote(bytes: Uint8Array, from: number, last: number): number {
  let at = bytes.indexOf(quote, from);
  while (at >= 0 && at < last && bytes[at + 1] === quote) at = bytes.indexOf(quote, at + 2);
  return at < last ? at : -1;
}
