import { Buffer } from 'node:buffer';
import { DciError, isJsonObject, readJson } from 'dci-core';

/** A request for a token as it came over HTTP. */
export interface TokenRequest {
  /** The `Authorization` header. */
  readonly authorization?: string;
  /** The body. */
  readonly body: Uint8Array;
  readonly format: 'form' | 'json';
  /** Names of the parameters in the query string. */
  readonly queryNames: readonly string[];
  /** Where it comes from, when that is known. */
  readonly address?: string;
}

/** Error codes of RFC 6749 section 5.2, and one for too many failures. */
export type TokenErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'temporarily_unavailable';

/** Why no token is given. */
export interface TokenFault {
  readonly error: TokenErrorCode;
  readonly description: string;
}

/** What a client shows, and what it asks for. */
export interface ClientRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
}

const credentialNames = ['client_id', 'client_secret', 'client_assertion', 'access_token', 'grant_type'];

/**
 * Reads a request for a token (RFC 6749 sections 2.3.1 and 4.4.2): client id and secret in the body or in a Basic
 * header, never both and never in the query string, where they would end in logs.
 *
 * @param request - the request
 * @returns what the client shows and asks for, or what is wrong
 */
export function readTokenRequest(request: TokenRequest): ClientRequest | TokenFault {
  if (request.queryNames.some((name) => credentialNames.includes(name.toLowerCase()))) {
    return fault('invalid_request', 'parameters belong into the body, never into the query string');
  }
  const parameters = request.format === 'form' ? readForm(request.body) : readObject(request.body);
  if (parameters === undefined) return fault('invalid_request', 'the body cannot be read, or names a parameter twice');
  const grantType = parameters.get('grant_type');
  if (grantType === undefined) return fault('invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials') {
    return fault('unsupported_grant_type', 'grant_type must be client_credentials');
  }
  const credentials = readCredentials(request.authorization, parameters);
  if ('error' in credentials) return credentials;
  const scope = parameters.get('scope');
  return { ...credentials, ...(scope === undefined ? {} : { scope }) };
}

type Credentials = Pick<ClientRequest, 'clientId' | 'clientSecret'>;

function readCredentials(
  authorization: string | undefined,
  parameters: ReadonlyMap<string, string>,
): Credentials | TokenFault {
  const clientId = parameters.get('client_id');
  const clientSecret = parameters.get('client_secret');
  const header = authorization?.trim() ?? '';
  if (header === '') {
    if (clientId === undefined || clientSecret === undefined) {
      return fault('invalid_client', 'client_id and client_secret are required');
    }
    return { clientId, clientSecret };
  }
  if (clientSecret !== undefined) return fault('invalid_request', 'authenticate in one way, not in two');
  const basic = readBasic(header);
  if (basic === undefined) return fault('invalid_client', 'the Authorization header is not Basic with id and secret');
  if (clientId !== undefined && clientId !== basic.clientId) {
    return fault('invalid_request', 'client_id is not the one of the Authorization header');
  }
  return basic;
}

/** Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1). */
function readBasic(header: string): Credentials | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+={0,2})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  if (at < 0) return undefined;
  try {
    return { clientId: formDecode(text.slice(0, at)), clientSecret: formDecode(text.slice(at + 1)) };
  } catch {
    return undefined;
  }
}

function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** @returns the parameters that have a value; `undefined` when one is there twice or the body is no UTF-8 */
function readForm(body: Uint8Array): ReadonlyMap<string, string> | undefined {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) return undefined;
    parameters.set(name, value);
  }
  for (const [name, value] of parameters) if (value === '') parameters.delete(name);
  return parameters;
}

function readObject(body: Uint8Array): ReadonlyMap<string, string> | undefined {
  try {
    const { value } = readJson(body);
    if (!isJsonObject(value)) return undefined;
    const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return new Map(texts.filter(([, text]) => text !== ''));
  } catch (error) {
    if (error instanceof DciError) return undefined;
    throw error;
  }
}

function fault(error: TokenErrorCode, description: string): TokenFault {
  return { error, description };
}
