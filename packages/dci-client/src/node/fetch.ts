import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { Fetch, FetchInit } from 'dci-core';
import { Agent, buildConnector, fetch as undiciFetch } from 'undici';
import { settingsError } from '../settings/settings-fault.ts';
import type { ConnectionTls } from '../settings/tls.ts';

/** How connections are made. */
export interface NodeFetchOptions {
  readonly tls?: ConnectionTls | undefined;
  /** Time until a connection stands, TLS included; absent: 10. */
  readonly connectTimeoutSeconds?: number;
  /** Connections to one host at the same time; absent: 32. */
  readonly maxConnections?: number;
}

/** A fetch with a pool of connections of its own. */
export type NodeFetch = Fetch & {
  /** Ends the connections, once the requests that are under way have been answered. */
  close(): Promise<void>;
};

/** Idle connections are closed before common servers close them (5 s and more), so that few requests meet a closed one. */
const IDLE_MILLISECONDS = 4000;
/** Longer than any call may last: the caller's signal ends it. */
const LONGEST_SILENCE_MILLISECONDS = 3_600_000;
/** Statuses of answers that have no body (Fetch standard, "null body status"). */
const bodiless: readonly number[] = [204, 205, 304];

/**
 * Makes a fetch for Node programs without a host: connections are kept alive, TLS is 1.2 or newer and always verified,
 * redirects are returned and never followed, proxies of the environment have no say.
 *
 * @param options - certificates, times and number of connections
 * @returns the fetch; a program that ends by itself need not close it
 * @throws DciError `err.configuration.invalid` for a certificate or key that cannot be used; its text holds nothing of it
 */
export function nodeFetch(options: NodeFetchOptions = {}): NodeFetch {
  const { tls = {}, connectTimeoutSeconds = 10, maxConnections = 32 } = options;
  checkTls(tls);
  const connect = buildConnector({
    timeout: connectTimeoutSeconds * 1000,
    allowH2: false,
    minVersion: 'TLSv1.2',
    // Not even the environment weakens it.
    rejectUnauthorized: true,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.certificate !== undefined && { cert: tls.certificate }),
    ...(tls.key !== undefined && { key: tls.key }),
  });
  const { serverName } = tls;
  const agent = new Agent({
    // The name of the URL's host would win over one among the options of the connector.
    connect: (target, done) => connect(serverName === undefined ? target : { ...target, servername: serverName }, done),
    connections: maxConnections,
    allowH2: false,
    keepAliveTimeout: IDLE_MILLISECONDS,
    keepAliveMaxTimeout: IDLE_MILLISECONDS,
    headersTimeout: LONGEST_SILENCE_MILLISECONDS,
    bodyTimeout: LONGEST_SILENCE_MILLISECONDS,
  });

  const fetch = async (url: string, { redirect, ...init }: FetchInit = {}): Promise<Response> => {
    const response = await undiciFetch(url, {
      ...init,
      redirect: redirect === 'error' ? 'error' : 'manual',
      dispatcher: agent,
    });
    // Callers expect the classes of the platform; to the compiler its streams are others than those of Node.
    const headers = new Headers([...response.headers]);
    const body = bodiless.includes(response.status) ? null : (response.body as ReadableStream | null);
    return new Response(body, { status: response.status, statusText: response.statusText, headers });
  };
  return Object.assign(fetch, { close: () => agent.close() });
}

function checkTls({ ca, certificate, key }: ConnectionTls): void {
  const refuse = (member: string, text: string): Error => settingsError([{ path: `tls.${member}`, text }]);
  const isReadable = (read: () => unknown): boolean => {
    try {
      read();
      return true;
    } catch {
      // What OpenSSL says is of no use to the owner of the file.
      return false;
    }
  };
  const certificates = ca?.match(/-----BEGIN [^-]*CERTIFICATE-----[^-]+-----END [^-]*CERTIFICATE-----/g);
  if (ca !== undefined && !(certificates ?? ['']).every((pem) => isReadable(() => new X509Certificate(pem)))) {
    throw refuse('ca', 'is not a list of certificates in PEM');
  }
  if (certificate !== undefined && !isReadable(() => new X509Certificate(certificate))) {
    throw refuse('certificate', 'is not a certificate in PEM');
  }
  if ((certificate === undefined) !== (key === undefined)) {
    throw refuse(key === undefined ? 'key' : 'certificate', 'is missing: a certificate and its key belong together');
  }
  if (certificate !== undefined && !isReadable(() => createSecureContext({ cert: certificate, key }))) {
    throw refuse('key', 'is not a private key in PEM, or not that of the certificate');
  }
}
