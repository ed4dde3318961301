import { Buffer } from 'node:buffer';
import { type CryptoProvider, canonicalJson, type JsonObject } from 'dci-core';
import type { Sealer } from 'dci-host';
import * as v from 'valibot';
import type { PagePosition } from '../adapters/adapter.ts';

/** Where a cursor continues. */
export interface CursorPlace {
  /** Number of the page that the cursor leads to, from 1. */
  readonly pageNumber: number;
  /** The last record of the page before it. */
  readonly after: PagePosition;
}

/** Writes and reads the opaque cursors of this server (protocol.md section 7, paging). */
export interface CursorCodec {
  /**
   * @param place - where the next page starts
   * @param search - the search that it belongs to: who asks for what, in which order
   * @returns an opaque text; record keys and values in it cannot be read, not even by their length
   */
  write(place: CursorPlace, search: JsonObject): string;
  /**
   * @param text - a cursor as received
   * @param search - the search that it is used with
   * @returns the place, or `undefined` for a text that this server did not write for this very search
   */
  read(text: string, search: JsonObject): CursorPlace | undefined;
}

const purpose = 'dci-server/cursor';
/** Plain cursors are padded to a multiple of this, so that the length says nothing about keys and values. */
const paddingStep = 256;

const cursorSchema = v.object({
  search: v.string(),
  page: v.pipe(v.number(), v.integer(), v.minValue(2)),
  values: v.array(v.nullable(v.union([v.string(), v.number(), v.boolean()]))),
  key: v.union([v.string(), v.number()]),
});

/**
 * Makes the codec.
 *
 * @param sealer - the host's sealer
 * @param crypto - for the digest of the search
 * @returns the codec
 */
export function createCursorCodec(sealer: Sealer, crypto: CryptoProvider): CursorCodec {
  const digestOf = (search: JsonObject) =>
    Buffer.from(crypto.sha256(new TextEncoder().encode(canonicalJson(search)))).toString('base64');
  return {
    write: ({ pageNumber, after }, search) => {
      const plain = JSON.stringify({
        search: digestOf(search),
        page: pageNumber,
        values: after.values,
        key: after.key,
      });
      const bytes = new TextEncoder().encode(plain);
      const padded = new Uint8Array(Math.ceil(bytes.length / paddingStep) * paddingStep).fill(0x20);
      padded.set(bytes);
      return Buffer.from(sealer.seal(padded, purpose)).toString('base64url');
    },
    read: (text, search) => {
      const plain = sealer.open(new Uint8Array(Buffer.from(text, 'base64url')), purpose);
      if (plain === undefined) return undefined;
      const result = v.safeParse(cursorSchema, JSON.parse(new TextDecoder().decode(plain)));
      if (!result.success || result.output.search !== digestOf(search)) return undefined;
      const { page, values, key } = result.output;
      return { pageNumber: page, after: { values, key } };
    },
  };
}
