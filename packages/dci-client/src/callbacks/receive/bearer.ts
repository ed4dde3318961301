import { type CryptoProvider, DciError } from 'dci-core';
import { type CallbackSource, hashToken } from '../callback-source.ts';

/** What the `Authorization` of a callback opens. */
export interface BearerGrant {
  /**
   * The second half of step 2: the token belongs to one of these sources, or one of them needs none.
   *
   * @param sources - those of the sender
   * @returns the sources that may call back with it
   * @throws DciError the refusal when there are none
   */
  admit(sources: readonly CallbackSource[]): readonly CallbackSource[];
}

const bearerPattern = /^Bearer +(\S+)$/i;

/**
 * Step 2 of protocol.md section 4: the bearer token is present, well formed and known, where sources must show one. While
 * some need none, only the sender tells whether one was needed.
 *
 * @param authorization - `Authorization`
 * @param sources - all that may call back
 * @param options - crypto; the development switch that asks for no token
 * @returns what it opens
 * @throws DciError `err.auth.missing_header`, `err.auth.invalid_format` or `err.auth.invalid_token`
 */
export function checkBearer(
  authorization: string | undefined,
  sources: readonly CallbackSource[],
  { crypto, bypass }: { readonly crypto: Pick<CryptoProvider, 'sha256'>; readonly bypass: boolean },
): BearerGrant {
  const token = bearerPattern.exec(authorization ?? '')?.[1];
  const hash = token === undefined ? undefined : hashToken(token, crypto);
  const opened = new Set(
    sources.filter(({ tokenHashes }) => bypass || tokenHashes === undefined || isAmong(hash, tokenHashes)),
  );
  const isKnown = sources.some(({ tokenHashes = [] }) => isAmong(hash, tokenHashes));
  const refusal = (): DciError => {
    if (authorization === undefined || authorization === '') {
      return new DciError('err.auth.missing_header', 'an Authorization header with a bearer token is required');
    }
    if (token === undefined) {
      return new DciError('err.auth.invalid_format', 'the Authorization header must be "Bearer" and one token');
    }
    return isKnown
      ? new DciError('err.auth.sender_mismatch', 'the bearer token does not belong to the sender of the message')
      : new DciError('err.auth.invalid_token', 'the bearer token is not known here');
  };
  if (opened.size === 0 && sources.length > 0) throw refusal();
  return {
    admit: (candidates) => {
      const admitted = candidates.filter((candidate) => opened.has(candidate));
      if (admitted.length === 0) throw refusal();
      return admitted;
    },
  };
}

/** Every known token is compared to its end, so that the time does not tell which one was close. */
function isAmong(hash: Uint8Array | undefined, known: readonly Uint8Array[]): boolean {
  let found = false;
  for (const each of known) found = (hash !== undefined && isSame(hash, each)) || found;
  return found;
}

function isSame(first: Uint8Array, second: Uint8Array): boolean {
  if (first.length !== second.length) return false;
  let difference = 0;
  for (let index = 0; index < first.length; index += 1) difference |= (first[index] ?? 0) ^ (second[index] ?? 0);
  return difference === 0;
}
