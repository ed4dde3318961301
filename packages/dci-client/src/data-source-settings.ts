import { type DialectCall, nearestName, signatureSchemeNames } from 'dci-core';
import * as v from 'valibot';

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
  /** Where its callbacks are to arrive, as `sender_uri` says it; default: `{callbackBase of the plug-in}/registry`. */
  readonly callbackBase?: string;
  /** Bearer token that the registry must show when it calls back; default: it need show none. */
  readonly callbackToken?: SettingsSecret;
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

/** An object without other members than these. Its faults name a member and never a value. */
function members<const E extends v.ObjectEntries>(entries: E) {
  return v.strictObject(entries, ({ expected, path }) => {
    if (path === undefined) return 'must be an object';
    if (expected !== 'never') return 'is missing';
    const key = path.at(-1)?.key;
    const nearest = typeof key === 'string' ? nearestName(key, Object.keys(entries)) : undefined;
    return `is not a known member${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  });
}

const text = v.pipe(v.string('must be a text'), v.nonEmpty('must not be empty'));
const flag = v.boolean('must be true or false');

/** What a header field, a kidId and a signature parameter can carry. */
const name = v.pipe(text, v.regex(/^[^\p{Cc}"\\]{1,99}$/u, 'must be a text of 1 to 99 characters without quotes'));
const keyId = v.pipe(name, v.excludes('|', 'must not hold the character |'));

const secret = v.custom<SettingsSecret>(
  (value) => typeof value === 'string' && /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/s.test(value),
  'must be a reference to a secret: env:NAME or file:PATH',
);

const address = (withQuery: boolean) =>
  v.pipe(
    v.string('must be a text'),
    v.check(
      (value) => {
        if (!/^https?:\/\//i.test(value) || /[\s\\]/.test(value) || !URL.canParse(value)) return false;
        const { username, password, search, hash } = new URL(value);
        return `${username}${password}${withQuery ? '' : search}${hash}` === '';
      },
      `must be an http or https address without user${withQuery ? '' : ', query'} and fragment`,
    ),
  );

const between = (least: number, most: number) =>
  v.pipe(
    v.number('must be a number'),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must not exceed ${most}`),
  );
const count = (least: number, most: number) => v.pipe(between(least, most), v.integer('must be a whole number'));

const jwk = v.pipe(v.record(v.string(), v.unknown(), 'must be a JWK, as an object'), v.minEntries(1, 'must be a JWK'));

const authorization = v.variant(
  'kind',
  [
    members({ kind: v.literal('none') }),
    members({ kind: v.literal('bearer'), token: secret }),
    members({ kind: v.literal('basic'), user: text, password: secret }),
    members({
      kind: v.literal('oauth2'),
      tokenUrl: address(true),
      clientId: text,
      clientSecret: secret,
      scope: v.exactOptional(text),
      credentialsIn: v.exactOptional(
        v.picklist(['body', 'header', 'query', 'json'], 'must be one of body, header, query, json'),
      ),
    }),
  ],
  'must be one of none, bearer, basic, oauth2',
);

const peerKeyForms = {
  pem: members({ pem: text, keyId: v.exactOptional(keyId) }),
  jwk: members({ jwk, keyId: v.exactOptional(keyId) }),
  jwksUrl: members({ jwksUrl: address(false) }),
  none: v.custom<never>(() => false, 'must hold one of pem, jwk, jwksUrl'),
} as const;

/** A union would not tell which of the forms was meant. */
const peerKeys = v.lazy((value) => {
  if (typeof value !== 'object' || value === null) return peerKeyForms.none;
  if ('pem' in value) return peerKeyForms.pem;
  if ('jwk' in value) return peerKeyForms.jwk;
  return 'jwksUrl' in value ? peerKeyForms.jwksUrl : peerKeyForms.none;
});

const tls = members({
  ca: v.exactOptional(secret),
  certificate: v.exactOptional(secret),
  key: v.exactOptional(secret),
  serverName: v.exactOptional(
    v.pipe(
      text,
      // An address cannot be asked for by name (RFC 6066 section 3).
      v.regex(/^(?![\d.]+$)[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?$/, 'must be the name of a host'),
    ),
  ),
});

/**
 * Checks the form of {@link DataSourceSettings}: unknown members are faults. `checkDataSourceSettings` also judges
 * what spans several members.
 */
export const dataSourceSettingsSchema = members({
  code: v.pipe(
    v.string('must be a text'),
    v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits, _ and -'),
  ),
  name: v.exactOptional(v.pipe(text, v.maxLength(200, 'must not exceed 200 characters'))),
  registry: text,
  baseUrl: address(false),
  dialect: v.exactOptional(text),
  senderId: v.exactOptional(name),
  key: v.exactOptional(secret),
  keyId: v.exactOptional(keyId),
  receiverId: v.exactOptional(name),
  authorization: v.exactOptional(authorization),
  callbackBase: v.exactOptional(address(false)),
  callbackToken: v.exactOptional(secret),
  endpoints: v.exactOptional(v.record(v.string(), text, 'must be an object')),
  timeoutSeconds: v.exactOptional(between(0.1, 3600)),
  retries: v.exactOptional(count(0, 10)),
  maxReplyBytes: v.exactOptional(count(1024, 1024 ** 3)),
  tls: v.exactOptional(tls),
  peerKeys: v.exactOptional(peerKeys),
  encryptionKey: v.exactOptional(jwk),
  scheme: v.exactOptional(v.picklist(signatureSchemeNames, `must be one of ${signatureSchemeNames.join(', ')}`)),
  requireSignedReplies: v.exactOptional(flag),
  encrypt: v.exactOptional(flag),
  receipts: v.exactOptional(flag),
  disabled: v.exactOptional(flag),
} satisfies Record<keyof DataSourceSettings, unknown>);
