import type { CallbackReceiver } from '../receive/create-receiver.ts';
import { answerRequest, type ServeOptions } from './answer-request.ts';

/**
 * Serves callbacks behind any framework that speaks the Fetch API (protocol.md section 5): every POST to an address that
 * ends in `on-search`, `on-subscribe`, `on-unsubscribe`, `txn/on-status` or `notify`.
 *
 * @param receiver - the receiver
 * @param options - time for a body
 * @returns a function that answers a request; it never rejects
 */
export function callbackFetchHandler(
  receiver: CallbackReceiver,
  options: ServeOptions = {},
): (request: Request) => Promise<Response> {
  return async ({ method, url, headers, body }) => {
    const reader = body?.getReader();
    const chunks: AsyncIterator<Uint8Array> = {
      next: async () => {
        const part = await reader?.read();
        return part?.value === undefined ? { done: true, value: undefined } : { done: false, value: part.value };
      },
    };
    const request = {
      ...{ method, path: new URL(url).pathname, chunks },
      header: (name: string) => headers.get(name) ?? undefined,
    };
    const reply = await answerRequest(request, receiver, options);
    // What was not read is left to the server: cancelling the web stream of a node request throws where nobody can catch it.
    return new Response(reply.body, { status: reply.status, headers: { ...reply.headers } });
  };
}
