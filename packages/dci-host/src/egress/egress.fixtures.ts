import http from 'node:http';
import type net from 'node:net';
import type { AddressInfo } from 'node:net';
import { DciError } from 'dci-core';
import { createEgress } from './create-egress.ts';
import type { Egress, EgressFault } from './egress.ts';
import { egressFaultOf } from './egress-failure.ts';
import type { Resolver } from './resolve.ts';

/** What an egress of a test permits. */
export interface TestEgressOptions {
  readonly allowHttp?: boolean;
  readonly allowInternal?: boolean;
  readonly allowedNetworks?: readonly string[];
  readonly resolver?: Resolver;
}

/** An egress, and every address that it began to connect to. */
export interface RecordedEgress {
  readonly egress: Egress;
  readonly attempts: string[];
}

/**
 * Makes an egress that records where it connects to. Unless it is given a resolver, it knows no names.
 *
 * @param options - what it permits; default: what production permits
 * @returns egress and record
 */
export function recordedEgress(options: TestEgressOptions = {}): RecordedEgress {
  const attempts: string[] = [];
  const egress = createEgress({
    config: {
      egress: { allowedNetworks: options.allowedNetworks ?? [] },
      development: {
        allowUnsignedRequests: false,
        bypassBearerAuth: false,
        allowHttpCallbacks: options.allowHttp ?? false,
        allowInternalCallbackIps: options.allowInternal ?? false,
      },
    },
    resolver: options.resolver ?? (() => Promise.reject(Object.assign(new Error('no names'), { code: 'ENOTFOUND' }))),
    onConnect: (address, port) => attempts.push(`${address} ${port}`),
  });
  return { egress, attempts };
}

/** A server of a test on a loopback address. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** Without a slash at its end. */
  readonly url: string;
  /** Connections so far. */
  readonly connections: () => number;
}

/**
 * Serves on a loopback address.
 *
 * @param server - an HTTP or plain TCP server
 * @param address - default 127.0.0.1
 * @param port - default: the system chooses
 * @returns the server, listening
 */
export async function serve(server: net.Server, address = '127.0.0.1', port = 0): Promise<TestServer> {
  let connections = 0;
  const open = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const { port: chosen } = server.address() as AddressInfo;
  return {
    port: chosen,
    url: `http://${address.includes(':') ? `[${address}]` : address}:${chosen}`,
    connections: () => connections,
    [Symbol.asyncDispose]: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * Serves HTTP with one handler on 127.0.0.1.
 *
 * @param handler - answers
 * @returns the server, listening
 */
export function serveHttp(handler: http.RequestListener): Promise<TestServer> {
  return serve(http.createServer(handler));
}

/** How a request ended. */
export interface Refusal {
  readonly code: string;
  readonly fault: EgressFault | undefined;
  readonly message: string;
}

/**
 * Waits for a request to be refused.
 *
 * @param request - what must reject
 * @returns what it was refused with
 */
export async function refusalOf(request: Promise<unknown>): Promise<Refusal> {
  try {
    await request;
  } catch (error) {
    if (!(error instanceof DciError)) throw error;
    return { code: error.code, fault: egressFaultOf(error), message: error.message };
  }
  throw new Error('the request was not refused');
}
