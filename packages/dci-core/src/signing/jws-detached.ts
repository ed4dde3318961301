import { makeJwsScheme } from './jws-scheme.ts';
import { encode } from './jws-text.ts';

/**
 * The signature scheme `jws-detached` of protocol.md section 3, as OpenG2P signs: a JWS without its payload
 * (RFC 7515 appendix F), which is the canonical JSON of `{header, message}`.
 */
export const jwsDetachedScheme = makeJwsScheme({
  name: 'jws-detached',
  isDetached: true,
  payload: contentText,
  signedPart: (_, header, message) => encode(contentText(header, message)),
});

function contentText(header: string, message: string): string {
  return `{"header":${header},"message":${message}}`;
}
