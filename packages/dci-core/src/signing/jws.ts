import { readJson } from '../json/read.ts';
import { stringifyForm } from '../json/stringify-form.ts';
import { isJsonObject } from '../json/value.ts';
import { makeJwsScheme } from './jws-scheme.ts';
import { decode } from './jws-text.ts';

/**
 * The signature scheme `jws` of protocol.md section 3, as OpenCRVS signs: a compact JWS whose payload is
 * `JSON.stringify({header, message})`. The payload must be the received header and message, compared as canonical JSON
 * so that a number counts only as it was written.
 */
export const jwsScheme = makeJwsScheme({
  name: 'jws',
  isDetached: false,
  payload: (header, message) => `{"header":${stringifyForm(header)},"message":${stringifyForm(message)}}`,
  signedPart: (payloadPart, header, message) => (isSameContent(payloadPart, header, message) ? payloadPart : undefined),
});

function isSameContent(payloadPart: string, header: string, message: string): boolean {
  const bytes = decode(payloadPart);
  if (bytes === undefined) return false;
  try {
    const payload = readJson(bytes);
    return (
      isJsonObject(payload.value) &&
      Object.keys(payload.value).length === 2 &&
      payload.canonicalMember('header') === header &&
      payload.canonicalMember('message') === message
    );
  } catch {
    return false;
  }
}
