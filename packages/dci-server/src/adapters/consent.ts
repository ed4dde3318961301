import { DciError } from 'dci-core';
import type { IdentifierKey } from './record-keeping.ts';

/** Recipient of a consent that holds for whoever asks. */
export const anyRecipient = '*';

/** Which consent: each record has at most one for a recipient and a purpose. */
export interface ConsentKey {
  /** Sender id of the party that may receive the record, or `*` for any. */
  readonly recipient: string;
  /** Code of the purpose, for example `eligibility`. */
  readonly purpose: string;
}

/** A consent as it is given. */
export interface ConsentGrant extends ConsentKey {
  /** Unix milliseconds from which it no longer holds; absent: until it is revoked. */
  readonly expiresAt?: number;
}

/** A consent as it is kept. */
export interface Consent extends ConsentGrant {
  /** Unix milliseconds. */
  readonly grantedAt: number;
}

/**
 * Keeps the consents of registrants beside their records (protocol.md section 8). A consent belongs to a record: it stays
 * when the record is replaced and goes when the record is deleted. Neither granting nor revoking one is a change of
 * the record.
 */
export interface ConsentRegister {
  /**
   * Gives a consent, or gives it anew with another expiry.
   *
   * @param recordType - record type name
   * @param identifier - of the record, at the first of the record type's `identifierPaths`
   * @param consent - what is consented to
   * @returns whether there is such a record
   * @throws DciError `err.request.bad` for an empty recipient or purpose or an expiry that is no time,
   *   `err.state.conflict` when several records carry the identifier
   */
  grantConsent(recordType: string, identifier: IdentifierKey, consent: ConsentGrant): Promise<boolean>;
  /**
   * Takes a consent back; it no longer counts from then on.
   *
   * @returns whether there was one
   * @throws DciError `err.state.conflict` when several records carry the identifier
   */
  revokeConsent(recordType: string, identifier: IdentifierKey, consent: ConsentKey): Promise<boolean>;
  /**
   * @returns the consents of a record, also those that have expired, by recipient and purpose; none when there is no
   *   such record
   * @throws DciError `err.state.conflict` when several records carry the identifier
   */
  listConsents(recordType: string, identifier: IdentifierKey): Promise<readonly Consent[]>;
}

/**
 * @param consent - as a caller gave it
 * @throws DciError `err.request.bad` naming what is wrong with it
 */
export function checkConsent({ recipient, purpose, expiresAt }: ConsentGrant): void {
  for (const [path, value] of Object.entries({ recipient, purpose })) {
    if (typeof value === 'string' && value !== '') continue;
    throw new DciError('err.request.bad', `A consent needs a ${path}.`, { path });
  }
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt)) {
    throw new DciError('err.request.bad', 'The expiry of a consent is a time in milliseconds.', { path: 'expiresAt' });
  }
}
