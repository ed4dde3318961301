import { writeJson } from 'dci-core';
import { type HttpContext, type HttpRouter, jsonReply, readBody } from 'dci-host';
import type { TokenAnswer, TokenEndpoint } from '../oauth/token-endpoint.ts';
import type { TokenRequest } from '../oauth/token-request.ts';

/** Path of the token endpoint, at the root and below every base path (protocol.md section 5). */
export const tokenPath = '/oauth2/client/token';

/** A request for a token is short. */
const largestBody = 16_384;

/**
 * Adds the token endpoint (the standard's authz file; RFC 6749).
 *
 * @param router - the router of the root or of a base path
 * @param endpoint - gives the tokens
 */
export function addTokenRoute(router: HttpRouter, endpoint: TokenEndpoint): void {
  router.post(tokenPath, async (context) => {
    const answer = await endpoint.answer(await readRequest(context));
    context.env.logFields =
      answer.kind === 'token'
        ? { sender_id: answer.senderId, action: 'token' }
        : { action: 'token', code: answer.fault.error };
    return replyOf(answer);
  });
}

async function readRequest(context: HttpContext): Promise<TokenRequest> {
  const { req, env } = context;
  const format = /^application\/json\b/i.test(req.header('content-type')?.trim() ?? '') ? 'json' : 'form';
  const mediaType = format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const body = await readBody(context, { mediaType, maxBytes: largestBody });
  const authorization = req.header('authorization');
  const address = env.incoming?.socket.remoteAddress;
  return {
    body,
    format,
    queryNames: [...new URL(req.url).searchParams.keys()],
    ...(authorization === undefined ? {} : { authorization }),
    ...(address === undefined ? {} : { address }),
  };
}

/** A refusal has the members of RFC 6749 and those of the standard's authz file. */
function replyOf(answer: TokenAnswer): Response {
  if (answer.kind === 'token') {
    const { accessToken, expiresIn, scope } = answer;
    const body = { access_token: accessToken, token_type: 'Bearer', expires_in: expiresIn, scope };
    return jsonReply(writeJson(body), 200, { pragma: 'no-cache' });
  }
  const { status, fault, retryAfter } = answer;
  const code =
    status === 400 ? 'err.request.bad' : status === 401 ? 'err.request.unauthorized' : 'err.request.too_many_requests';
  const body = {
    error: fault.error,
    error_description: fault.description,
    errors: [{ code, message: fault.description }],
  };
  return jsonReply(writeJson(body), status, {
    pragma: 'no-cache',
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="dci"' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  });
}
