import { type AddressRange, classifyAddress, readAddress, startsWith } from './classify-address.ts';

/** Which addresses besides public ones a host may reach. */
export interface AddressRules {
  /** Networks of the operator in CIDR form, inside of {@link listableNetworks}. */
  readonly allowedNetworks: readonly string[];
  /** Development: private and loopback addresses too. */
  readonly allowInternal: boolean;
}

/** Says whether an address, as `readAddress` reads it, may be reached. */
export type AddressJudge = (address: Uint8Array) => boolean;

/** The networks of which an operator may permit parts: a ministry's own. */
export const listableNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'] as const;

const internalRanges: readonly AddressRange[] = ['private', 'shared', 'unique_local', 'loopback'];
const listableRanges: readonly AddressRange[] = ['private', 'shared', 'unique_local'];

interface Network {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/**
 * Finds what is wrong with a network that an operator permits.
 *
 * @param text - for example `10.20.0.0/16`
 * @returns what is wrong, or `undefined`
 */
export function networkFault(text: string): string | undefined {
  const network = readNetwork(text);
  if (network === undefined) return 'a network such as 10.20.0.0/16 is expected';
  const { bytes, bits } = network;
  const isInside = listableNetworks.some((listable) => {
    const outer = readNetwork(listable);
    return outer !== undefined && bits >= outer.bits && startsWith(bytes, outer);
  });
  if (!isInside) return `only networks inside of ${listableNetworks.join(', ')} can be permitted`;
  const hostBits = bytes.some((byte, at) => (byte & (0xff >> Math.min(8, Math.max(0, bits - at * 8)))) !== 0);
  return hostBits ? 'the address has bits behind the prefix; write the first address of the network' : undefined;
}

/**
 * Makes the judge of addresses: public ones pass, and those that configuration or the development switch permit.
 * Cloud metadata, link-local, multicast, unspecified and reserved addresses never pass, nor do non-public IPv4
 * addresses inside of tunnel and translation addresses.
 *
 * @param rules - networks and switch
 * @returns the judge
 */
export function createAddressJudge(rules: AddressRules): AddressJudge {
  const networks = rules.allowedNetworks.flatMap((text) =>
    networkFault(text) === undefined ? (readNetwork(text) ?? []) : [],
  );
  return (address) => {
    const { range, bytes, embedded } = classifyAddress(address);
    if (range === 'public') return true;
    if (embedded) return false;
    if (rules.allowInternal && internalRanges.includes(range)) return true;
    return listableRanges.includes(range) && networks.some((network) => startsWith(bytes, network));
  };
}

function readNetwork(text: string): Network | undefined {
  const [, address = '', length = ''] = /^([\da-f:.]+)\/(\d{1,3})$/i.exec(text) ?? [];
  const bytes = readAddress(address);
  const bits = Number(length);
  return bytes === undefined || bits > bytes.length * 8 ? undefined : { bytes, bits };
}
