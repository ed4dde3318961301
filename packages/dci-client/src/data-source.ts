import { DciError, type PrivateKey, type RegistryType, type SignatureSchemeName, type VerificationKey } from 'dci-core';
import * as v from 'valibot';

/** Keys of the party asked: a registered set, or the registered address of its JWKS. Never one from a message. */
export type PeerKeysOption = { readonly keys: readonly VerificationKey[] } | { readonly jwksUrl: string };

/** A registry that can be asked, and as whom. */
export interface DataSource {
  /** Address under which its paths stand, for example `https://registry.example.org/dci_api/v1`. */
  readonly baseUrl: string;
  readonly registry: RegistryType;
  /** Our own id, as registered with the registry. */
  readonly senderId: string;
  /** Id of the registry. Absent: the one sender that its JWKS names. */
  readonly receiverId?: string;
  /** Our signing key. */
  readonly key: PrivateKey;
  /** Our name of that key, the second part of `kidId`. */
  readonly keyId: string;
  /** Bearer token, without the word `Bearer`. */
  readonly token?: string | undefined;
  /** Absent: the JWKS at `{baseUrl}/.well-known/jwks.json`. */
  readonly peerKeys?: PeerKeysOption;
  /** How we sign; absent: `dci`. Replies may use the same scheme. */
  readonly scheme?: SignatureSchemeName;
  /** Time for a whole call, in seconds; absent: 30. */
  readonly timeoutSeconds?: number;
  /** Largest reply, in bytes; absent: 16 MiB. */
  readonly maxReplyBytes?: number;
}

/** A data source whose settings were checked and completed. */
export interface ResolvedDataSource extends DataSource {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly peerKeys: PeerKeysOption;
  readonly scheme: SignatureSchemeName;
  readonly timeoutSeconds: number;
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
