import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { Duplex } from 'node:stream';
import type { AddressJudge } from './address-rules.ts';
import { readAddress } from './classify-address.ts';
import type { EgressTls } from './egress.ts';
import { egressError } from './egress-failure.ts';
import { type Resolver, resolvePermitted } from './resolve.ts';

/** What sockets are opened with. */
export interface GuardOptions {
  readonly resolver: Resolver;
  readonly permits: AddressJudge;
  /** Told every address to which a connection is attempted, before the first packet leaves. */
  readonly onConnect?: (address: string, port: number) => void;
  readonly tls?: EgressTls;
}

/** How far a socket is: before TCP is connected, before TLS is agreed, or able to carry a request. */
export type SocketPhase = 'connecting' | 'securing' | 'ready';

/** Agents whose sockets reach permitted addresses only. */
export interface GuardedAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  /**
   * @param socket - a socket of one of the agents
   * @returns how far it is
   */
  phaseOf(socket: Duplex): SocketPhase;
  /**
   * @param socket - a socket of one of the agents
   * @param listener - called once when the socket can carry a request; at once when it can already
   */
  onReady(socket: Duplex, listener: () => void): void;
}

/**
 * Idle sockets are closed before common servers close them (5 s and more), so that few requests meet a socket that is
 * being closed. Numbers are bounded, because peers choose the hosts (reliability.md WH7).
 */
const pooling = { keepAlive: true, timeout: 4000, maxSockets: 32, maxTotalSockets: 512, maxFreeSockets: 4 } as const;

/**
 * Makes the agents. A name is looked up inside of the connect, and the socket gets exactly the addresses that were
 * judged; a literal address is judged before; the address of the other side is judged again once it is connected. A
 * kept-alive socket stays with the address that it was opened to. The environment's proxies have no say.
 *
 * @param options - resolver, judge, observer
 * @returns the agents
 */
export function createGuardedAgents(options: GuardOptions): GuardedAgents {
  const { permits, onConnect, tls = {} } = options;
  const phases = new WeakMap<Duplex, SocketPhase>();
  const lookup = guardedLookup(options);

  /** What every socket is opened with; throws for a literal address that is not permitted. */
  const guarded = <T extends http.ClientRequestArgs>(given: T): T => {
    const host = given.host ?? '';
    if (net.isIP(host) !== 0) {
      const bytes = readAddress(host);
      if (bytes === undefined || !permits(bytes)) throw egressError('address_forbidden');
    }
    return { ...given, lookup };
  };
  const watched = (socket: Duplex | null | undefined, readyEvent: 'connect' | 'secureConnect'): Duplex => {
    if (!(socket instanceof net.Socket)) throw new TypeError('an agent made no socket');
    phases.set(socket, 'connecting');
    if (onConnect !== undefined) socket.on('connectionAttempt', (address, port) => onConnect(address, port));
    socket.once('connect', () => {
      phases.set(socket, 'securing');
      const bytes = readAddress(socket.remoteAddress ?? '');
      if (bytes === undefined || !permits(bytes)) socket.destroy(egressError('address_forbidden'));
    });
    socket.once(readyEvent, () => phases.set(socket, 'ready'));
    return socket;
  };

  class GuardedHttpAgent extends http.Agent {
    override createConnection(given: http.ClientRequestArgs): Duplex {
      return watched(super.createConnection(guarded(given)), 'connect');
    }
  }
  class GuardedHttpsAgent extends https.Agent {
    override createConnection(given: https.RequestOptions): Duplex {
      return watched(super.createConnection({ ...guarded(given), rejectUnauthorized: true }), 'secureConnect');
    }
  }
  return {
    http: new GuardedHttpAgent(pooling),
    https: new GuardedHttpsAgent({
      ...pooling,
      minVersion: 'TLSv1.2',
      ...(tls.ca !== undefined && { ca: tls.ca }),
      ...(tls.certificate !== undefined && { cert: tls.certificate }),
      ...(tls.key !== undefined && { key: tls.key }),
      ...(tls.serverName !== undefined && { servername: tls.serverName }),
    }),
    phaseOf: (socket) => phases.get(socket) ?? 'connecting',
    onReady: (socket, listener) => {
      if (phases.get(socket) === 'ready') listener();
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', listener);
    },
  };
}

function guardedLookup({ resolver, permits }: GuardOptions): net.LookupFunction {
  return (name, { all }, callback) => {
    resolvePermitted(name, resolver, permits).then(
      (found) => {
        const [first] = found;
        if (all === true) callback(null, [...found]);
        else callback(null, first?.address ?? '', first?.family ?? 4);
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error('the look-up failed'), ''),
    );
  };
}
