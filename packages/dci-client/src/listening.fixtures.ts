import type { Server } from 'node:http';

/** A server of the tests that listens. */
export interface Listening {
  /** For example `http://127.0.0.1:51234`. */
  readonly origin: string;
  /** Ends it, with the connections that are open. */
  stop(): Promise<void>;
}

/** @param server - listens on any free port of the loopback address */
export async function listening(server: Server): Promise<Listening> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
