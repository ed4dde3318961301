import { DciError } from 'dci-core';
import type { ItemReader, UploadedItem } from './item-reader.ts';

/** Longest element of a list in bytes. */
export const maxElementBytes = 64 * 1024;

const code = (character: string): number => character.charCodeAt(0);
const quote = code('"');
const backslash = code('\\');
const comma = code(',');
const newline = code('\n');
const opening = new Set([code('['), code('{')]);
const closing = new Set([code(']'), code('}')]);
const listEnd = code(']');
const spaces = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** Where a {@link JsonItems} begins to read. */
export interface JsonItemsOptions {
  /** `list`: one JSON array. `lines`: one JSON value on each line (NDJSON). */
  readonly shape: 'list' | 'lines';
  /** Byte of the file: the one after `[`, or after an element with its comma or line break. */
  readonly offset: number;
  readonly maxElementBytes?: number;
}

/**
 * Cuts a JSON array, or lines of JSON, into the texts of its elements. Only brackets and strings are looked at: whether an
 * element is JSON is found when it is read. One that is too long is an item with a fault.
 */
export class JsonItems implements ItemReader {
  private readonly isList: boolean;
  private readonly maxBytes: number;
  /** Byte of the file that comes next. */
  private offset: number;
  private parts: Uint8Array[] = [];
  private length = 0;
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  private isOver = false;
  private hasElements: boolean;

  /** @param options - where reading begins, and how elements are separated */
  constructor(options: JsonItemsOptions) {
    this.isList = options.shape === 'list';
    this.maxBytes = options.maxElementBytes ?? maxElementBytes;
    this.offset = options.offset;
    this.hasElements = false;
  }

  push(chunk: Uint8Array): readonly UploadedItem[] {
    return this.isList ? this.pushList(chunk) : this.pushLines(chunk);
  }

  end(): readonly UploadedItem[] {
    if (this.isList) {
      if (!this.isOver) throw broken('the list in the file is not closed');
      return [];
    }
    return this.taken(this.offset);
  }

  private pushLines(chunk: Uint8Array): readonly UploadedItem[] {
    const items: UploadedItem[] = [];
    let start = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, start)) {
      this.keep(chunk, start, at);
      items.push(...this.taken(this.offset + at + 1));
      start = at + 1;
    }
    this.keep(chunk, start, chunk.length);
    this.offset += chunk.length;
    return items;
  }

  private pushList(chunk: Uint8Array): readonly UploadedItem[] {
    const items: UploadedItem[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.isOver) {
        if (!spaces.has(byte)) throw broken('something follows the list in the file');
        start = at + 1;
      } else if (this.inString) {
        if (this.isEscaped) this.isEscaped = false;
        else if (byte === backslash) this.isEscaped = true;
        else if (byte === quote) this.inString = false;
      } else if (byte === quote) this.inString = true;
      else if (opening.has(byte)) this.depth += 1;
      else if (closing.has(byte) && this.depth > 0) this.depth -= 1;
      else if (this.depth === 0 && (byte === comma || byte === listEnd)) {
        this.keep(chunk, start, at);
        const found = this.taken(this.offset + at + 1);
        // Only a list without elements may have nothing between its brackets.
        if (found.length === 0 && (byte === comma || this.hasElements)) {
          throw broken('the list in the file has a comma without an element');
        }
        items.push(...found);
        this.hasElements = true;
        this.isOver = byte === listEnd;
        start = at + 1;
      }
    }
    if (!this.isOver) this.keep(chunk, start, chunk.length);
    this.offset += chunk.length;
    return items;
  }

  private keep(chunk: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    this.length += end - start;
    // A copy: the chunk may be used again. What is too long is not kept.
    if (this.length <= this.maxBytes) this.parts.push(chunk.slice(start, end));
    else this.parts = [];
  }

  private taken(end: number): readonly UploadedItem[] {
    const { parts, length } = this;
    this.parts = [];
    this.length = 0;
    if (length > this.maxBytes) return [{ end, fault: `an element may have at most ${this.maxBytes} bytes` }];
    const text = Buffer.concat(parts);
    return text.every((byte) => spaces.has(byte)) ? [] : [{ end, text }];
  }
}

function broken(message: string): DciError {
  return new DciError('err.request.bad', message, { path: 'fileName' });
}
