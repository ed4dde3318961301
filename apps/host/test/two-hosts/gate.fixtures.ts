import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a registry and the host that it calls back. */
export interface Gate extends AsyncDisposable {
  readonly url: string;
  /** How many connections came while it was closed, or while nobody was behind it. */
  readonly turnedAway: number;
  /** @param port - of the host behind it; absent: connections are broken off */
  lead(port: number | undefined): void;
}

/** @returns a gate on a port of its own, closed */
export async function startGate(): Promise<Gate> {
  let target: number | undefined;
  let turnedAway = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    if (target === undefined) {
      turnedAway += 1;
      socket.destroy();
      return;
    }
    const behind = connect(target, '127.0.0.1');
    behind.on('error', () => {
      turnedAway += 1;
      socket.destroy();
    });
    behind.on('close', () => socket.destroy());
    socket.on('close', () => behind.destroy());
    socket.pipe(behind).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get turnedAway() {
      return turnedAway;
    },
    lead: (next) => {
      target = next;
      // Connections that are kept lead to where they led.
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
