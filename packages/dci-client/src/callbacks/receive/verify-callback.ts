import { type Clock, type CryptoProvider, DciError } from 'dci-core';
import {
  type OpenedMessage,
  openVerified,
  type VerifiedMessage,
  verifyMessage,
} from '../../exchange/verify-message.ts';
import type { CallbackKind } from '../callback-kind.ts';
import type { CallbackSource } from '../callback-source.ts';
import type { ReadCallback } from './read-callback.ts';
import { farthest, refusalOf } from './refusal.ts';

/** A list that is not empty. */
export type AtLeastOne<T> = readonly [T, ...T[]];

/** A source, one of whose keys made the signature of a callback. */
export interface VerifiedSource {
  readonly source: CallbackSource;
  readonly verified: VerifiedMessage;
}

/** What {@link verifyCallback} works with. */
export interface VerifyCallbackOptions {
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
  /** Development switch: accept a callback without signature. One that is there must verify all the same. */
  readonly allowUnsigned: boolean;
  /** Refuse a callback that names no receiver. */
  readonly requireReceiverId: boolean;
}

/** Version 1.0 of the messaging protocol in every spelling; an absent version means it. */
const supportedVersion = /^v?1(?:\.0){0,2}$/i;
const lookupMs = 5_000;

/**
 * Steps 5 and 6 of protocol.md section 4: the signature is there, fresh, and made with a key of the source; the callback
 * is addressed to us, its action fits the path, and we speak its version.
 *
 * @param callback - the callback
 * @param kind - what its path takes
 * @param candidates - the sources of the sender
 * @param options - crypto and time; switches
 * @returns the sources of which it may be, at least one
 * @throws DciError the refusal of the first step that fails, for the source for which it came farthest
 */
export async function verifyCallback(
  { document, header }: ReadCallback,
  { call, action }: CallbackKind,
  candidates: readonly CallbackSource[],
  { allowUnsigned, requireReceiverId, ...ports }: VerifyCallbackOptions,
): Promise<AtLeastOne<VerifiedSource>> {
  const verified: VerifiedSource[] = [];
  const refusals: unknown[] = [];
  for (const candidate of candidates) {
    const { source, peer } = candidate;
    const expected = {
      source,
      peer,
      call,
      action,
      // A reply comes from an address that we chose; what comes in by itself is the registry's only with its token.
      acceptUnsigned: allowUnsigned || (!source.requireSignedReplies && candidate.tokenHashes !== undefined),
      acceptUnaddressed: !requireReceiverId,
      signal: AbortSignal.timeout(lookupMs),
    };
    try {
      verified.push({ source: candidate, verified: await verifyMessage(document, expected, ports) });
    } catch (error) {
      refusals.push(refusalOf(error));
    }
  }
  const [first, ...others] = verified;
  if (first === undefined) throw farthest(refusals);
  if (header.version !== undefined && !supportedVersion.test(header.version)) {
    throw new DciError('err.version.not_supported', 'this receiver speaks version 1.0.0');
  }
  return [first, ...others];
}

/** A callback in clear. */
export interface OpenedCallback {
  readonly source: CallbackSource;
  readonly opened: OpenedMessage;
}

/**
 * Step 9 of protocol.md section 4: decrypts, with the keys that each source has.
 *
 * @param sources - those of which the callback may be
 * @returns those whose keys open it, at least one
 * @throws DciError `err.encryption.invalid`, the same for every cause
 */
export async function openCallback(sources: AtLeastOne<VerifiedSource>): Promise<AtLeastOne<OpenedCallback>> {
  const opened: OpenedCallback[] = [];
  const refusals: unknown[] = [];
  for (const { source, verified } of sources) {
    try {
      opened.push({ source, opened: await openVerified(verified, source.source) });
    } catch (error) {
      refusals.push(refusalOf(error));
    }
  }
  const [first, ...others] = opened;
  if (first === undefined) throw farthest(refusals);
  return [first, ...others];
}
