import http from 'node:http';
import https from 'node:https';
import { DciError } from 'dci-core';
import type { HostConfig } from '../config/host-config.ts';
import { createAddressJudge } from './address-rules.ts';
import { checkUrl, type Target, type UrlRules } from './check-url.ts';
import type { Egress, EgressReply, EgressRequest, EgressTls } from './egress.ts';
import { egressError } from './egress-failure.ts';
import { createGuardedAgents, type GuardedAgents } from './guarded-agents.ts';
import { type Resolver, systemResolver } from './resolve.ts';
import { exchange } from './send-request.ts';

/** What {@link createEgress} works with. */
export interface EgressOptions {
  /** The part of a host's configuration that says what may be reached. */
  readonly config: Pick<HostConfig, 'egress' | 'development'>;
  /** Looks names up; default: hosts file and DNS of the system. */
  readonly resolver?: Resolver;
  /** Told every address to which a connection is attempted, before the first packet leaves; for tests. */
  readonly onConnect?: (address: string, port: number) => void;
}

/**
 * Makes the way out of a host (protocol.md section 6; reliability.md SR1 to SR7).
 *
 * @param options - configuration and ports
 * @returns the egress
 */
export function createEgress(options: EgressOptions): Egress {
  const { allowInternalCallbackIps: allowInternal, allowHttpCallbacks: allowHttp } = options.config.development;
  const permits = createAddressJudge({ allowedNetworks: options.config.egress.allowedNetworks, allowInternal });
  const rules: UrlRules = { allowHttp, allowLocalhost: allowInternal, permits };
  const openAgents = (tls?: EgressTls): GuardedAgents =>
    createGuardedAgents({
      resolver: options.resolver ?? systemResolver,
      permits,
      ...(options.onConnect === undefined ? {} : { onConnect: options.onConnect }),
      ...(tls !== undefined && { tls }),
    });
  const commonAgents = openAgents();
  const agentsByTls = new WeakMap<EgressTls, GuardedAgents>();
  const agentsOf = (tls: EgressTls | undefined): GuardedAgents => {
    if (tls === undefined) return commonAgents;
    const known = agentsByTls.get(tls);
    if (known !== undefined) return known;
    const agents = openAgents(tls);
    agentsByTls.set(tls, agents);
    return agents;
  };

  const attempt = (request: EgressRequest, target: Target): Promise<EgressReply> => {
    const { method = 'GET', connectTimeoutMs = 10_000, totalTimeoutMs = 15_000, maxReplyBytes = 64 * 1024 } = request;
    const agents = agentsOf(request.tls);
    const body = typeof request.body === 'string' ? Buffer.from(request.body) : request.body;
    const open = () =>
      (target.secure ? https : http).request({
        agent: target.secure ? agents.https : agents.http,
        host: target.hostname,
        port: target.port,
        path: target.path,
        method,
        headers: headersOf(request, body),
      });
    const limits = { connectTimeoutMs, totalTimeoutMs, maxReplyBytes };
    return exchange({ open: () => rejectingBadHeaders(open), body, limits, agents, signal: request.signal });
  };

  return {
    checkUrl: (url) => void checkUrl(url, rules),
    send: async (request) => attempt(request, checkUrl(request.url, rules)),
  };
}

/** Headers that are the connection's, or that the egress answers for. */
const ownHeaders: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function headersOf(request: EgressRequest, body: Uint8Array | undefined): Record<string, string> {
  const given = Object.entries(request.headers ?? {}).filter(
    ([name]) => !ownHeaders.has(name.toLowerCase()) && !name.toLowerCase().startsWith('proxy-'),
  );
  return {
    'user-agent': 'dci-host',
    ...Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value])),
    'accept-encoding': 'identity',
    ...(body === undefined ? {} : { 'content-length': String(body.byteLength) }),
  };
}

/** Node refuses line breaks in headers with a `TypeError`, and certificates that it cannot read with other errors. */
function rejectingBadHeaders<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof DciError) throw error;
    if (!(error instanceof TypeError)) throw egressError('tls_failed');
    throw new DciError('err.request.bad', 'a header of the request to a peer cannot be sent', { cause: error });
  }
}
