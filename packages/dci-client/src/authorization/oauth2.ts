import { type Clock, DciError, type Fetch } from 'dci-core';
import type { Authorization } from '../data-source.ts';
import { withinDeadline } from '../deadline.ts';
import { clientFailure } from '../failure.ts';
import { type HeaderValue, renewableHeader } from './renewable-header.ts';
import { atTokenEndpoint } from './token-failure.ts';
import { type CredentialsPlace, requestToken } from './token-request.ts';

/** What access tokens are fetched with. */
export interface OAuth2Options {
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Gives the secret; asked for each token, so that a changed secret is noticed. */
  readonly clientSecret: () => Promise<string>;
  readonly scope?: string | undefined;
  /** Absent: `header`. */
  readonly credentialsIn?: CredentialsPlace | undefined;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Time for one request of a token; absent: 10. */
  readonly timeoutSeconds?: number;
}

/** Life of a token whose endpoint names none (RFC 6749 section 5.1 leaves it open). */
const DEFAULT_LIFE = 300;
/** Longest time for which a token is kept, whatever its endpoint says. */
const LONGEST_LIFE = 86_400;
/** A token is given up a tenth of its life before its end, at most this many seconds. */
const LONGEST_MARGIN = 30;
/** Seconds without a request after the first refusal; doubled by each further one. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 60;
/** Longest `Retry-After` that is heeded: an endpoint must not silence a source for good. */
const LONGEST_RETRY_AFTER = 600;

interface Refusal {
  readonly error: DciError;
  /** With which secret: another one is worth a request at once. */
  readonly secret: string;
  readonly pauseSeconds: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly until: number;
}

/**
 * Authorizes calls with access tokens of the client credentials grant (RFC 6749 section 4.4). A token is kept until
 * shortly before its end, fetched once for all calls that need it at the same time, and replaced when the registry
 * refuses it. An endpoint that refuses gets no further request for a short and growing time, or as long as its
 * `Retry-After` says.
 *
 * @param options - endpoint, credentials, fetch and clock
 * @returns the authorization; nothing is fetched before the first call
 */
export function oauth2Authorization(options: OAuth2Options): Authorization {
  const { clock, clientSecret, timeoutSeconds = 10 } = options;
  let refusal: Refusal | undefined;

  const fetchToken = async (signal: AbortSignal, secret: string): Promise<HeaderValue> => {
    const { tokenUrl, clientId, scope, credentialsIn = 'header', fetch } = options;
    const granted = await withinDeadline(timeoutSeconds, signal, (within) =>
      requestToken({ tokenUrl, clientId, clientSecret: secret, scope, credentialsIn, fetch, signal: within }),
    );
    const life = Math.min(granted.expiresIn ?? DEFAULT_LIFE, LONGEST_LIFE);
    const margin = Math.min(life / 10, LONGEST_MARGIN);
    return { value: `Bearer ${granted.token}`, usableUntil: clock.now() + (life - margin) * 1000 };
  };

  return renewableHeader(async (signal) => {
    const secret = await clientSecret();
    const now = clock.now();
    if (refusal !== undefined && refusal.secret === secret && now >= refusal.at && now < refusal.until) {
      throw paused(refusal, now);
    }
    try {
      const value = await fetchToken(signal, secret);
      refusal = undefined;
      return value;
    } catch (thrown) {
      const error = atTokenEndpoint(thrown);
      refusal = refusalOf(error, secret, refusal, clock.now()) ?? refusal;
      throw error;
    }
  }, clock);
}

/** An endpoint that cannot be reached may be asked again at once: the caller's own attempts are spaced already. */
function refusalOf(error: unknown, secret: string, previous: Refusal | undefined, now: number): Refusal | undefined {
  const kind = clientFailure(error)?.kind;
  if (!(error instanceof DciError) || (kind !== 'refused' && kind !== 'protocol')) return undefined;
  const isRepeated = previous?.secret === secret;
  const pauseSeconds = isRepeated ? Math.min(previous.pauseSeconds * 2, LONGEST_PAUSE) : FIRST_PAUSE;
  const wait = Math.min(Math.max(pauseSeconds, error.retryAfter ?? 0), LONGEST_RETRY_AFTER);
  return { error, secret, pauseSeconds, at: now, until: now + wait * 1000 };
}

function paused({ error, until }: Refusal, now: number): DciError {
  const { code, message, cause } = error;
  const retryAfter = Math.ceil((until - now) / 1000);
  const text = `${message} It is not asked again for ${retryAfter} seconds.`;
  return new DciError(code, text, { cause, path: 'authorization', retryAfter });
}
