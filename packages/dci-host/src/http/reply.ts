/** Headers of every reply of this host that does not set its own. */
export const securityHeaders = Object.freeze({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
});

const jsonHeaders = Object.freeze({ ...securityHeaders, 'content-type': 'application/json' });

/**
 * Makes a JSON reply from text that is JSON already.
 *
 * The headers are one frozen object, so that the server writes them as they stand, without a `Headers` object for each
 * reply.
 *
 * @param body - the JSON text or its UTF-8 bytes
 * @param status - HTTP status, default 200
 * @param headers - further headers, lower-case names; they win over the defaults
 * @returns the reply
 */
export function jsonReply(
  body: string | Uint8Array<ArrayBuffer>,
  status = 200,
  headers?: Readonly<Record<string, string>>,
): Response {
  return new Response(body, { status, headers: headers === undefined ? jsonHeaders : { ...jsonHeaders, ...headers } });
}
