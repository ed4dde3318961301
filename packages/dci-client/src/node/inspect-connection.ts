import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ConnectionFacts, ConnectionTarget, InspectConnection } from '../probe/connection.ts';

/**
 * Looks a name up, connects and agrees on TLS with Node's own means, for a probe. Nothing is sent, so that also a
 * certificate is looked at which nobody vouches for.
 *
 * @param target - where to
 * @param signal - ends it
 * @returns what was found out
 */
export const inspectConnection: InspectConnection = async (target, signal) => {
  signal.throwIfAborted();
  if (isIP(target.host) === 0) {
    try {
      await lookup(target.host);
    } catch (error) {
      return { failure: { step: 'name', code: codeOf(error) } };
    }
  }
  return await connect(target, signal);
};

function connect(target: ConnectionTarget, signal: AbortSignal): Promise<ConnectionFacts> {
  return new Promise((resolve, reject) => {
    let step: 'connection' | 'tls' = 'connection';
    const socket = target.isTls ? openTls(target) : connectTcp(target.port, target.host);
    const onAbort = (): void => {
      socket.destroy();
      reject(signal.reason);
    };
    const end = (facts: ConnectionFacts): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(facts);
      socket.destroy();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    // Stays: a socket can fail once more while it is destroyed.
    socket.on('error', (error) => end({ failure: { step, code: codeOf(error) } }));
    socket.once('close', () => end({ failure: { step, code: 'ECONNRESET' } }));
    socket.once('connect', () => {
      step = 'tls';
      if (!target.isTls) end({});
    });
    socket.once('secureConnect', () => end(factsOf(socket as TLSSocket)));
  });
}

function openTls({ host, port, tls = {} }: ConnectionTarget): Socket {
  const serverName = tls.serverName ?? (isIP(host) === 0 ? host : undefined);
  return connectTls({
    host,
    port,
    minVersion: 'TLSv1.2',
    // The certificate is judged below; no byte of a request goes over this connection.
    rejectUnauthorized: false,
    ...(serverName !== undefined && { servername: serverName }),
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.certificate !== undefined && { cert: tls.certificate }),
    ...(tls.key !== undefined && { key: tls.key }),
  });
}

function factsOf(socket: TLSSocket): ConnectionFacts {
  const validTo = Date.parse(socket.getPeerCertificate().valid_to);
  const protocol = socket.getProtocol();
  return {
    ...(protocol !== null && { protocol }),
    ...(!Number.isNaN(validTo) && { certificate: { validTo } }),
    ...(!socket.authorized && { failure: { step: 'tls', code: judgedCode(socket.authorizationError) } }),
  };
}

/** Declared as an error; in truth it is its code. */
function judgedCode(error: unknown): string | undefined {
  return typeof error === 'string' ? wellFormed(error) : codeOf(error);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? wellFormed(error.code)
    : undefined;
}

/** Texts of the TLS library can hold names. */
const wellFormed = (code: string): string | undefined => (/^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : undefined);
