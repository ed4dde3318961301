import type { DialectCall } from 'dci-core';

/** Where a secret lies: `env:NAME`, or `file:PATH`. Settings hold references, never secrets. */
export type SettingsSecret = `env:${string}` | `file:${string}`;

/** How calls are authorized. */
export type AuthorizationSettings =
  | { readonly kind: 'none' }
  | { readonly kind: 'bearer'; readonly token: SettingsSecret }
  | { readonly kind: 'basic'; readonly user: string; readonly password: SettingsSecret }
  | {
      /** Client credentials (RFC 6749 section 4.4). */
      readonly kind: 'oauth2';
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: SettingsSecret;
      readonly scope?: string;
      /** Where id and secret stand: `body` (form), `header` (Basic; default), `query` (OpenCRVS), `json` (a JSON body). */
      readonly credentialsIn?: 'body' | 'header' | 'query' | 'json';
    };

/** What connections to the registry must and may show. */
export interface TlsSettings {
  /** Certificates of the authorities that are trusted, in place of the system's; PEM. */
  readonly ca?: SettingsSecret;
  /** Our certificate, for registries that ask for one; PEM. */
  readonly certificate?: SettingsSecret;
  /** Its private key; PEM. */
  readonly key?: SettingsSecret;
  /** Name that the registry's certificate must bear, where it differs from the host of `baseUrl`. */
  readonly serverName?: string;
}

/** Keys of the registry: one of the three. */
export type PeerKeySettings =
  | { readonly pem: string; readonly keyId?: string }
  | { readonly jwk: Readonly<Record<string, unknown>>; readonly keyId?: string }
  | { readonly jwksUrl: string };

/**
 * A data source as plain data: in `dci.config.ts`, on the command line, and in the state database of a host. The schema
 * `dataSourceSettingsSchema` checks it.
 */
export interface DataSourceSettings {
  /** Names the source: lower-case letters, digits, `_` and `-`; for example `crvs_main`. */
  readonly code: string;
  /** For people. */
  readonly name?: string;
  /** Name of the registry type, for example `crvs`. */
  readonly registry: string;
  readonly baseUrl: string;
  /** Name of the dialect; default `spdci-1.0`. */
  readonly dialect?: string;
  /** Our own id there; default: the host's. */
  readonly senderId?: string;
  /** Our signing key, PEM or JWK; default: the host's keys. */
  readonly key?: SettingsSecret;
  /** Our name of that key. */
  readonly keyId?: string;
  readonly receiverId?: string;
  readonly authorization?: AuthorizationSettings;
  /** Our public address for callbacks; default: that of the plug-in. */
  readonly callbackBase?: string;
  /** Addresses that differ from those of the dialect, by call or, for operations of a registry type, by path. */
  readonly endpoints?: Readonly<Partial<Record<DialectCall | (string & {}), string>>>;
  readonly timeoutSeconds?: number;
  readonly retries?: number;
  readonly maxReplyBytes?: number;
  readonly tls?: TlsSettings;
  /** Default: the JWKS below `baseUrl`. */
  readonly peerKeys?: PeerKeySettings;
  /** The registry's key for encryption, JWK; default: from its JWKS. */
  readonly encryptionKey?: Readonly<Record<string, unknown>>;
  readonly scheme?: 'dci' | 'dci-legacy' | 'jws' | 'jws-detached';
  /** Default true; `false` is refused in production. */
  readonly requireSignedReplies?: boolean;
  readonly encrypt?: boolean;
  readonly receipts?: boolean;
  readonly disabled?: boolean;
}
