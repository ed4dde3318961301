import { isJsonObject, type JsonObject, readJson, writeJson } from 'dci-core';
import type { Sealer } from 'dci-host';

/** Keeps JSON objects sealed, for one purpose. */
export interface SealedJson {
  /**
   * @param value - plain data, members that are undefined left out
   * @returns its sealed form
   * @throws DciError `err.internal` for what has no JSON text
   */
  seal(value: object): Uint8Array;
  /**
   * @param sealed - what {@link SealedJson.seal} returned
   * @returns the object; `undefined` for what another key or purpose sealed
   */
  open(sealed: Uint8Array): JsonObject | undefined;
}

/**
 * Makes the two functions by which a store keeps what tells of a person. What is sealed should name its row, so that it
 * cannot be moved to another.
 *
 * @param sealer - the host's sealer
 * @param purpose - what is sealed, for example `dci-client/event`
 * @returns the two functions
 */
export function sealedJson(sealer: Sealer, purpose: string): SealedJson {
  return {
    seal: (value) => sealer.seal(new TextEncoder().encode(writeJson(value as JsonObject)), purpose),
    open: (sealed) => {
      const plain = sealer.open(sealed, purpose);
      const value = plain === undefined ? undefined : readJson(plain).value;
      return isJsonObject(value) ? value : undefined;
    },
  };
}
