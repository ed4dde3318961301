import { DciError } from 'dci-core';
import type { EgressFault } from './egress.ts';

/** Why a request got no reply: the cause of the error that `Egress.send` rejects with. */
class EgressFailure extends Error {
  override readonly name = 'EgressFailure';
  readonly fault: EgressFault;
  /** The fault, and the code of the system's error where there is one; for logs. Never an address or a URL. */
  readonly code: string;

  constructor(fault: EgressFault, detail?: string) {
    const code = detail === undefined ? fault : `${fault} ${detail}`;
    super(code);
    this.fault = fault;
    this.code = code;
  }
}

/** What a peer's developer may read; it never says what a name resolved to (reliability.md SR1). */
const texts: Readonly<Record<EgressFault, string>> = {
  url_forbidden: 'the URL is not one that this host sends to',
  address_forbidden: 'the URL is not one that this host sends to',
  name_not_found: 'the name of the receiver was not found',
  connect_failed: 'the receiver could not be reached',
  connect_timeout: 'the receiver could not be reached in time',
  tls_failed: 'no trusted TLS connection to the receiver was possible',
  reset: 'the receiver broke off the connection',
  timeout: 'the receiver did not answer in time',
  reply_too_large: 'the reply is too large',
  reply_encoded: 'the reply is encoded, which was not asked for',
  aborted: 'the request was given up',
};

/**
 * Makes the error of a request that got no reply.
 *
 * @param fault - why
 * @param options - `text`: a sentence for the peer's developer in place of the usual one; `detail`: the code of the
 * system's error
 * @returns err.sender_uri.invalid for `url_forbidden` and `address_forbidden`, else err.service.unavailable
 */
export function egressError(
  fault: EgressFault,
  options: { readonly text?: string; readonly detail?: string } = {},
): DciError {
  const isForbidden = fault === 'url_forbidden' || fault === 'address_forbidden';
  return new DciError(
    isForbidden ? 'err.sender_uri.invalid' : 'err.service.unavailable',
    options.text ?? texts[fault],
    {
      cause: new EgressFailure(fault, options.detail),
    },
  );
}

/**
 * Tells why a request of the egress got no reply.
 *
 * @param error - what `Egress.send`, `Egress.checkUrl` or the `fetch` of a host threw
 * @returns the fault, or `undefined` when the error is not one of the egress
 */
export function egressFaultOf(error: unknown): EgressFault | undefined {
  const cause = error instanceof DciError ? error.cause : undefined;
  return cause instanceof EgressFailure ? cause.fault : undefined;
}
