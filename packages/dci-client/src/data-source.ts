import {
  DciError,
  type DecryptionKey,
  type Dialect,
  type EncryptionKey,
  type PrivateKey,
  type RegistryType,
  type SignatureSchemeName,
  type SigningKey,
  spdciDialect,
  type VerificationKey,
} from 'dci-core';
import * as v from 'valibot';
import type { HeldSubscriptionStore } from './callbacks/subscriptions.ts';
import type { TransactionStore } from './callbacks/transactions.ts';

/** Keys of the party asked: a registered set, or the registered address of its JWKS. Never one from a message. */
export type PeerKeysOption = { readonly keys: readonly VerificationKey[] } | { readonly jwksUrl: string };

/** What goes into the `Authorization` header of a call. */
export interface Authorization {
  /**
   * @param signal - ends a fetch of a token
   * @returns the value of the header, for example `Bearer …`; `undefined` for none
   * @throws DciError with the cause `refused`, `unreachable`, `timeout` or `protocol` when there is no token to be had
   */
  header(signal: AbortSignal): Promise<string | undefined>;
  /**
   * Tells that the registry answered 401 to what {@link header} returned.
   *
   * @param refused - the value that was refused; absent: what was returned last. With it, many calls that are refused at
   *   the same time have one value replaced, and not the new one again
   * @returns true when another value may help, so that the call is worth a second attempt
   */
  renew(refused?: string): boolean;
}

/** How requests are answered by callback. */
export interface CallbackOptions {
  /**
   * Our own address directly below which callbacks arrive, as `{base}/on-search` and `{base}/notify`: `sender_uri` of what we
   * send is made from it (protocol.md sections 5 and 6).
   */
  readonly base: string;
  readonly transactions: TransactionStore;
  readonly subscriptions: HeldSubscriptionStore;
}

/** A registry that can be asked, and as whom. */
export interface DataSource {
  /** Names the source in results, stores and logs; absent: the name of the registry type. */
  readonly code?: string;
  /** Address under which its paths stand, for example `https://registry.example.org/dci_api/v1`. */
  readonly baseUrl: string;
  readonly registry: RegistryType;
  /** How the registry's family differs on the wire (protocol.md section 10); absent: `spdci-1.0`. */
  readonly dialect?: Dialect;
  /** Our own id, as registered with the registry. */
  readonly senderId: string;
  /** Id of the registry. Absent: the one sender that its JWKS names. */
  readonly receiverId?: string;
  /** Our signing key. */
  readonly key?: PrivateKey;
  /** Our name of that key, the second part of `kidId`. */
  readonly keyId?: string;
  /** Gives the key that signs now, in place of `key` and `keyId`: of a host that rotates its keys. */
  readonly signingKey?: () => Promise<SigningKey>;
  /** Bearer token, without the word `Bearer`; in place of `authorization`. */
  readonly token?: string | undefined;
  /** How calls are authorized; absent: by `token`, or not at all. */
  readonly authorization?: Authorization;
  /** Absent: the JWKS at `{baseUrl}/.well-known/jwks.json`. */
  readonly peerKeys?: PeerKeysOption;
  /** How we sign, and the only scheme that signatures of the registry may have; absent: those of the dialect. */
  readonly scheme?: SignatureSchemeName;
  /** Whether a reply without signature is refused; absent: yes. One that has a signature must verify in any case. */
  readonly requireSignedReplies?: boolean;
  /** Whether our messages are encrypted to the registry (protocol.md section 11); absent: no. */
  readonly encrypt?: boolean;
  /** The registry's registered key for encryption; absent: the one that its JWKS publishes. */
  readonly encryptionKey?: EncryptionKey;
  /** Our own keys, to which the registry encrypts. */
  readonly decryptionKeys?: () => Promise<readonly DecryptionKey[]>;
  /** Addresses that differ from those of the dialect: absolute, or paths below `baseUrl`; `special` by `sync/enrolled`. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Time for a whole call with all its attempts, in seconds; absent: 30. */
  readonly timeoutSeconds?: number;
  /** Further attempts of a call that is safe to repeat; absent: 2. */
  readonly retries?: number;
  /** Largest reply, in bytes; absent: 16 MiB. */
  readonly maxReplyBytes?: number;
  /** What requests that are answered by callback need. */
  readonly callbacks?: CallbackOptions;
  /** Whether receipts are sent for notified events; absent: no. */
  readonly receipts?: boolean;
}

/** A data source whose settings were checked and completed: `signingKey` and `authorization` stand for keys and tokens. */
export interface ResolvedDataSource extends Omit<DataSource, 'key' | 'keyId' | 'token'> {
  readonly code: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly dialect: Dialect;
  /** Under our id at this registry. */
  readonly signingKey: () => Promise<SigningKey>;
  readonly peerKeys: PeerKeysOption;
  readonly scheme: SignatureSchemeName;
  /** What signatures of the registry may be: nothing else is read, whatever a message says (protocol.md section 3). */
  readonly schemes: readonly SignatureSchemeName[];
  readonly requireSignedReplies: boolean;
  readonly encrypt: boolean;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly maxReplyBytes: number;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_RETRIES = 2;
const DEFAULT_MAX_REPLY_BYTES = 16 * 1024 * 1024;

const isPlainHttpUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return ['http:', 'https:'].includes(protocol) && `${username}${password}${search}${hash}` === '';
};

const httpUrl = v.pipe(
  v.string('must be a text'),
  v.check(isPlainHttpUrl, 'must be an http or https address without user, query and fragment'),
);

