import { type Fetch, isJsonObject, type JsonObject, readJson } from 'dci-core';
import * as oauth from 'oauth4webapi';
import { callHttp, type HttpAnswer, type HttpCall } from '../http.ts';
import { noToken, tokenRefused } from './token-failure.ts';

/** Where client id and secret stand: form, `Basic` header (RFC 6749 section 2.3.1), query string, or a JSON body. */
export type CredentialsPlace = 'body' | 'header' | 'query' | 'json';

/** A request of an access token with the client credentials grant. */
export interface TokenRequest {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
  readonly credentialsIn: CredentialsPlace;
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
}

/** A token that was granted. */
export interface GrantedToken {
  /** A bearer token. */
  readonly token: string;
  /** Seconds; absent: the endpoint does not tell. */
  readonly expiresIn?: number;
}

const MAX_ANSWER_BYTES = 65_536;
/** RFC 6750 section 2.1; longer ones fit no header. */
const bearerToken = /^(?=.{1,16384}$)[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Asks a token endpoint for an access token (RFC 6749 section 4.4).
 *
 * @param request - endpoint and credentials
 * @returns the token
 * @throws DciError with the cause `refused`, `unreachable` or `protocol`; never with a text of the endpoint
 */
export async function requestToken(request: TokenRequest): Promise<GrantedToken> {
  const { tokenUrl, clientId } = request;
  const server: oauth.AuthorizationServer = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const client: oauth.Client = { client_id: clientId };
  const answer = await sendRequest(request, server, client);
  const body = readBody(answer);
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, body);
  return await readToken(body, server, client);
}

async function sendRequest(
  request: TokenRequest,
  server: oauth.AuthorizationServer,
  client: oauth.Client,
): Promise<HttpAnswer> {
  const { tokenUrl, clientSecret, scope, credentialsIn, fetch, signal } = request;
  const call = (url: string, init: HttpCall['init']): Promise<HttpAnswer> =>
    callHttp({ fetch, url, init, maxBytes: MAX_ANSWER_BYTES, signal });
  const wanted = scope === undefined ? {} : { scope };
  if (credentialsIn === 'query' || credentialsIn === 'json') {
    // RFC 6749 knows neither place, nor does the library; OpenCRVS knows nothing else.
    const members = {
      client_id: request.clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      ...wanted,
    };
    const headers = { accept: 'application/json' };
    if (credentialsIn === 'json') {
      const withType = { ...headers, 'content-type': 'application/json' };
      return await call(tokenUrl, { method: 'POST', headers: withType, body: JSON.stringify(members) });
    }
    const url = new URL(tokenUrl);
    for (const [name, value] of Object.entries(members)) url.searchParams.set(name, value);
    return await call(url.href, { method: 'POST', headers });
  }
  let answer: HttpAnswer | undefined;
  const authentication =
    credentialsIn === 'body' ? oauth.ClientSecretPost(clientSecret) : oauth.ClientSecretBasic(clientSecret);
  await oauth.clientCredentialsGrantRequest(server, client, authentication, wanted, {
    [oauth.customFetch]: async (url, { method, headers, body }) => {
      answer = await call(url, { method, headers, body: body.toString() });
      return new Response();
    },
    // Whether an address without TLS may be used is judged where the settings are.
    [oauth.allowInsecureRequests]: true,
  });
  if (answer === undefined) throw noToken();
  return answer;
}

function readBody({ body }: HttpAnswer): JsonObject | undefined {
  try {
    const { value } = readJson(body);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function refusalOf({ status, retryAfter }: HttpAnswer, body: JsonObject | undefined): Error {
  const { error, error_description: description } = body ?? {};
  return tokenRefused(
    {
      status,
      ...(typeof error === 'string' && { peerCode: error }),
      ...(typeof description === 'string' && { peerMessage: description }),
    },
    retryAfter,
  );
}

/** Members that say nothing of the token are left out: an ID token, for one, would be verified. */
async function readToken(
  body: JsonObject | undefined,
  server: oauth.AuthorizationServer,
  client: oauth.Client,
): Promise<GrantedToken> {
  const { access_token, token_type, expires_in } = body ?? {};
  const text = JSON.stringify({ access_token, token_type, ...(expires_in !== null && { expires_in }) });
  let granted: oauth.TokenEndpointResponse;
  try {
    granted = await oauth.processClientCredentialsResponse(
      server,
      client,
      new Response(text, { headers: { 'content-type': 'application/json' } }),
    );
  } catch {
    // What the library throws holds the answer, and so perhaps a token.
    throw noToken();
  }
  if (granted.token_type !== 'bearer' || !bearerToken.test(granted.access_token)) throw noToken();
  return { token: granted.access_token, ...(granted.expires_in !== undefined && { expiresIn: granted.expires_in }) };
}
