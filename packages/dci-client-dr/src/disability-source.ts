import type { DciClient, ReplyEvidence } from 'dci-client';
import { type Clock, DciError, type JsonObject } from 'dci-core';

/** What the service uses of a client; a `DciClient` of a disability registry is one. */
export type DisabilitySource = Pick<DciClient, 'source' | 'registry' | 'searchBatch' | 'call' | 'subscribe'>;

/** Who answered, and how that is known; without the message, which holds the records of people. */
export type AnswerEvidence = Omit<ReplyEvidence, 'header' | 'message'>;

/** What every question can be given. */
export interface LookupOptions {
  /** Ends the call; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The registrant's consent, as the standard's `Consent`. */
  readonly consent?: JsonObject | undefined;
  /** The legal basis, as the standard's `Authorize`. */
  readonly authorize?: JsonObject | undefined;
}

/** What questions are put with. */
export interface Asking {
  readonly source: DisabilitySource;
  readonly clock: Clock;
}

/**
 * @param source - a client
 * @returns the same
 * @throws DciError `err.configuration.invalid` when it asks another kind of registry
 */
export function checkSource(source: DisabilitySource): DisabilitySource {
  if (source.registry === 'dr') return source;
  throw new DciError('err.configuration.invalid', `data source ${source.source} is no disability registry`);
}

/**
 * @param evidence - of a reply
 * @returns the evidence without header and message
 */
export function withoutMessage({ header: _header, message: _message, ...evidence }: ReplyEvidence): AnswerEvidence {
  return evidence;
}
