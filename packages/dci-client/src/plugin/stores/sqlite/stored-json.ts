import { DciError, isJsonObject, type JsonObject, type JsonValue, readJson, writeJson } from 'dci-core';
import type { Sealer } from 'dci-host';

/** Keeps JSON objects sealed, for one purpose. */
export interface SealedJson {
  /** @returns the sealed form of an object */
  seal(value: JsonObject): Uint8Array;
  /**
   * @param sealed - what {@link SealedJson.seal} returned
   * @throws DciError `err.internal` for what another key sealed
   */
  open(sealed: Uint8Array): JsonObject;
}

/**
 * @param sealer - the host's sealer
 * @param purpose - what is sealed
 * @returns the two functions
 */
export function sealedJson(sealer: Sealer, purpose: string): SealedJson {
  return {
    seal: (value) => sealer.seal(new TextEncoder().encode(writeJson(value)), purpose),
    open: (sealed) => {
      const plain = sealer.open(sealed, purpose);
      if (plain === undefined) throw new DciError('err.internal', `${purpose} cannot be unsealed`);
      const { value } = readJson(plain);
      return isJsonObject(value) ? value : notStored();
    },
  };
}

/**
 * @param json - a list of texts as it is stored
 * @returns the list
 * @throws DciError `err.internal` for anything else
 */
export function storedTexts(json: string): readonly string[] {
  return textsOf(readJson(json).value);
}

/**
 * @param value - a member of what is stored
 * @returns the list
 * @throws DciError `err.internal` for anything but a list of texts
 */
function textsOf(value: JsonValue): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  return notStored();
}

/** @throws DciError `err.internal` */
export function notStored(): never {
  throw new DciError('err.internal', 'the state of a callback is not as it was stored');
}
