import { DciError, type Fetch } from 'dci-core';
import type { Egress, EgressReply, EgressRequest } from './egress.ts';
import { egressError } from './egress-failure.ts';

const emptyStatuses: readonly number[] = [204, 205, 304];

/** What all requests of one such `fetch` have in common. */
export type EgressFetchOptions = Pick<EgressRequest, 'connectTimeoutMs' | 'totalTimeoutMs' | 'maxReplyBytes' | 'tls'>;

/**
 * Makes a `fetch` that goes out through the egress: for JWKS and other requests of parts that know no egress. The reply
 * is read whole, up to 64 KiB unless the options say otherwise. A redirect is an error unless the caller asks for `manual`.
 *
 * @param egress - the way out
 * @param options - times, size and TLS of its requests; absent: the defaults of the egress
 * @returns the fetch; it rejects with the errors of the egress
 */
export function createEgressFetch(egress: Egress, options: EgressFetchOptions = {}): Fetch {
  return async (url, { method = 'GET', headers, body, redirect, signal } = {}) => {
    if (method !== 'GET' && method !== 'POST') {
      throw new DciError('err.request.bad', 'requests to peers are made with GET or POST');
    }
    const reply = await egress.send({
      ...options,
      url,
      method,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
    if (redirect !== 'manual' && reply.status >= 300 && reply.status < 400 && reply.status !== 304) {
      throw new DciError('err.service.unavailable', 'the receiver answered with a redirect, which is not followed');
    }
    return toResponse(reply);
  };
}

function toResponse({ status, headers, body }: EgressReply): Response {
  // A `Response` cannot be made with a status that HTTP does not know.
  if (status < 200 || status > 599) throw egressError('reset');
  return new Response(emptyStatuses.includes(status) ? null : body.slice(), { status, headers: { ...headers } });
}
