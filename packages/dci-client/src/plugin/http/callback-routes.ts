import { DciError } from 'dci-core';
import { type HttpContext, type HttpRouter, jsonReply, streamBody } from 'dci-host';
import { type CallbackPath, callbackKindOf, callbackPaths } from '../../callbacks/callback-kind.ts';
import type { BodyReservation } from '../../callbacks/receive/body-budget.ts';
import type { CallbackReceiver } from '../../callbacks/receive/create-receiver.ts';
import { maxBytesOf } from '../../callbacks/receive/delivery.ts';

/**
 * Adds the routes at which registries call back, below the host's base path (protocol.md section 5): `/registry/on-search`,
 * `/registry/on-subscribe`, `/registry/on-unsubscribe`, `/registry/txn/on-status`, `/registry/notify`.
 *
 * @param router - the host's router
 * @param receiver - takes the callbacks
 */
export function addCallbackRoutes(router: HttpRouter, receiver: CallbackReceiver): void {
  for (const path of callbackPaths) {
    router.post(`/registry/${path}`, (context) => receive(context, path, receiver));
  }
}

async function receive(context: HttpContext, path: CallbackPath, receiver: CallbackReceiver): Promise<Response> {
  const maxBytes = maxBytesOf(callbackKindOf(path), receiver.limits);
  const reservation = receiver.bodies.open();
  try {
    const body = await readWhole(context, maxBytes, reservation);
    const reply = await receiver.receive({
      path,
      body,
      contentType: context.req.header('content-type'),
      contentEncoding: context.req.header('content-encoding'),
      authorization: context.req.header('authorization'),
    });
    // The host makes the answer, logs what broke, and stops where its state cannot be trusted any more.
    if (reply.failure !== undefined) throw reply.failure;
    context.env.logFields = reply.logFields;
    const response = jsonReply(reply.body, reply.status);
    for (const [name, value] of Object.entries(reply.headers)) response.headers.set(name, value);
    return response;
  } catch (error) {
    if (error instanceof DciError) context.env.logFields = { code: error.code };
    throw error;
  } finally {
    reservation.release();
  }
}

async function readWhole(context: HttpContext, maxBytes: number, reservation: BodyReservation): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const rules = { mediaType: 'application/json', mayLackMediaType: true, maxBytes };
  for await (const chunk of streamBody(context, rules)) {
    reservation.add(chunk.byteLength);
    chunks.push(chunk);
  }
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
