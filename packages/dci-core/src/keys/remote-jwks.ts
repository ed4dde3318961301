import { DciError } from '../errors.ts';
import type { Clock, Fetch, Logger } from '../ports.ts';
import { readBounded } from './bounded-body.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { readEncryptionJwks, readJwks } from './jwks.ts';
import type { VerificationKey } from './key.ts';

/** Options of {@link remoteJwks}. Times are in seconds unless their name says otherwise. */
export interface RemoteJwksOptions {
  /** A registered URL; never one from a message. */
  readonly url: string;
  /** The guarded egress of a host. */
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Takes only this sender's keys; absent: all. */
  readonly senderId?: string;
  /** Gets a line for every set that could not be fetched or was refused. */
  readonly logger?: Logger;
  /** Time for one fetch, connection and body together, in milliseconds; absent: 5,000. */
  readonly timeoutMs?: number;
  /** Largest body in bytes; absent: 65,536. */
  readonly maxBytes?: number;
  /** Least time between two fetches, whatever asks for them; absent: 30. */
  readonly cooldown?: number;
  /** Freshness of a set whose answer names no `max-age`; absent: 600. */
  readonly defaultMaxAge?: number;
  /** Longest freshness that an answer can ask for; absent: 3,600. */
  readonly maxAgeLimit?: number;
  /** How long the last good set serves after its freshness has ended; absent: 3,600. */
  readonly keepLastGood?: number;
}

/** A peer's JWK Set behind a URL. */
export interface RemoteJwks {
  /**
   * @param options - `keyId`: the key that a signature names; when the set lacks it, the set is fetched anew, but not
   *   more often than the cooldown allows
   * @returns the keys of the last good set; the same objects until the set changes
   * @throws DciError `err.service.unavailable` with `retryAfter` when there is no good set that is recent enough
   */
  keys(options?: { readonly keyId?: string }): Promise<readonly VerificationKey[]>;
  /**
   * @returns the keys for encryption of the last good set, in its order; the same objects until the set changes
   * @throws DciError `err.service.unavailable` as {@link RemoteJwks.keys}; `err.key.invalid` when one of them is bad,
   *   which does not spoil the keys for signatures
   */
  encryptionKeys(): Promise<readonly EncryptionKey[]>;
}

interface GoodSet {
  readonly text: string;
  readonly keys: readonly VerificationKey[];
  /** Read when they are first asked for: most sets are for signatures only. */
  readonly encryptionKeys: () => readonly EncryptionKey[];
  readonly etag: string | undefined;
  /** Milliseconds since 1970. */
  readonly freshUntil: number;
}

/**
 * Reads a peer's keys from its registered JWKS URL by the rules of protocol.md section 3: time and size limits, no
 * redirects, one fetch at a time, cached by `ETag` and `max-age`, fetched anew for an unknown key at most every 30
 * seconds, and the last good set kept for a bounded time when the peer's server fails or answers nonsense.
 *
 * @param options - URL, fetch, clock and limits
 * @returns the keys behind the URL; nothing is fetched before the first call
 */
export function remoteJwks(options: RemoteJwksOptions): RemoteJwks {
  const { clock, logger } = options;
  const cooldownMs = (options.cooldown ?? 30) * 1000;
  const keepMs = (options.keepLastGood ?? 3600) * 1000;
  let good: GoodSet | undefined;
  let lastFetchAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;

  function refresh(): Promise<void> {
    running ??= fetchSet(options, good)
      .then((set) => {
        good = set;
      })
      .catch((error: unknown) => {
        logger?.warn({ fault: error instanceof DciError ? error.message : 'The fetch failed.' }, 'JWKS not refreshed');
      })
      .finally(() => {
        lastFetchAt = clock.now();
        running = undefined;
      });
    return running;
  }

  async function recentSet(keyId?: string): Promise<GoodSet> {
    const now = clock.now();
    const isFresh = good !== undefined && now < good.freshUntil;
    const isKnown = keyId === undefined || good?.keys.some((key) => key.keyId === keyId || key.keyId === undefined);
    if (!isFresh || !isKnown) {
      const sinceFetch = now - lastFetchAt;
      // A clock that was set back must not stop the fetches.
      if (sinceFetch >= cooldownMs || sinceFetch < 0) await refresh();
    }
    if (good !== undefined && clock.now() < good.freshUntil + keepMs) return good;
    const retryAfter = Math.max(1, Math.ceil((lastFetchAt + cooldownMs - clock.now()) / 1000));
    throw new DciError('err.service.unavailable', 'The keys of the sender cannot be fetched now.', { retryAfter });
  }

  return {
    keys: async ({ keyId } = {}) => (await recentSet(keyId)).keys,
    encryptionKeys: async () => (await recentSet()).encryptionKeys(),
  };
}

async function fetchSet(options: RemoteJwksOptions, previous: GoodSet | undefined): Promise<GoodSet> {
  const { url, fetch, clock, timeoutMs = 5000, maxBytes = 65_536 } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await untilAborted(
    signal,
    fetch(url, {
      redirect: 'error',
      signal,
      headers: {
        accept: 'application/jwk-set+json, application/json',
        ...(previous?.etag === undefined ? {} : { 'if-none-match': previous.etag }),
      },
    }),
  );
  const freshUntil = clock.now() + maxAge(response.headers, options) * 1000;
  if (response.status === 304 && previous?.etag !== undefined) return { ...previous, freshUntil };
  if (response.status !== 200 || response.redirected) {
    response.body?.cancel().catch(() => undefined);
    throw refused('The JWKS URL did not answer with 200.');
  }
  const text = await readBounded(response, maxBytes, signal);
  const etag = response.headers.get('etag') ?? undefined;
  // The same key objects as long as the set is the same: what a crypto provider imported stays in use.
  if (text === previous?.text) return { ...previous, etag, freshUntil };
  const whose = options.senderId === undefined ? {} : { senderId: options.senderId };
  let encryptionKeys: readonly EncryptionKey[] | undefined;
  return {
    text,
    keys: readJwks(text, whose),
    encryptionKeys: () => {
      encryptionKeys ??= readEncryptionJwks(text, whose);
      return encryptionKeys;
    },
    etag,
    freshUntil,
  };
}

function maxAge(headers: Headers, options: RemoteJwksOptions): number {
  const { cooldown = 30, defaultMaxAge = 600, maxAgeLimit = 3600 } = options;
  const directives = headers.get('cache-control') ?? '';
  if (/(?:^|[\s,])no-(?:cache|store)(?:$|[\s,=])/i.test(directives)) return cooldown;
  const seconds = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(directives)?.[1];
  return seconds === undefined ? defaultMaxAge : Math.min(Math.max(Number(seconds), cooldown), maxAgeLimit);
}

/** A fetch that does not heed its signal is left behind all the same. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(refused('The JWKS URL did not answer in time.')), { once: true });
    work.then(resolve, reject);
  });
}

function refused(message: string): DciError {
  return new DciError('err.service.unavailable', message);
}
