import { DciError } from 'dci-core';
import type { CallbackKind } from '../callback-kind.ts';
import type { CallbackSource, PartyIds } from '../callback-source.ts';
import type { BearerGrant } from './bearer.ts';
import type { ReadCallback } from './read-callback.ts';

/** What {@link identifySources} looks into. */
export interface IdentifyOptions {
  readonly sources: readonly CallbackSource[];
  readonly parties: PartyIds;
  readonly grant: BearerGrant;
}

/**
 * Step 4 of protocol.md section 4: the sender is the party behind a data source, and the bearer token is its own where it
 * must show one. One party can be behind several sources, one for each registry that it serves; which of them is meant,
 * the transaction tells. Families that copy the header of the request name us where they mean themselves: each dialect
 * reads the parties in its own way.
 *
 * @param callback - the callback, not verified
 * @param kind - what its path takes
 * @param options - sources, and what the bearer token opens
 * @returns the sources of the sender, at least one
 * @throws DciError `err.sender.unknown`, or the refusal of the bearer token
 */
export async function identifySources(
  { rawHeader }: ReadCallback,
  { call }: CallbackKind,
  { sources, parties, grant }: IdentifyOptions,
): Promise<readonly CallbackSource[]> {
  // At the same time: a registry that does not answer must not keep the others from calling back.
  const areMeant = await Promise.all(
    sources.map(async (candidate) => {
      const senderId = senderOf(candidate, rawHeader, call);
      return senderId !== undefined && senderId === (await parties.of(candidate));
    }),
  );
  const found = sources.filter((_, index) => areMeant[index]);
  if (found.length === 0) throw new DciError('err.sender.unknown', 'the sender is not registered here');
  return grant.admit(found);
}

/** A dialect may stumble over a header that another one would read. */
function senderOf(
  { source }: CallbackSource,
  header: ReadCallback['rawHeader'],
  call: CallbackKind['call'],
): string | undefined {
  try {
    return source.dialect.readParties(header, call).senderId;
  } catch {
    return undefined;
  }
}
