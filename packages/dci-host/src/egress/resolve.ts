import { lookup } from 'node:dns/promises';
import { DciError } from 'dci-core';
import type { AddressJudge } from './address-rules.ts';
import { readAddress } from './classify-address.ts';
import { egressError } from './egress-failure.ts';

/**
 * Looks a name up once.
 *
 * @returns all its addresses, IPv4 and IPv6, in the order in which they are to be tried
 */
export type Resolver = (name: string) => Promise<readonly string[]>;

/** An address that was judged. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** The resolver of the system: hosts file and DNS. */
export const systemResolver: Resolver = async (name) => {
  const found = await lookup(name, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
};

/**
 * Looks a name up once and judges every address it has: one that is not permitted refuses the name, because who mixes
 * internal addresses with public ones hopes for the next connection (reliability.md SR2).
 *
 * @param name - a host name
 * @param resolver - looks names up
 * @param permits - judges addresses
 * @returns all addresses of the name
 * @throws DciError err.sender_uri.invalid when one is not permitted; err.service.unavailable when there is none
 */
export async function resolvePermitted(
  name: string,
  resolver: Resolver,
  permits: AddressJudge,
): Promise<readonly ResolvedAddress[]> {
  let found: readonly string[];
  try {
    found = await resolver(name);
  } catch (error) {
    throw error instanceof DciError ? error : egressError('name_not_found', detailOf(error));
  }
  if (found.length === 0) throw egressError('name_not_found');
  return found.map((address) => {
    // A zone (`fe80::1%eth0`) makes an address unreadable here; such addresses are never permitted anyway.
    const bytes = readAddress(address);
    if (bytes === undefined || !permits(bytes)) throw egressError('address_forbidden');
    return { address, family: bytes.length === 4 ? 4 : 6 };
  });
}

function detailOf(error: unknown): { readonly detail?: string } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? { detail: code } : {};
}
