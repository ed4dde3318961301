import type { Clock, DciError, Fetch, FetchInit } from 'dci-core';
import { protocolFault, unreachable } from './failure.ts';

/** An HTTP answer, read in full. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Seconds of `Retry-After`, which may be given as a time too. */
  readonly retryAfter?: number;
  readonly body: Uint8Array;
}

/** How a call over HTTP is made. */
export interface HttpCall {
  readonly fetch: Fetch;
  readonly url: string;
  readonly init: Omit<FetchInit, 'redirect' | 'signal'>;
  /** Largest body that is read. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Tells how far away a `Retry-After` is that is given as a time; absent: such a one is passed over. */
  readonly clock?: Clock;
}

/**
 * Makes one HTTP call: follows no redirect and reads no more than the limit, as it streams in.
 *
 * @param call - address, body and limits
 * @returns the answer, whatever its status
 * @throws DciError with the cause `unreachable`, or `protocol` with `redirect`, `too_large` or `truncated`
 */
export async function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const { fetch, url, init, maxBytes, signal, clock } = call;
  let response: Response;
  try {
    response = await fetch(url, { ...init, redirect: 'manual', signal });
  } catch (error) {
    throw fetchFailure(error);
  }
  // A browser hides a redirect behind status 0.
  if (response.status === 0 || (response.status >= 300 && response.status < 400)) {
    await response.body?.cancel().catch(() => undefined);
    throw protocolFault('redirect');
  }
  const retryAfter = readRetryAfter(response.headers.get('retry-after'), clock);
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    ...(retryAfter !== undefined && { retryAfter }),
    body: await readBody(response, maxBytes),
  };
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array();
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw protocolFault('truncated');
    });
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw protocolFault('too_large');
    }
    chunks.push(value);
  }
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/** RFC 9110 section 10.2.3: seconds, or a time. */
function readRetryAfter(text: string | null, clock: Clock | undefined): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const time = text.endsWith('GMT') ? Date.parse(text) : Number.NaN;
  return clock === undefined || Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - clock.now()) / 1000));
}

/** The guarded egress of a host reads a reply in full, so that its `fetch` can fail because of what came. */
const faultsOfReply: Readonly<Record<string, 'too_large' | 'content_encoding'>> = {
  REPLY_TOO_LARGE: 'too_large',
  REPLY_ENCODED: 'content_encoding',
};

function fetchFailure(error: unknown): DciError {
  const code = systemCodeOf(error);
  const fault = code === undefined ? undefined : faultsOfReply[code];
  return fault === undefined ? unreachable(code) : protocolFault(fault);
}

/**
 * Only a code is taken over, in capitals: of the operating system or the TLS library, or the fault of a host's egress. The
 * text of a system error can hold addresses.
 */
function systemCodeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    const code = 'code' in at ? at.code : undefined;
    if (typeof code !== 'string') continue;
    const [, fault, detail] = /^([a-z_]{3,40})?\s?([A-Z][A-Z0-9_]{1,60})?$/.exec(code) ?? [];
    const read = detail ?? fault?.toUpperCase();
    if (read !== undefined) return read;
  }
  return undefined;
}
