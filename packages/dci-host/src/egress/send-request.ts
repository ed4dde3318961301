import type { ClientRequest, IncomingMessage } from 'node:http';
import { DciError } from 'dci-core';
import type { EgressFault, EgressReply } from './egress.ts';
import { egressError } from './egress-failure.ts';
import type { GuardedAgents } from './guarded-agents.ts';

/** One request, ready to be opened. */
export interface Exchange {
  /** Makes the request; nothing of it has been sent then. */
  open(): ClientRequest;
  readonly body: Uint8Array | undefined;
  readonly limits: {
    readonly connectTimeoutMs: number;
    readonly totalTimeoutMs: number;
    readonly maxReplyBytes: number;
  };
  readonly agents: GuardedAgents;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends a request and reads the reply within its limits.
 *
 * @param exchange - request and limits
 * @returns the reply, whatever its status
 * @throws DciError as `Egress.send` does
 */
export function exchange({ open, body, limits, agents, signal }: Exchange): Promise<EgressReply> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortError(signal));
      return;
    }
    const request = open();
    const timers: NodeJS.Timeout[] = [];
    let settled = false;
    const settle = (end: () => void): void => {
      if (settled) return;
      settled = true;
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      end();
    };
    const fail = (error: DciError): void => {
      settle(() => reject(error));
      request.destroy();
    };
    const failAfter = (milliseconds: number, fault: EgressFault): NodeJS.Timeout => {
      const timer = setTimeout(() => fail(egressError(fault)), milliseconds);
      timers.push(timer);
      return timer;
    };
    const onAbort = (): void => {
      if (signal !== undefined) fail(abortError(signal));
    };

    failAfter(limits.totalTimeoutMs, 'timeout');
    signal?.addEventListener('abort', onAbort, { once: true });
    request.once('socket', (socket) => {
      if (settled) return;
      const timer = failAfter(limits.connectTimeoutMs, 'connect_timeout');
      agents.onReady(socket, () => clearTimeout(timer));
    });
    // Stays after the end: a destroyed request may report an error once more.
    request.on('error', (error) => fail(translated(error, request, agents)));
    request.once('response', (response) => {
      readReply(response, limits.maxReplyBytes, {
        done: (reply) => settle(() => resolve(reply)),
        failed: fail,
      });
    });
    request.end(body);
  });
}

interface ReplyEnd {
  done(reply: EgressReply): void;
  failed(error: DciError): void;
}

function readReply(response: IncomingMessage, maxBytes: number, { done, failed }: ReplyEnd): void {
  const { statusCode = 0 } = response;
  // Node hands 101 over when the server did not say `connection: upgrade`.
  if (statusCode < 200) {
    failed(egressError('reset'));
    return;
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  const coding = headers['content-encoding'] ?? '';
  const transfer = headers['transfer-encoding'] ?? '';
  if (!/^(?:identity)?$/i.test(coding.trim()) || !/^(?:chunked)?$/i.test(transfer.trim())) {
    failed(egressError('reply_encoded'));
    return;
  }
  if (Number(headers['content-length'] ?? 0) > maxBytes) {
    failed(egressError('reply_too_large'));
    return;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  response.on('data', (chunk: Uint8Array) => {
    size += chunk.byteLength;
    if (size > maxBytes) failed(egressError('reply_too_large'));
    else chunks.push(chunk);
  });
  response.once('end', () => done({ status: statusCode, headers, body: new Uint8Array(Buffer.concat(chunks)) }));
  response.once('error', () => failed(egressError('reset')));
}

function abortError(signal: AbortSignal): DciError {
  const { reason } = signal;
  return egressError(reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout' : 'aborted');
}

function translated(error: Error, request: ClientRequest, agents: GuardedAgents): DciError {
  if (error instanceof DciError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return egressError(faultOf(code, request, agents), { detail: code });
}

function faultOf(code: string, { socket }: ClientRequest, agents: GuardedAgents): EgressFault {
  if (code === 'HPE_HEADER_OVERFLOW') return 'reply_too_large';
  // With TLS 1.3 a server refuses our certificate only after the handshake.
  if (code.startsWith('ERR_SSL_')) return 'tls_failed';
  const phase = socket === null ? 'connecting' : agents.phaseOf(socket);
  if (phase === 'ready') return 'reset';
  return phase === 'securing' ? 'tls_failed' : 'connect_failed';
}
