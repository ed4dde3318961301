import { createHash } from 'node:crypto';
import { type PublishedKey, toJwks, writeJson } from 'dci-core';
import type { KeyStore } from '../keys/key-store.ts';
import { jsonReply } from './reply.ts';
import type { HttpRouter } from './router.ts';

/** Path of the key set, at the root and below every base path (protocol.md section 5). */
export const jwksPath = '/.well-known/jwks.json';

/** Peers may keep the set this long; an unknown `kid` makes them ask again before (protocol.md section 3). */
const maxAgeSeconds = 60;

interface WrittenSet {
  readonly names: string;
  readonly body: string;
  readonly tag: string;
}

/**
 * Adds the JSON Web Key Set of the host's active and retiring keys (protocol.md section 3), with `ETag` and
 * `Cache-Control`.
 *
 * @param router - the router of the root or of a base path
 * @param keys - the host's keys
 */
export function wellKnownRoutes(router: HttpRouter, keys: KeyStore): void {
  let written: WrittenSet | undefined;
  router.get(jwksPath, async (context) => {
    const published = await keys.published();
    const names = published.map(({ keyId }) => keyId).join(' ');
    if (written?.names !== names) written = writeSet(names, published);
    const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag: written.tag };
    const known = context.req
      .header('if-none-match')
      ?.split(',')
      .map((tag) => tag.trim().replace(/^W\//, ''));
    if (known?.includes(written.tag) || known?.includes('*')) return new Response(null, { status: 304, headers });
    return jsonReply(written.body, 200, headers);
  });
}

function writeSet(names: string, published: readonly PublishedKey[]): WrittenSet {
  const body = writeJson(toJwks(published));
  return { names, body, tag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}
