import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallbackReceiver } from '../receive/create-receiver.ts';
import { answerRequest, type ServeOptions } from './answer-request.ts';

/**
 * Serves callbacks with `node:http` or `node:https` (protocol.md section 5), without any framework.
 *
 * @param receiver - the receiver
 * @param options - time for a body
 * @returns a listener for `createServer`
 * @example
 * ```ts
 * createServer(callbackListener(receiver)).listen(8443);
 * ```
 */
export function callbackListener(
  receiver: CallbackReceiver,
  options: ServeOptions = {},
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    const [path = '/'] = (incoming.url ?? '/').split('?');
    const header = (name: string): string | undefined => {
      const value = incoming.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    };
    // A stream that is not read to its end is kept for the answer.
    const chunks: AsyncIterator<Uint8Array> = incoming.iterator({ destroyOnReturn: false });
    const request = { method: incoming.method ?? 'GET', path, header, chunks };
    void answerRequest(request, receiver, options).then(({ status, headers, body }) => {
      if (outgoing.destroyed) return;
      const isUnread = !incoming.complete;
      outgoing.writeHead(status, {
        ...headers,
        'content-length': Buffer.byteLength(body),
        ...(isUnread && { connection: 'close' }),
      });
      outgoing.end(body, () => {
        if (isUnread) incoming.destroy();
      });
    });
  };
}
