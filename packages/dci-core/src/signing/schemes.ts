import { dciScheme } from './dci.ts';
import { dciLegacyScheme } from './dci-legacy.ts';
import { jwsScheme } from './jws.ts';
import { jwsDetachedScheme } from './jws-detached.ts';
import type { SignatureScheme, SignatureSchemeName } from './scheme.ts';

/** Every signature scheme by its name. */
export const signatureSchemes: Readonly<Record<SignatureSchemeName, SignatureScheme>> = {
  dci: dciScheme,
  'dci-legacy': dciLegacyScheme,
  jws: jwsScheme,
  'jws-detached': jwsDetachedScheme,
};

/** The names of all signature schemes, for configuration and command lines. */
export const signatureSchemeNames: readonly SignatureSchemeName[] = Object.values(signatureSchemes).map(
  ({ name }) => name,
);
