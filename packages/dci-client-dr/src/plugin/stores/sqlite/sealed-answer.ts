import { sealedJson } from 'dci-client/service';
import type { Sealer } from 'dci-host';
import type { CachedAnswer } from '../../../cache/disability-cache.ts';

const purpose = 'dci-client-dr/cache';
const format = 1;

/** What is sealed: all that a row would tell about a person, and whose row it is. */
type Content = Pick<CachedAnswer, 'key' | 'finding' | 'evidence'> & { readonly format: number };

/**
 * @param answer - an answer
 * @param sealer - the host's sealer
 * @returns what it says of a person, sealed
 */
export function sealAnswer({ key, finding, evidence }: CachedAnswer, sealer: Sealer): Uint8Array {
  const content: Content = { format, key, ...(finding !== undefined && { finding }), evidence };
  return sealedJson(sealer, purpose).seal(content);
}

/**
 * @param sealed - the content of a row
 * @param key - of the row
 * @param sealer - the host's sealer
 * @returns what it says; `undefined` for what this host did not seal for this row, or in another form: a cache can ask anew
 */
export function openAnswer(
  sealed: Uint8Array,
  key: string,
  sealer: Sealer,
): Pick<CachedAnswer, 'finding' | 'evidence'> | undefined {
  const content = sealedJson(sealer, purpose).open(sealed);
  if (content?.format !== format || content.key !== key) return undefined;
  const { finding, evidence } = content as unknown as Content;
  return { ...(finding !== undefined && { finding }), evidence };
}
