import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listening } from '../listening.fixtures.ts';

/** A request that came to {@link startLoopback}. */
export interface LoopbackRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A caller's own address in the tests of the peers: publishes a key set, and takes callbacks. */
export interface Loopback {
  readonly origin: string;
  readonly received: LoopbackRequest[];
  stop(): Promise<void>;
}

/** @param jwks - what `/.well-known/jwks.json` answers */
export async function startLoopback(jwks: unknown = { keys: [] }): Promise<Loopback> {
  const received: LoopbackRequest[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (request.url === '/.well-known/jwks.json') {
      response.end(JSON.stringify(jwks));
      return;
    }
    received.push({ path: request.url ?? '', headers: request.headers, text });
    response.end('{}');
  });
  const { origin, stop } = await listening(server);
  return {
    origin,
    received,
    stop,
  };
}
