import { DciError } from 'dci-core';
import { checkHeaders, singleHeader, tooLarge } from './limits.ts';
import type { HttpContext } from './router.ts';

/** What a body that is read as it comes must be. */
export interface StreamRules {
  /** For example `application/json`, or `multipart/form-data`, which must name its boundary. */
  readonly mediaType: string;
  /** Accept a request that names no media type; default: no. */
  readonly mayLackMediaType?: boolean;
  /** Largest size in bytes; `limits.bodyBytes` of the configuration does not hold here. */
  readonly maxBytes: number;
}

/** Bytes a second that a client must keep up, on average, once the time for a whole body is over. */
const slowestBytesPerSecond = 64 * 1024;

/**
 * @param context - a request
 * @returns whether its body says that it is a form of several parts
 */
export function isMultipart(context: HttpContext): boolean {
  return /^\s*multipart\/form-data\s*(?:;|$)/i.test(context.req.header('content-type') ?? '');
}

/**
 * Reads the body of a request as it comes, for what does not fit into memory: refuses by the headers before it reads, and
 * stops as soon as the body grows too large. `limits.bodyTimeoutMs` holds for a small body; a larger one gets more time
 * for each byte that has come, so that a client that keeps up 64 KiB a second is served and one that drips is not
 * (protocol.md section 4 step 1; reliability.md JS8, LD2).
 *
 * @param context - the request
 * @param rules - media type and size
 * @returns the bytes as they come; to be read once, and to its end or to an error
 * @throws DciError err.request.bad with status 415 for another media type or a content coding, 413 for a body that is
 * too large, 400 for one that breaks off
 */
export function streamBody(context: HttpContext, rules: StreamRules): AsyncGenerator<Uint8Array, void, undefined> {
  const { incoming } = context.env;
  const header = (name: string) => (incoming ? singleHeader(incoming, name) : context.req.header(name));
  const { mediaType, mayLackMediaType, maxBytes } = rules;
  const withBoundary = mediaType.startsWith('multipart/');
  checkHeaders(header, { mediaType, withBoundary, maxBytes, ...(mayLackMediaType && { mayLackMediaType }) });
  return boundedBody(context, maxBytes);
}

async function* boundedBody(context: HttpContext, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const { incoming, outgoing, bodyTime, bodyTimeoutMs } = context.env;
  const started = performance.now();
  let length = 0;
  try {
    for await (const chunk of incoming?.iterator({ destroyOnReturn: false }) ?? partsOf(context.req.raw.body)) {
      length += chunk.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      if (outgoing !== undefined) {
        const allowed = bodyTimeoutMs + (length / slowestBytesPerSecond) * 1000;
        bodyTime?.extend(outgoing, started + allowed - performance.now());
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof DciError) throw error;
    throw new DciError('err.request.bad', 'the request broke off', { cause: error });
  }
}

async function* partsOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) yield part.value;
  } finally {
    await reader?.cancel();
  }
}
