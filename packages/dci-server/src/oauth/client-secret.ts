import { Buffer } from 'node:buffer';
import { scrypt, timingSafeEqual } from 'node:crypto';
import type { CryptoProvider, Random } from 'dci-core';
import type { ClientSecretHash } from '../stores/oauth.ts';

const secretBytes = 32;
/** Few enough to tell nothing of a secret of 256 bits, enough that a guess passes once in four thousand million. */
const checkBytes = 4;
const hashBytes = 32;
/** Some 30 ms and 16 MiB. A secret that we made cannot be guessed; this is for those that a client writes down badly. */
const cost = { N: 2 ** 14, r: 8, p: 1 } as const;

/**
 * Makes the secret of a client.
 *
 * @param random - source of randomness
 * @param crypto - for the cheap check
 * @returns the secret (`dcis_` and 43 characters), shown once, and what is kept of it
 */
export async function issueClientSecret(
  random: Random,
  crypto: CryptoProvider,
): Promise<{ readonly secret: string; readonly kept: ClientSecretHash }> {
  const secret = `dcis_${Buffer.from(random.bytes(secretBytes)).toString('base64url')}`;
  const salt = random.bytes(16);
  return { secret, kept: { check: checkOf(digestOf(secret, crypto)), salt, hash: await stretch(secret, salt) } };
}

/** Checks the secrets that clients show. */
export interface ClientSecretChecker {
  /** @returns whether the secret is the one of which `kept` was made */
  check(secret: string, kept: ClientSecretHash): Promise<boolean>;
}

/** Clients whose secret is known to be right; the clients of a registry are few. */
const knownClients = 1_000;

/**
 * Makes a checker. A wrong secret costs a SHA-256, so that a flood of them does not keep the threads busy that verify
 * signatures. A right one is stretched once and then known by its SHA-256, for as long as this process runs and the
 * client keeps it.
 *
 * @param crypto - for the cheap check
 * @returns the checker
 */
export function createClientSecretChecker(crypto: CryptoProvider): ClientSecretChecker {
  const known = new Map<string, Uint8Array>();
  return {
    check: async (secret, kept) => {
      const digest = digestOf(secret, crypto);
      if (!timingSafeEqual(checkOf(digest), kept.check)) return false;
      const name = Buffer.from(kept.hash).toString('base64');
      const right = known.get(name);
      if (right !== undefined) return timingSafeEqual(right, digest);
      if (!timingSafeEqual(await stretch(secret, kept.salt), kept.hash)) return false;
      if (known.size >= knownClients) known.clear();
      known.set(name, digest);
      return true;
    },
  };
}

function digestOf(secret: string, crypto: CryptoProvider): Uint8Array {
  return crypto.sha256(new TextEncoder().encode(secret));
}

function checkOf(digest: Uint8Array): Uint8Array {
  return digest.slice(0, checkBytes);
}

function stretch(secret: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, hashBytes, cost, (error, key) =>
      error === null ? resolve(new Uint8Array(key)) : reject(error),
    );
  });
}
