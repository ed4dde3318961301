import { DciError } from 'dci-core';
import { type CallbackKind, callbackKindOf, callbackPaths } from '../callback-kind.ts';
import type { BodyReservation } from '../receive/body-budget.ts';
import type { CallbackReceiver } from '../receive/create-receiver.ts';
import { type CallbackReply, checkBody, maxBytesOf, tooLarge } from '../receive/delivery.ts';

/** A request as any HTTP server has it. */
export interface IncomingCallback {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  /** @returns a header; `undefined` when it is not there */
  header(name: string): string | undefined;
  /** The body as it arrives. */
  readonly chunks: AsyncIterator<Uint8Array>;
}

/** How requests are read. */
export interface ServeOptions {
  /**
   * Milliseconds that a body may take. Default 30,000. A large one gets a second more for each 64 KiB that has come, so
   * that a registry with a slow connection is served and one that drips is not.
   */
  readonly bodyTimeoutMs?: number;
}

const defaultBodyTimeoutMs = 30_000;
const slowestBytesPerMs = 65_536 / 1_000;

/**
 * Answers a request to the callback side: finds out which callback it is by the end of its path (protocol.md sections 5
 * and 6), reads its body within limits as it arrives, and has it received.
 *
 * @param request - the request
 * @param receiver - the receiver
 * @param options - time for a body
 * @returns the answer, never a rejection
 */
export async function answerRequest(
  request: IncomingCallback,
  receiver: CallbackReceiver,
  options: ServeOptions = {},
): Promise<CallbackReply> {
  const { method, path, header, chunks } = request;
  const kind = kindOf(path);
  try {
    if (kind === undefined) throw new DciError('err.request.not_found', 'there is no such callback');
    if (method !== 'POST') throw new DciError('err.request.bad', 'a callback is a POST', { status: 405 });
    const contentType = header('content-type');
    const contentEncoding = header('content-encoding');
    const maxBytes = maxBytesOf(kind, receiver.limits);
    const announced = Number(header('content-length') ?? 0);
    checkBody({ contentType, contentEncoding, bytes: Number.isFinite(announced) ? announced : 0 }, maxBytes);
    const reservation = receiver.bodies.open();
    try {
      const body = await readBody(
        counted(chunks, reservation),
        maxBytes,
        options.bodyTimeoutMs ?? defaultBodyTimeoutMs,
      );
      return await receiver.receive({
        ...{ path: kind.path, body, contentType, contentEncoding },
        authorization: header('authorization'),
      });
    } finally {
      reservation.release();
    }
  } catch (error) {
    const refusal = error instanceof DciError ? error : new DciError('err.request.bad', 'the request broke off');
    const reply = receiver.refuse(refusal);
    return refusal.status === 405 ? { ...reply, headers: { ...reply.headers, allow: 'POST' } } : reply;
  }
}

function kindOf(path: string): CallbackKind | undefined {
  const trimmed = path.replace(/\/+$/, '');
  const found = callbackPaths.find((callback) => trimmed.endsWith(`/${callback}`));
  return found === undefined ? undefined : callbackKindOf(found);
}

function counted(chunks: AsyncIterator<Uint8Array>, reservation: BodyReservation): AsyncIterator<Uint8Array> {
  return {
    next: async () => {
      const part = await chunks.next();
      if (part.done !== true) reservation.add(part.value.byteLength);
      return part;
    },
  };
}

async function readBody(
  chunks: AsyncIterator<Uint8Array>,
  maxBytes: number,
  timeoutMs: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const started = performance.now();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const left = started + timeoutMs + length / slowestBytesPerMs - performance.now();
    const { done, value } = await within(left, chunks.next());
    if (done === true) break;
    length += value.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes);
    parts.push(value);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    body.set(part, offset);
    offset += part.byteLength;
  }
  return body;
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new DciError('err.request.timeout', 'the body did not arrive in time')),
    Math.max(0, milliseconds),
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
