import { createHash } from 'node:crypto';
import { jsonReply } from './reply.ts';
import type { HttpContext } from './router.ts';

/** A body that is written once and sent many times, with its entity tag (RFC 9110 section 8.8.3). */
export interface TaggedBody {
  readonly body: string;
  readonly tag: string;
}

/**
 * Computes the tag of a body.
 *
 * @param body - the text
 * @returns body and strong tag
 */
export function tagged(body: string): TaggedBody {
  return { body, tag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

/**
 * Answers with a body that peers may keep: 304 when the request names its tag (RFC 9110 section 13.1.2).
 *
 * @param context - the request
 * @param written - the body and its tag
 * @param further - `maxAgeSeconds`: how long it may be kept; `headers`: in place of those of a JSON reply
 * @returns the reply
 */
export function taggedReply(
  context: HttpContext,
  { body, tag }: TaggedBody,
  further: { readonly maxAgeSeconds: number; readonly headers?: Readonly<Record<string, string>> },
): Response {
  const headers = { ...further.headers, 'cache-control': `public, max-age=${further.maxAgeSeconds}`, etag: tag };
  const known = context.req
    .header('if-none-match')
    ?.split(',')
    .map((name) => name.trim().replace(/^W\//, ''));
  if (known?.includes(tag) || known?.includes('*')) return new Response(null, { status: 304, headers });
  return jsonReply(body, 200, headers);
}
