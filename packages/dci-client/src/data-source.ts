import {
  DciError,
  type DecryptionKey,
  type Dialect,
  type EncryptionKey,
  type PrivateKey,
  type RegistryType,
  type SignatureSchemeName,
  type SigningKey,
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
   * Tells that the registry answered 401 to what {@link header} returned last.
   *
   * @returns true when another value may help, so that the call is worth a second attempt
   */
  renew(): boolean;
}

/** How requests are answered by callback. */
export interface CallbackOptions {
  /** Our own address below which callbacks arrive: `sender_uri` of what we send (protocol.md sections 5 and 6). */
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
  /** How we sign; absent: as the dialect says. Replies may use the same scheme, and those that the dialect names. */
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

/** A data source whose settings were checked and completed. */
export interface ResolvedDataSource extends DataSource {
  readonly code: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly dialect: Dialect;
  readonly peerKeys: PeerKeysOption;
  readonly scheme: SignatureSchemeName;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly maxReplyBytes: number;
}

const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_MAX_REPLY_BYTES = 16 * 1024 * 1024;

const httpUrl = v.pipe(
  v.string('must be a text'),
  v.check((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password, search, hash } = new URL(text);
    return ['http:', 'https:'].includes(protocol) && `${username}${password}${search}${hash}` === '';
  }, 'must be an http or https address without user, query and fragment'),
);

/** What a header field, a kidId and a signature parameter can carry. */
const name = v.pipe(
  v.string('must be a text'),
  v.regex(/^[^\p{Cc}"\\]{1,99}$/u, 'must be a text of 1 to 99 characters'),
);

const settingsSchema = v.object({
  baseUrl: httpUrl,
  senderId: name,
  receiverId: v.optional(name),
  keyId: v.pipe(name, v.excludes('|', 'must not hold the character |')),
  token: v.optional(
    v.pipe(v.string('must be a text'), v.regex(/^[A-Za-z0-9\-._~+/]+=*$/, 'is not a bearer token (RFC 6750)')),
  ),
  jwksUrl: v.optional(httpUrl),
  timeoutSeconds: v.optional(
    v.pipe(v.number('must be a number'), v.gtValue(0, 'must be more than 0'), v.maxValue(3600, 'must not exceed 3600')),
    DEFAULT_TIMEOUT_SECONDS,
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
 * Checks the settings of a data source and completes them.
 *
 * @param source - as configured
 * @returns the source with every default filled in
 * @throws DciError `err.configuration.invalid`; its path names the setting and its text no value
 */
export function resolveDataSource(source: DataSource): ResolvedDataSource {
  const { peerKeys } = source;
  const jwksUrl = peerKeys !== undefined && 'jwksUrl' in peerKeys ? peerKeys.jwksUrl : undefined;
  const result = v.safeParse(settingsSchema, { ...source, ...(jwksUrl !== undefined && { jwksUrl }) });
  if (!result.success) {
    const [issue] = result.issues;
    const path = v.getDotPath(issue) ?? 'dataSource';
    throw new DciError(
      'err.configuration.invalid',
      `${path} ${issue.input === undefined ? 'is missing' : issue.message}`,
      {
        path,
      },
    );
  }
  const baseUrl = result.output.baseUrl.replace(/\/+$/, '');
  return {
    ...source,
    baseUrl,
    peerKeys: peerKeys ?? { jwksUrl: `${baseUrl}/.well-known/jwks.json` },
    scheme: source.scheme ?? 'dci',
    timeoutSeconds: result.output.timeoutSeconds,
    maxReplyBytes: result.output.maxReplyBytes,
  };
}
