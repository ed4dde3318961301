import type { Fetch } from 'dci-core';
import type { TlsSettings } from '../data-source-settings.ts';
import { type ReadSecret, secretAt } from './secret.ts';

/** TLS options of connections, their files read: what a fetch is made with. */
export interface ConnectionTls {
  /** Certificates of the authorities that are trusted, in place of the system's; PEM. */
  readonly ca?: string;
  /** Our certificate; PEM. */
  readonly certificate?: string;
  /** Its private key; PEM. */
  readonly key?: string;
  /** Name that the certificate of the other side must bear. */
  readonly serverName?: string;
}

/**
 * Reads what the TLS options of settings name.
 *
 * @param settings - `tls` of the settings
 * @param readSecret - reads references
 * @returns the options; `undefined` when nothing is set
 * @throws DciError `err.configuration.invalid` with the path of a member that cannot be read or is no PEM
 */
export async function resolveTls(
  settings: TlsSettings | undefined,
  readSecret: ReadSecret,
): Promise<ConnectionTls | undefined> {
  if (settings === undefined) return undefined;
  const { ca, certificate, key, serverName } = settings;
  const read = async (member: 'ca' | 'certificate' | 'key', reference: typeof ca) =>
    reference === undefined ? {} : { [member]: await secretAt(`tls.${member}`, reference, readSecret) };
  const texts = await Promise.all([read('ca', ca), read('certificate', certificate), read('key', key)]);
  return Object.assign({}, ...texts, serverName === undefined ? {} : { serverName });
}

/**
 * Makes the fetch of one data source. The name that the registry's certificate must bear is asked of the registry alone:
 * a token endpoint or a key set on another host has a certificate of its own name.
 *
 * @param baseUrl - of the data source
 * @param tls - its TLS options
 * @param make - makes a fetch with TLS options
 * @returns the fetch for everything that the data source needs
 */
export function fetchForSource(
  baseUrl: string,
  tls: ConnectionTls | undefined,
  make: (tls: ConnectionTls | undefined) => Fetch,
): Fetch {
  const registry = make(tls);
  if (tls?.serverName === undefined) return registry;
  const { serverName: _, ...others } = tls;
  const elsewhere = make(others);
  const host = new URL(baseUrl).hostname;
  return (url, init) => (URL.parse(url)?.hostname === host ? registry : elsewhere)(url, init);
}
