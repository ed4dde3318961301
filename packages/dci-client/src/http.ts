import type { Fetch, FetchInit } from 'dci-core';
import { protocolFault, unreachable } from './failure.ts';

/** An HTTP answer, read in full. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Seconds of a `Retry-After` that is given in seconds. */
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
}

/**
 * Makes one HTTP call: follows no redirect and reads no more than the limit, as it streams in.
 *
 * @param call - address, body and limits
 * @returns the answer, whatever its status
 * @throws DciError with the cause `unreachable`, or `protocol` with `redirect`, `too_large` or `truncated`
 */
export async function callHttp(call: HttpCall): Promise<HttpAnswer> {
  const { fetch, url, init, maxBytes, signal } = call;
  let response: Response;
  try {
    response = await fetch(url, { ...init, redirect: 'manual', signal });
  } catch (error) {
    throw unreachable(systemCodeOf(error));
  }
  // A browser hides a redirect behind status 0.
  if (response.status === 0 || (response.status >= 300 && response.status < 400)) {
    await response.body?.cancel().catch(() => undefined);
    throw protocolFault('redirect');
  }
  const retryAfter = response.headers.get('retry-after');
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    ...(retryAfter !== null && /^\d{1,9}$/.test(retryAfter) && { retryAfter: Number(retryAfter) }),
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

/** Only a code in capitals is taken over: the text of a system error can hold addresses. */
function systemCodeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    const code = 'code' in at ? at.code : undefined;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code)) return code;
  }
  return undefined;
}
