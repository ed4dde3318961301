import type { IncomingMessage } from 'node:http';
import { DciError } from 'dci-core';
import type { HttpContext } from './router.ts';

/** What a body must be. */
export interface BodyRules {
  /** Default `application/json`. The only parameter that a media type may have is `charset=utf-8`. */
  readonly mediaType?: string;
  /** Largest size in bytes; default and upper bound: `limits.bodyBytes` of the configuration. */
  readonly maxBytes?: number;
}

/**
 * Reads the body of a request as raw bytes, once, within limits (protocol.md section 4 step 1; reliability.md JS8).
 *
 * This is the one way for a route to read a body: it refuses by the headers before it reads, and stops reading as soon
 * as the body grows too large.
 *
 * @param context - the request
 * @param rules - media type and size
 * @returns the bytes as they were received
 * @throws DciError err.request.bad with status 415 for another media type or a content coding, 413 for a body that is
 * too large, 400 for one that breaks off
 */
export async function readBody(context: HttpContext, rules: BodyRules = {}): Promise<Uint8Array> {
  const { incoming, bodyBytes } = context.env;
  const maxBytes = Math.min(rules.maxBytes ?? bodyBytes, bodyBytes);
  const header = (name: string) => (incoming ? singleHeader(incoming, name) : context.req.header(name));
  checkHeaders(header, { mediaType: rules.mediaType ?? 'application/json', maxBytes });
  if (incoming !== undefined) return readIncoming(incoming, maxBytes);
  return readStream(context.req.raw.body, maxBytes);
}

/** What the headers of a request must say of its body. */
export interface HeaderRules {
  readonly mediaType: string;
  /** The media type names a boundary, and has no charset. */
  readonly withBoundary?: boolean;
  /** A request without media type is accepted. */
  readonly mayLackMediaType?: boolean;
  readonly maxBytes: number;
}

/**
 * Refuses a body by the headers of its request.
 *
 * @param header - gives a header
 * @param rules - media type and size
 * @throws DciError err.request.bad with status 415 or 413
 */
export function checkHeaders(header: (name: string) => string | undefined, rules: HeaderRules): void {
  const { mediaType, maxBytes } = rules;
  const given = header('content-type');
  const isAbsent = rules.mayLackMediaType === true && (given ?? '') === '';
  if (!isAbsent && !isMediaType(given, mediaType, rules.withBoundary === true)) {
    throw new DciError('err.request.bad', `the content type must be ${mediaType}`, { status: 415 });
  }
  const coding = header('content-encoding')?.trim().toLowerCase();
  if (coding !== undefined && coding !== '' && coding !== 'identity') {
    throw new DciError('err.request.bad', 'content codings are not supported', { status: 415 });
  }
  const transfer = header('transfer-encoding')?.trim().toLowerCase();
  if (transfer !== undefined && transfer !== 'chunked') {
    throw new DciError('err.request.bad', 'transfer codings other than chunked are not supported', { status: 415 });
  }
  if (Number(header('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/**
 * @param incoming - a request
 * @param name - of a header
 * @returns its values
 */
export function singleHeader(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

const charset = /^\s*charset\s*=\s*(?:utf-8|"utf-8")\s*$/;
/** RFC 2046 section 5.1.1. */
const boundary = /^\s*boundary\s*=\s*(?:[\w'()+,./:=?-]{1,70}|"[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]")\s*$/;

function isMediaType(contentType: string | undefined, expected: string, withBoundary: boolean): boolean {
  if (contentType === expected) return !withBoundary;
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(';');
  if (type?.trim() !== expected) return false;
  if (withBoundary) return parameters.length === 1 && boundary.test(parameters[0] ?? '');
  return parameters.every((parameter) => charset.test(parameter));
}

function readIncoming(incoming: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    let length = 0;
    const settle = (finish: () => void): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      finish();
    };
    const onData = (chunk: Uint8Array): void => {
      length += chunk.length;
      if (length > maxBytes) {
        incoming.pause();
        settle(() => reject(tooLarge(maxBytes)));
      } else {
        chunks.push(chunk);
      }
    };
    const onEnd = (): void => settle(() => resolve(joined(chunks, length)));
    const onBroken = (): void => settle(() => reject(new DciError('err.request.bad', 'the request broke off')));
    incoming.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
    if (incoming.readableEnded) onEnd();
    else if (incoming.destroyed) onBroken();
  });
}

async function readStream(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.length;
    if (length > maxBytes) {
      await reader?.cancel();
      throw tooLarge(maxBytes);
    }
    chunks.push(part.value);
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length);
}

/**
 * @param maxBytes - largest size
 * @returns the refusal of a larger body
 */
export function tooLarge(maxBytes: number): DciError {
  return new DciError('err.request.bad', `the body is larger than ${maxBytes} bytes`, { status: 413 });
}
