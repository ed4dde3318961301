import { Buffer } from 'node:buffer';
import { type Clock, type CryptoProvider, DciError, formatKid, type PublicKey, type Random } from 'dci-core';
import type { KeyStore } from 'dci-host';
import * as v from 'valibot';
import type { OAuthClientStore } from '../stores/oauth.ts';

/** Names of the algorithms in JWS (RFC 7518, RFC 8037). The key decides which one, never the token. */
const jwsAlgorithms: Readonly<Record<PublicKey['algorithm'], string>> = {
  ed25519: 'EdDSA',
  rs256: 'RS256',
  es256: 'ES256',
};

/** What an access token says. */
export interface AccessGrant {
  readonly clientId: string;
  /** The only sender whose messages it opens the door for. */
  readonly senderId: string;
  readonly scopes: readonly string[];
}

/** What access tokens are made and checked with. */
export interface AccessTokenOptions {
  /** The host's own id: issuer and audience of its tokens. */
  readonly senderId: string;
  readonly keys: Pick<KeyStore, 'active' | 'published'>;
  /** The clients as they are now. */
  readonly clients: Pick<OAuthClientStore, 'find'>;
  readonly crypto: CryptoProvider;
  readonly clock: Clock;
}

/** Makes and checks the access tokens of this host (RFC 9068): JWTs signed with its signing keys. */
export interface AccessTokens {
  /**
   * @param grant - what the token is for
   * @param seconds - how long it is valid
   * @param random - for its id
   * @returns the token
   * @throws DciError `err.service.unavailable` when the host has no active key
   */
  issue(grant: AccessGrant, seconds: number, random: Random): Promise<string>;
  /**
   * Checks a token: form, type, issuer, audience, time, client, key, signature (RFC 8725; reliability.md OA1). What is
   * cheap comes first, so that tokens which somebody invents cost no signature (LD4). The client is looked up each time,
   * so that a removed one is refused at once; whether the sender is active is the next step's question.
   *
   * @returns what the token is for
   * @throws DciError `err.auth.invalid_token` for one that this host did not issue, that is not valid now, or whose
   *   client was removed since
   */
  check(token: string): Promise<AccessGrant>;
}

/** Three base64url parts. */
const tokenPattern = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
/** Longer ones are not ours. */
const longestToken = 8_192;
/** Seconds that `iat` and `nbf` may lie ahead, between two hosts that share their state. */
const aheadSeconds = 60;
/** Verified tokens that are kept, so that the signature of one that is used again is not verified again. */
const keptTokens = 1_000;

const headerSchema = v.object({ alg: v.string(), typ: v.string(), kid: v.string(), crit: v.optional(v.undefined()) });
const claimsSchema = v.object({
  iss: v.string(),
  aud: v.string(),
  sub: v.string(),
  sender: v.string(),
  scope: v.string(),
  iat: v.number(),
  exp: v.number(),
  nbf: v.optional(v.number()),
});

type Claims = v.InferOutput<typeof claimsSchema>;

/**
 * @param token - a bearer token
 * @returns whether it has the form of an access token
 */
export function isAccessToken(token: string): boolean {
  return token.length <= longestToken && tokenPattern.test(token);
}

/**
 * Makes the access tokens of a host.
 *
 * @param options - id, keys, crypto, time
 * @returns what issues and verifies them
 */
export function createAccessTokens({ senderId, keys, clients, crypto, clock }: AccessTokenOptions): AccessTokens {
  /** Names of tokens whose signature is verified, each with the key. */
  const verified = new Map<string, string>();
  const now = () => clock.now() / 1000;

  const publishedKey = async (kid: string): Promise<PublicKey | undefined> => {
    const published = await keys.published();
    return published.find((key) => kidOf(senderId, key.keyId, key.publicKey.algorithm) === kid)?.publicKey;
  };
  const isTimely = ({ iat, exp, nbf = iat }: Claims): boolean => {
    const at = now();
    return at < exp && iat <= at + aheadSeconds && nbf <= at + aheadSeconds;
  };
  const isOfClient = async ({ sub, sender, iat }: Claims): Promise<boolean> => {
    const client = await clients.find(sub);
    // A client of this id that was registered after the token was issued is another one.
    return client?.senderId === sender && Math.floor(client.createdAt / 1000) <= iat;
  };
  const isSigned = async (token: string, kid: string, alg: string): Promise<boolean> => {
    const key = await publishedKey(kid);
    if (key === undefined || alg !== jwsAlgorithms[key.algorithm]) return false;
    const name = Buffer.from(crypto.sha256(bytesOf(token))).toString('base64');
    if (verified.get(name) === kid) return true;
    const at = token.lastIndexOf('.');
    const signature = new Uint8Array(Buffer.from(token.slice(at + 1), 'base64url'));
    if (!(await crypto.verify(key, bytesOf(token.slice(0, at)), signature))) return false;
    if (verified.size >= keptTokens) verified.delete(verified.keys().next().value ?? '');
    verified.set(name, kid);
    return true;
  };
  const read = async (token: string): Promise<Claims | undefined> => {
    if (!isAccessToken(token)) return undefined;
    const [head = '', body = ''] = token.split('.');
    const header = v.safeParse(headerSchema, readPart(head));
    const claims = v.safeParse(claimsSchema, readPart(body));
    if (!header.success || !claims.success || !isAccessTokenType(header.output.typ)) return undefined;
    const { iss, aud } = claims.output;
    if (iss !== senderId || aud !== senderId || !isTimely(claims.output)) return undefined;
    if (!(await isOfClient(claims.output))) return undefined;
    return (await isSigned(token, header.output.kid, header.output.alg)) ? claims.output : undefined;
  };

  return {
    issue: async (grant, seconds, random) => {
      const { keyId, privateKey } = await keys.active();
      const issuedAt = Math.floor(now());
      const header = {
        alg: jwsAlgorithms[privateKey.algorithm],
        typ: 'at+jwt',
        kid: kidOf(senderId, keyId, privateKey.algorithm),
      };
      const claims = {
        iss: senderId,
        aud: senderId,
        sub: grant.clientId,
        client_id: grant.clientId,
        sender: grant.senderId,
        scope: grant.scopes.join(' '),
        iat: issuedAt,
        exp: issuedAt + seconds,
        jti: random.uuid(),
      };
      const signed = `${writePart(header)}.${writePart(claims)}`;
      const signature = await crypto.sign(privateKey, bytesOf(signed));
      return `${signed}.${Buffer.from(signature).toString('base64url')}`;
    },
    check: async (token) => {
      const claims = await read(token);
      if (claims === undefined) throw new DciError('err.auth.invalid_token', 'the bearer token is not known here');
      return { clientId: claims.sub, senderId: claims.sender, scopes: claims.scope.split(' ') };
    },
  };
}

/** RFC 9068 section 4: with and without the prefix that media types have. */
function isAccessTokenType(type: string): boolean {
  return /^(?:application\/)?at\+jwt$/i.test(type);
}

function kidOf(senderId: string, keyId: string, algorithm: string): string {
  return formatKid({ senderId, keyId, algorithm });
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function writePart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function readPart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
