/** Headers of every reply of this host that does not set its own. */
export const securityHeaders = Object.freeze({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
});

const jsonHeaders = Object.freeze({ ...securityHeaders, 'content-type': 'application/json' });

/** Replies that have the security headers already. */
const withSecurityHeaders = new WeakSet<Response>();

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
  const all = headers === undefined ? jsonHeaders : { ...jsonHeaders, ...headers };
  const reply = new Response(body, { status, headers: all });
  withSecurityHeaders.add(reply);
  return reply;
}

/**
 * Adds the security headers that a reply lacks.
 *
 * @param reply - any reply
 * @returns the reply to send, which is the same one where it has them all
 */
export function addSecurityHeaders(reply: Response): Response {
  // Reading the headers of a reply makes a `Headers` object of them, which a busy route can do without.
  if (withSecurityHeaders.has(reply)) return reply;
  const missing = Object.entries(securityHeaders).filter(([name]) => !reply.headers.has(name));
  // A new reply, because the headers of some, such as redirects, cannot be changed.
  const headers = new Headers([...reply.headers, ...missing]);
  return new Response(reply.body, { status: reply.status, statusText: reply.statusText, headers });
}
