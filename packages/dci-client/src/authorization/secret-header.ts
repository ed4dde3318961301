import { type Clock, DciError } from 'dci-core';
import type { Authorization } from '../data-source.ts';
import { renewableHeader } from './renewable-header.ts';

/** What a header is made from: a secret that may change while the program runs. */
export interface SecretHeaderOptions {
  /** Gives the secret; asked once, and again when the registry refuses what it gave. */
  readonly secret: () => Promise<string>;
  readonly clock: Clock;
}

/** @returns an authorization without header */
export function noAuthorization(): Authorization {
  return { header: async () => undefined, renew: () => false };
}

/**
 * Authorizes calls with a bearer token (RFC 6750).
 *
 * @param options - gives the token, without the word `Bearer`
 * @returns the authorization; `err.configuration.invalid` is thrown when the secret is no bearer token
 */
export function bearerAuthorization({ secret, clock }: SecretHeaderOptions): Authorization {
  return secretHeader(async () => bearerHeader(await secret()), clock);
}

/**
 * Authorizes calls with a user and a password (RFC 7617, in UTF-8).
 *
 * @param options - user, and what gives the password
 * @returns the authorization; `err.configuration.invalid` is thrown when a password holds control characters
 */
export function basicAuthorization({
  user,
  secret,
  clock,
}: SecretHeaderOptions & { readonly user: string }): Authorization {
  return secretHeader(async () => basicHeader(user, await secret()), clock);
}

/**
 * @param token - the token
 * @returns value of the header
 * @throws DciError `err.configuration.invalid`, without the token
 */
export function bearerHeader(token: string): string {
  if (/^[A-Za-z0-9\-._~+/]+=*$/.test(token)) return `Bearer ${token}`;
  throw new DciError('err.configuration.invalid', 'authorization.token is not a bearer token (RFC 6750)', {
    path: 'authorization.token',
  });
}

/**
 * @param user - without a colon
 * @param password - the password
 * @returns value of the header
 * @throws DciError `err.configuration.invalid`, without the password
 */
export function basicHeader(user: string, password: string): string {
  if (/\p{Cc}/u.test(password)) {
    throw new DciError('err.configuration.invalid', 'authorization.password holds control characters', {
      path: 'authorization.password',
    });
  }
  const bytes = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

function secretHeader(value: () => Promise<string>, clock: Clock): Authorization {
  return renewableHeader(async () => ({ value: await value(), usableUntil: Number.POSITIVE_INFINITY }), clock);
}
