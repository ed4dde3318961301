import { dciScheme } from './dci.ts';
import { dciLegacyScheme } from './dci-legacy.ts';
import type { SignatureScheme, SignatureSchemeName } from './scheme.ts';

/** Every signature scheme by its name. */
export const signatureSchemes: Readonly<Record<SignatureSchemeName, SignatureScheme>> = {
  dci: dciScheme,
  'dci-legacy': dciLegacyScheme,
};
