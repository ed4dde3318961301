import { parameterScheme } from './parameter-scheme.ts';

/**
 * The signature scheme `dci-legacy` of protocol.md section 3, from the first drafts: canonical JSON with Python's
 * default separators, and `SHA-256=` before the digest.
 */
export const dciLegacyScheme = parameterScheme({
  name: 'dci-legacy',
  lifetimeSeconds: 3600,
  prefix: 'Signature: ',
  style: 'spaced',
  digestPrefix: 'SHA-256=',
});
