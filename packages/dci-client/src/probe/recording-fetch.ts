import type { Clock, Fetch, FetchInit } from 'dci-core';

/** A request and its answer as they were on the wire. */
export interface RecordedExchange {
  readonly method: string;
  readonly url: string;
  readonly requestBody: string | undefined;
  readonly status: number;
  readonly contentType: string;
  /** The header `Date`, as Unix milliseconds. */
  readonly date: number | undefined;
  /** Unix milliseconds of our clock. */
  readonly answeredAt: number;
  /** What was read of the body, up to the limit. */
  body(): Uint8Array;
}

/** A fetch that keeps what passes through it. */
export interface RecordingFetch {
  readonly fetch: Fetch;
  /** In the order of the answers. */
  readonly exchanges: readonly RecordedExchange[];
}

/** More than any reply to a search that nobody matches. */
const MAX_BYTES = 1024 * 1024;

/**
 * Keeps requests and answers, for a probe alone: they hold what a log must not.
 *
 * @param fetch - makes the requests
 * @param clock - tells when they were answered
 * @returns the fetch and what passed through it
 */
export function recordingFetch(fetch: Fetch, clock: Clock): RecordingFetch {
  const exchanges: RecordedExchange[] = [];
  return {
    exchanges,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const chunks: Uint8Array[] = [];
      exchanges.push({ ...describe(url, init, response), answeredAt: clock.now(), body: () => joined(chunks) });
      if (response.body === null || response.status < 200) return response;
      const { status, statusText, headers } = response;
      return new Response(response.body.pipeThrough(keeping(chunks)), { status, statusText, headers });
    },
  };
}

function describe(url: string, init: FetchInit | undefined, { status, headers }: Response) {
  const date = Date.parse(headers.get('date') ?? '');
  return {
    method: init?.method ?? 'GET',
    url,
    requestBody: typeof init?.body === 'string' ? init.body : undefined,
    status,
    contentType: headers.get('content-type') ?? '',
    date: Number.isNaN(date) ? undefined : date,
  };
}

function keeping(chunks: Uint8Array[]): TransformStream<Uint8Array, Uint8Array> {
  let size = 0;
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength;
      if (size <= MAX_BYTES) chunks.push(chunk);
      controller.enqueue(chunk);
    },
  });
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((size, { byteLength }) => size + byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return all;
}
