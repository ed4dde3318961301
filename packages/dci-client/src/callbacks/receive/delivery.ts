import { DciError, type LogFields } from 'dci-core';
import type { CallbackKind, CallbackPath } from '../callback-kind.ts';

/** A POST at one of the paths of callbacks, its body read in full. */
export interface CallbackDelivery {
  readonly path: CallbackPath;
  readonly body: Uint8Array;
  /** `Content-Type`. */
  readonly contentType?: string | undefined;
  /** `Content-Encoding`. */
  readonly contentEncoding?: string | undefined;
  /** `Authorization`. */
  readonly authorization?: string | undefined;
}

/** The answer to a callback. */
export interface CallbackReply {
  /** HTTP status. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
  /** What may be logged of it: codes and ids. */
  readonly logFields: LogFields;
  /** Why the callback could not be stored, when the status is 503 because of that. For the program, not for the peer. */
  readonly failure?: unknown;
}

/** How large callbacks may be. */
export interface CallbackLimits {
  /** Bytes of a callback that carries no search result. Default 1 MiB. */
  readonly maxBytes: number;
  /** Bytes of `on-search` and `txn/on-status`. Default 16 MiB. */
  readonly maxResultBytes: number;
}

/** The limits that hold where none are set. */
export const defaultCallbackLimits: CallbackLimits = { maxBytes: 1024 * 1024, maxResultBytes: 16 * 1024 * 1024 };

/**
 * @param kind - of a callback
 * @param limits - the limits
 * @returns how many bytes it may have
 */
export function maxBytesOf({ isLarge }: Pick<CallbackKind, 'isLarge'>, limits: CallbackLimits): number {
  return isLarge ? limits.maxResultBytes : limits.maxBytes;
}

/** What the headers say of a body, and how long it is as far as that is known. */
export interface BodyFacts extends Pick<CallbackDelivery, 'contentType' | 'contentEncoding'> {
  readonly bytes: number;
}

const jsonType = /^\s*application\/json\s*(?:;\s*charset\s*=\s*(?:utf-8|"utf-8")\s*)?;?\s*$/i;

/**
 * Step 1 of protocol.md section 4: content type, content coding and size. A callback without content type is accepted,
 * because OpenCRVS sends none (dialects.md section 4); one of another type is not.
 *
 * @param facts - of the body
 * @param maxBytes - how long it may be
 * @throws DciError `err.request.bad` with status 415 or 413
 */
export function checkBody({ contentType, contentEncoding, bytes }: BodyFacts, maxBytes: number): void {
  if (contentType !== undefined && contentType !== '' && !jsonType.test(contentType)) {
    throw new DciError('err.request.bad', 'the content type must be application/json', { status: 415 });
  }
  const coding = contentEncoding?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') {
    throw new DciError('err.request.bad', 'content codings are not supported', { status: 415 });
  }
  if (bytes > maxBytes) throw tooLarge(maxBytes);
}

/**
 * @param maxBytes - largest size
 * @returns the refusal of a larger body
 */
export function tooLarge(maxBytes: number): DciError {
  return new DciError('err.request.bad', `the body is larger than ${maxBytes} bytes`, { status: 413 });
}
