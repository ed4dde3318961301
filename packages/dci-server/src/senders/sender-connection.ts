import { DciError, encryptionKeyFromJwk, type JsonObject } from 'dci-core';
import type { PeerCredential, Sender } from './sender.ts';

/** How we reach a sender: the members of its registration that matter when we call it. */
export type SenderConnection = Pick<
  Sender,
  'callbackBase' | 'callbackHosts' | 'callbackCredential' | 'encryptionKey' | 'subscriptionApproval'
>;

/** Changes of a registration: `null` takes a member away, an absent one stays as it is. */
export type SenderUpdate = { readonly [name in keyof SenderConnection]?: SenderConnection[name] | null };

const longestUrl = 2_000;
const mostHosts = 50;
const longestSecret = 4_096;
const leastRsaBits = 2_048;

/** RFC 6750 section 2.1. */
const bearerToken = /^[A-Za-z0-9\-._~+/]+=*$/;
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;
/** Ends the refusal of a URL without TLS. */
export const httpHint = ' (http: only where the development option allowHttpCallbacks is on)';

const encryptionAlgorithms = ['RSA-OAEP-256', 'ECDH-ES+A256KW'];

/**
 * Checks how a sender is to be reached, and writes it in one form.
 *
 * @param connection - as it was given
 * @param leniency - `allowHttp`: callbacks may go without TLS
 * @returns the same with hosts in lower case and without default ports, and a base without a slash at its end
 * @throws DciError `err.configuration.invalid` naming the fault, never a secret
 */
export function checkConnection(
  connection: SenderConnection,
  leniency: { readonly allowHttp?: boolean },
): SenderConnection {
  const { callbackBase, callbackHosts, callbackCredential, encryptionKey, subscriptionApproval } = connection;
  if (callbackCredential !== undefined) checkCredential(callbackCredential);
  if (encryptionKey !== undefined) checkEncryptionKey(encryptionKey);
  if (subscriptionApproval !== undefined && !['automatic', 'manual'].includes(subscriptionApproval)) {
    throw invalid('the approval of subscriptions must be automatic or manual');
  }
  return {
    ...connection,
    ...(callbackBase === undefined ? {} : { callbackBase: readBase(callbackBase, leniency.allowHttp === true) }),
    ...(callbackHosts === undefined ? {} : { callbackHosts: readHosts(callbackHosts) }),
  };
}

/**
 * @param sender - a sender
 * @param update - changes
 * @returns the sender with the changes, unchecked
 */
export function applyUpdate(sender: Sender, update: SenderUpdate): Sender {
  const merged = { ...sender, ...update };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== null && value !== undefined),
  ) as unknown as Sender;
}

function readBase(text: string, allowHttp: boolean): string {
  const url = URL.parse(text);
  if (url === null || text.length > longestUrl) throw invalid('the callback base is not a URL');
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:')) {
    throw invalid(`the callback base must begin with https:${httpHint}`);
  }
  if (url.username !== '' || url.password !== '') throw invalid('the callback base must not hold user information');
  if (url.search !== '' || url.hash !== '') throw invalid('the callback base must have no query and no fragment');
  return url.href.replace(/\/+$/, '');
}

function readHosts(hosts: readonly string[]): readonly string[] {
  if (hosts.length === 0 || hosts.length > mostHosts) throw invalid(`name 1 to ${mostHosts} callback hosts`);
  return [...new Set(hosts.map(readHost))];
}

function readHost(host: string): string {
  const url = /^[^\s/\\?#@]{1,300}$/.test(host) ? URL.parse(`https://${host}/`) : null;
  if (url === null) throw invalid('a callback host must be a name or an address, with or without a port');
  return url.host;
}

function checkCredential(credential: PeerCredential): void {
  if (credential.kind === 'bearer') {
    if (!bearerToken.test(credential.token) || credential.token.length > longestSecret) {
      throw invalid('the callback token is not a bearer token');
    }
    return;
  }
  const { user, password } = credential;
  if (user === '' || user.includes(':')) throw invalid('the callback credential needs a user name without a colon');
  if (/\p{Cc}/u.test(user + password) || user.length + password.length > longestSecret) {
    throw invalid('the callback credential holds control characters or is too long');
  }
}

/** What can encrypt a message (protocol.md section 11). */
function checkEncryptionKey(jwk: JsonObject): void {
  if (privateMembers.some((name) => jwk[name] !== undefined)) {
    throw invalid('the encryption key is private or secret; register the public key');
  }
  if (jwk.use !== undefined && jwk.use !== 'enc') throw invalid('the encryption key is for another use');
  if (jwk.alg !== undefined && !encryptionAlgorithms.includes(String(jwk.alg))) {
    throw invalid(`the algorithm of the encryption key must be one of ${encryptionAlgorithms.join(', ')}`);
  }
  try {
    encryptionKeyFromJwk(jwk);
  } catch {
    throw invalid(
      `the encryption key must be a JWK: RSA of at least ${leastRsaBits} bits, or a key on P-256 or X25519`,
    );
  }
}

function invalid(message: string): DciError {
  return new DciError('err.configuration.invalid', message);
}
