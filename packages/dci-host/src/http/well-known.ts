import { type PublishedEncryptionKey, type PublishedKey, toJwks, writeJson } from 'dci-core';
import type { KeyStore } from '../keys/key-store.ts';
import type { HttpRouter } from './router.ts';
import { type TaggedBody, tagged, taggedReply } from './tagged-reply.ts';

/** Path of the key set, at the root and below every base path (protocol.md section 5). */
export const jwksPath = '/.well-known/jwks.json';

/** Peers may keep the set this long; an unknown `kid` makes them ask again before (protocol.md section 3). */
const maxAgeSeconds = 60;

interface WrittenSet extends TaggedBody {
  readonly names: string;
}

/**
 * Adds the JSON Web Key Set of the host's active and retiring keys for signatures (protocol.md section 3) and its
 * active keys for encryption (section 11), with `ETag` and `Cache-Control`.
 *
 * @param router - the router of the root or of a base path
 * @param keys - the host's keys
 */
export function wellKnownRoutes(router: HttpRouter, keys: KeyStore): void {
  let written: WrittenSet | undefined;
  router.get(jwksPath, async (context) => {
    const [published, encryption] = [await keys.published(), await keys.encryptionKeys()];
    const names = [...published, ...encryption].map(({ keyId }) => keyId).join(' ');
    if (written?.names !== names) written = writeSet(names, published, encryption);
    return taggedReply(context, written, { maxAgeSeconds });
  });
}

function writeSet(
  names: string,
  published: readonly PublishedKey[],
  encryption: readonly PublishedEncryptionKey[],
): WrittenSet {
  return { names, ...tagged(writeJson(toJwks(published, encryption))) };
}