const endpoint = v.pipe(
  v.string('must be a text'),
  v.check(
    (text) => isPlainHttpUrl(text) || /^\/?[\w.~-]+(?:\/[\w.~-]+)*$/.test(text),
    'must be an http or https address, or a path below baseUrl',
  ),
);

/** What a header field, a kidId and a signature parameter can carry. */
const name = v.pipe(
  v.string('must be a text'),
  v.regex(/^[^\p{Cc}"\\]{1,99}$/u, 'must be a text of 1 to 99 characters'),
);

const settingsSchema = v.object({
  code: v.optional(name),
  baseUrl: httpUrl,
  senderId: name,
  receiverId: v.optional(name),
  keyId: v.optional(v.pipe(name, v.excludes('|', 'must not hold the character |'))),
  token: v.optional(
    v.pipe(v.string('must be a text'), v.regex(/^[A-Za-z0-9\-._~+/]+=*$/, 'is not a bearer token (RFC 6750)')),
  ),
  jwksUrl: v.optional(httpUrl),
  endpoints: v.optional(v.record(v.string(), endpoint)),
  callbacks: v.optional(v.object({ base: httpUrl })),
  timeoutSeconds: v.optional(
    v.pipe(v.number('must be a number'), v.gtValue(0, 'must be more than 0'), v.maxValue(3600, 'must not exceed 3600')),
    DEFAULT_TIMEOUT_SECONDS,
  ),
  retries: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(0, 'must be at least 0'),
      v.maxValue(10, 'must not exceed 10'),
    ),
    DEFAULT_RETRIES,
  ),
  maxReplyBytes: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(1024, 'must be at least 1024'),
    ),
    DEFAULT_MAX_REPLY_BYTES,
  ),
});

/**
 * Checks the settings of a data source and completes them. What was resolved already stays as it is.
 *
 * @param source - as configured, or resolved
 * @returns the source with every default filled in
 * @throws DciError `err.configuration.invalid`; its path names the setting and its text no value
 */
export function resolveDataSource(source: DataSource | ResolvedDataSource): ResolvedDataSource {
  const { key: _, keyId: __, token: ___, ...rest }: DataSource = source;
  const { peerKeys, dialect = spdciDialect } = rest;
  const jwksUrl = peerKeys !== undefined && 'jwksUrl' in peerKeys ? peerKeys.jwksUrl : undefined;
  const result = v.safeParse(settingsSchema, { ...source, ...(jwksUrl !== undefined && { jwksUrl }) });
  if (!result.success) {
    const [issue] = result.issues;
    throw fault(v.getDotPath(issue) ?? 'dataSource', issue.input === undefined ? 'is missing' : issue.message);
  }
  const { code = source.registry.name, timeoutSeconds, retries, maxReplyBytes } = result.output;
  const baseUrl = result.output.baseUrl.replace(/\/+$/, '');
  const authorization = authorizationOf(source);
  const scheme = namedScheme(source, dialect);
  checkEncryption(source, dialect);
  return {
    ...rest,
    code,
    baseUrl,
    dialect,
    signingKey: signingKeyOf(source),
    ...(authorization !== undefined && { authorization }),
    peerKeys: peerKeys ?? { jwksUrl: `${baseUrl}/.well-known/jwks.json` },
    scheme: scheme ?? dialect.signatures.write,
    schemes: scheme === undefined ? dialect.signatures.read : [scheme],
    requireSignedReplies: source.requireSignedReplies ?? true,
    encrypt: source.encrypt ?? false,
    timeoutSeconds,
    retries,
    maxReplyBytes,
  };
}

/** The scheme that was asked for, not the one that resolving took from the dialect. */
function namedScheme(source: DataSource | ResolvedDataSource, dialect: Dialect): SignatureSchemeName | undefined {
  const isOfDialect = 'schemes' in source && source.schemes === dialect.signatures.read;
  return isOfDialect ? undefined : source.scheme;
}

/** The same objects for every message, so that what a crypto provider imported stays in use. */
function signingKeyOf({ senderId, key, keyId, signingKey }: DataSource): () => Promise<SigningKey> {
  if (signingKey !== undefined) {
    if (key !== undefined) throw fault('key', 'and signingKey exclude each other');
    return async () => {
      const current = await signingKey();
      // A host has one id of its own; each registry knows us by the one that is registered there.
      return current.senderId === senderId ? current : { ...current, senderId };
    };
  }
  if (keyId === undefined) throw fault('keyId', 'is missing');
  if (key === undefined) throw fault('key', 'is missing');
  const own: SigningKey = { senderId, keyId, privateKey: key };
  return async () => own;
}

function authorizationOf({ token, authorization }: DataSource): Authorization | undefined {
  if (token === undefined) return authorization;
  if (authorization !== undefined) throw fault('token', 'and authorization exclude each other');
  return { header: async () => `Bearer ${token}`, renew: () => false };
}

function checkEncryption({ encrypt, encryptionKey, decryptionKeys, peerKeys }: DataSource, dialect: Dialect): void {
  if (encrypt !== true) return;
  if (dialect.encryption === undefined) throw fault('encrypt', `is not possible: ${dialect.name} knows no encryption`);
  // The reply to an encrypted message is encrypted too (protocol.md section 11).
  if (decryptionKeys === undefined) throw fault('decryptionKeys', 'is missing');
  if (encryptionKey === undefined && peerKeys !== undefined && 'keys' in peerKeys) {
    throw fault('encryptionKey', 'is missing: there is no JWKS that it could be taken from');
  }
}

function fault(path: string, text: string): DciError {
  return new DciError('err.configuration.invalid', `${path} ${text}`, { path });
}
