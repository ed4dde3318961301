import { DciError, isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import type { RegistryAccess } from './compile-policy.ts';

/** Where a request says what it asks for: the criteria of a search, a subscription or another operation. */
export interface StatedPurpose {
  readonly authorize?: JsonObject | undefined;
  readonly consent?: JsonObject | undefined;
}

/** Characters of a purpose that are read; the codes of a list are short. */
const longestPurpose = 200;

/**
 * Tells for which purpose a request asks (protocol.md section 8). It is read leniently: from `authorize.purpose`, else
 * from `consent.purpose`; an object with `code` or `text`, plain text, or a list whose first element is either.
 *
 * @param criteria - the criteria of the request
 * @param access - what the sender may do in the registry
 * @returns the purpose: the stated one; where none is stated, the only one of the policy; `undefined` when none is
 *   stated and the policy asks for none
 * @throws DciError `rjct.search_criteria.invalid` when the policy lists purposes and the request states none of them;
 *   with one text for every cause, so that nothing is learnt of the list
 */
export function purposeOf(criteria: StatedPurpose, access: Pick<RegistryAccess, 'purposes'>): string | undefined {
  const stated = statedPurpose(criteria);
  const { purposes } = access;
  if (purposes === undefined) return stated;
  const [only, ...others] = purposes;
  const purpose = stated ?? (others.length === 0 ? only : undefined);
  if (purpose === undefined || !purposes.includes(purpose)) throw purposeNotGranted();
  return purpose;
}

/** @returns the error of a request without a purpose for which its sender may ask */
export function purposeNotGranted(): DciError {
  return new DciError('rjct.search_criteria.invalid', 'the purpose is not one for which this sender may ask', {
    path: 'authorize.purpose',
  });
}

function statedPurpose({ authorize, consent }: StatedPurpose): string | undefined {
  return readPurpose(authorize?.purpose) ?? readPurpose(consent?.purpose);
}

function readPurpose(value: JsonValue | undefined): string | undefined {
  const one = Array.isArray(value) ? (value as readonly JsonValue[])[0] : value;
  return isJsonObject(one) ? (textOf(one.code) ?? textOf(one.text)) : textOf(one);
}

function textOf(value: JsonValue | undefined): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  // Cutting may split a surrogate pair.
  const read = text.trim().slice(0, longestPurpose).toWellFormed();
  return read === '' ? undefined : read;
}
