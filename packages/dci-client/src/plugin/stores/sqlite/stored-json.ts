import { DciError, type JsonValue, readJson } from 'dci-core';

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
