import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'dci-core';
import type { HttpLimits } from '../config/host-config.ts';
import { errorFields } from '../observe/error-fields.ts';
import { addressError } from './address-error.ts';
import type { HttpApp } from './app.ts';
import { RunningRequests } from './body-time.ts';

/** A server that accepts connections. */
export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /**
   * Stops accepting, lets running requests end, and closes what is still open when their time is up.
   *
   * @returns the number of requests that were cut off
   */
  close(): Promise<number>;
}

/** What {@link listen} works with. */
export interface ListenOptions {
  readonly app: HttpApp;
  readonly limits: HttpLimits;
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
}

/**
 * Starts a Node server for the HTTP application, with bounds on connections and on the time a client may take for
 * header and body (reliability.md LD2), and a drain at its end (CR7).
 *
 * @param options - application, bounds, address
 * @returns the listening server
 * @throws DciError err.state.conflict when the address is in use or not permitted; err.configuration.invalid when it
 * is none of this machine
 */
export async function listen(options: ListenOptions): Promise<HttpServer> {
  const { app, limits } = options;
  const running = new RunningRequests();
  let stopping = false;
  const answer = getRequestListener((request, node) => {
    const { incoming, outgoing } = node as { readonly incoming: IncomingMessage; readonly outgoing: ServerResponse };
    return app.fetch(request, { incoming, outgoing, bodyTime: running });
  });
  const checkingInterval = Math.max(50, Math.min(1000, limits.headersTimeoutMs / 4));
  const server = createServer(
    {
      headersTimeout: limits.headersTimeoutMs,
      // Node knows one time for every request. A body that is read as it comes may take longer than the others.
      requestTimeout: Math.max(longestRequestMs, limits.bodyTimeoutMs),
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: checkingInterval,
    },
    (incoming, outgoing) => {
      if (stopping) outgoing.shouldKeepAlive = false;
      running.add(outgoing, limits.bodyTimeoutMs);
      void answer(incoming, outgoing);
    },
  );
  const lateBodies = setInterval(() => {
    for (const { req } of running.late()) refuse({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, req.socket);
  }, checkingInterval).unref();
  server.once('close', () => clearInterval(lateBodies));
  server.maxConnections = limits.connections;
  server.setTimeout(Math.max(60_000, limits.bodyTimeoutMs * 2));
  server.on('clientError', refuse);
  await opened(server, options.host, options.port);
  // Such as no descriptor left for a new connection: those that are open go on.
  server.on('error', (error) => options.logger.warn(errorFields(error), 'a connection could not be accepted'));
  const { address, port } = server.address() as AddressInfo;
  return {
    host: address,
    port,
    async close() {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const outgoing of running.responses()) outgoing.shouldKeepAlive = false;
      const sweep = setInterval(() => server.closeIdleConnections(), 20);
      let cutOff = 0;
      const deadline = setTimeout(() => {
        cutOff = running.size;
        server.closeAllConnections();
      }, limits.drainTimeoutMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(deadline);
      return cutOff;
    },
  };
}

/** Longest time of any request. */
const longestRequestMs = 30 * 60_000;

function opened(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(addressError(error, host, port));
    server.once('error', refused);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

/** What cannot be read as HTTP, or came too slowly, gets a bare status line and a closed connection. */
function refuse(error: Pick<NodeJS.ErrnoException, 'code'>, socket: Socket | { destroy(): void }): void {
  if (!('writable' in socket) || !socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? '408 Request Timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
