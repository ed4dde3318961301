import type { ConnectionTls } from '../settings/tls.ts';
import { connectionHint } from './explain-failure.ts';
import type { ProbeCheck } from './report.ts';

/** Where a connection leads. */
export interface ConnectionTarget {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly tls?: ConnectionTls | undefined;
}

/** What was found out about a connection. */
export interface ConnectionFacts {
  /** Where it went wrong; absent: it stands. */
  readonly failure?: {
    readonly step: 'name' | 'connection' | 'tls';
    /** Of the operating system or the TLS library. */
    readonly code?: string | undefined;
  };
  /** Of the registry's certificate, trusted or not. */
  readonly certificate?: {
    /** Unix milliseconds. */
    readonly validTo: number;
  };
  /** For example `TLSv1.3`. */
  readonly protocol?: string | undefined;
}

/**
 * Looks a name up, connects and agrees on TLS, and sends nothing. `inspectConnection` of `dci-client/node` does it with Node.
 *
 * @param target - where to
 * @param signal - ends it
 * @returns what was found out; failures are part of it
 */
export type InspectConnection = (target: ConnectionTarget, signal: AbortSignal) => Promise<ConnectionFacts>;

/** Days before the end of a certificate from which on a probe warns. */
const WARNING_DAYS = 30;
const DAY = 86_400_000;

/**
 * @param baseUrl - of the data source
 * @param tls - its TLS options
 * @returns where its connections lead
 */
export function connectionTarget(baseUrl: string, tls: ConnectionTls | undefined): ConnectionTarget {
  const { hostname, port, protocol } = new URL(baseUrl);
  const isTls = protocol === 'https:';
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (isTls ? 443 : 80) : Number(port),
    isTls,
    tls,
  };
}

/**
 * Judges a connection.
 *
 * @param facts - what was found out
 * @param target - where it leads
 * @param now - Unix milliseconds
 * @returns the checks `reachability` and `certificate`
 */
export function judgeConnection(facts: ConnectionFacts, target: ConnectionTarget, now: number): readonly ProbeCheck[] {
  return [judgeReachability(facts, target), judgeCertificate(facts, target, now)];
}

const steps = {
  name: 'The name of the host is not found',
  connection: 'There is no connection to the host',
  tls: 'There is no trusted TLS connection to the host',
} as const;

function judgeReachability({ failure, protocol }: ConnectionFacts, { isTls }: ConnectionTarget): ProbeCheck {
  if (failure !== undefined) {
    const code = failure.code === undefined ? '' : ` (${failure.code})`;
    const hint = connectionHint(failure.code);
    return { name: 'reachability', status: 'failed', text: `${steps[failure.step]}${code}.`, hint };
  }
  if (!isTls) {
    const text = 'The host can be reached, without TLS.';
    return { name: 'reachability', status: 'warning', text, hint: 'Everything can be read on the way: use https.' };
  }
  const version = protocol === undefined ? 'TLS' : protocol.replace('v', ' ');
  return { name: 'reachability', status: 'ok', text: `The host can be reached, with ${version}.` };
}

function judgeCertificate({ certificate }: ConnectionFacts, { isTls }: ConnectionTarget, now: number): ProbeCheck {
  const name = 'certificate';
  if (!isTls) return { name, status: 'skipped', text: 'There is no certificate without TLS.' };
  if (certificate === undefined) return { name, status: 'skipped', text: 'The certificate was not seen.' };
  const days = Math.floor((certificate.validTo - now) / DAY);
  const hint = 'The registry must renew its certificate.';
  if (days < 0) return { name, status: 'failed', text: `The certificate expired ${-days} days ago.`, hint };
  const text = `The certificate is valid for ${days} more days.`;
  return days < WARNING_DAYS ? { name, status: 'warning', text, hint } : { name, status: 'ok', text };
}
