import net from 'node:net';
import ipaddr from 'ipaddr.js';

/** What kind of network an address belongs to; only `public` ones are reached without a permission. */
export type AddressRange =
  | 'public'
  | 'unspecified'
  | 'this_network'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'unique_local'
  | 'link_local'
  | 'site_local'
  | 'metadata'
  | 'multicast'
  | 'broadcast'
  | 'documentation'
  | 'benchmarking'
  | 'discard'
  | 'reserved';

/** An address, judged. */
export interface ClassifiedAddress {
  readonly range: AddressRange;
  /** 4 or 16 bytes; an IPv4-mapped IPv6 address is the IPv4 address, because a socket treats it so. */
  readonly bytes: Uint8Array;
  /** The verdict is that of an IPv4 address inside a tunnel or translation address. */
  readonly embedded: boolean;
}

type RangeTable = readonly (readonly [range: AddressRange, prefix: Uint8Array, bits: number])[];

/** IANA IPv4 special-purpose registry, multicast, and the fixed addresses where clouds answer with credentials. */
const ipv4Ranges = table([
  ['metadata', '169.254.169.254/32', '100.100.100.200/32', '168.63.129.16/32'],
  ['unspecified', '0.0.0.0/32'],
  ['this_network', '0.0.0.0/8'],
  ['private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  ['shared', '100.64.0.0/10'],
  ['loopback', '127.0.0.0/8'],
  ['link_local', '169.254.0.0/16'],
  ['documentation', '192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'],
  ['benchmarking', '198.18.0.0/15'],
  ['multicast', '224.0.0.0/4'],
  ['broadcast', '255.255.255.255/32'],
  ['reserved', '192.0.0.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.175.48.0/24'],
  ['reserved', '240.0.0.0/4'],
]);

/** IANA IPv6 special-purpose registry; what lies outside of 2000::/3 and in no row is reserved. */
const ipv6Ranges = table([
  ['metadata', 'fd00:ec2::254/128', 'fd20:ce::254/128'],
  ['unspecified', '::/128'],
  ['loopback', '::1/128'],
  ['discard', '100::/64'],
  ['unique_local', 'fc00::/7'],
  ['link_local', 'fe80::/10'],
  ['site_local', 'fec0::/10'],
  ['multicast', 'ff00::/8'],
  ['documentation', '2001:db8::/32', '3fff::/20'],
  ['benchmarking', '2001:2::/48'],
  ['reserved', '2001::/23', '2620:4f:8000::/48'],
  ['public', '2000::/3'],
  ['reserved', '::/0'],
]);

/** Where IPv6 addresses hold IPv4 ones: offset of the four bytes, and whether they are inverted. */
const embeddings = [
  // IPv4-mapped (RFC 4291 2.5.5.2)
  { prefix: '::ffff:0:0/96', at: [12] },
  // IPv4-translated (RFC 7915)
  { prefix: '::ffff:0:0:0/96', at: [12] },
  // IPv4-compatible (RFC 4291 2.5.5.1); `::` and `::1` are found before
  { prefix: '::/96', at: [12] },
  // NAT64, well-known prefix (RFC 6052)
  { prefix: '64:ff9b::/96', at: [12] },
  // 6to4 (RFC 3056)
  { prefix: '2002::/16', at: [2] },
  // Teredo (RFC 4380): the server, and the client with inverted bits
  { prefix: '2001::/32', at: [4], inverted: [12] },
].map(({ prefix, at, inverted = [] }) => ({ prefix: readPrefix(prefix), at, inverted }));

const mappedPrefix = readPrefix('::ffff:0:0/96');

/**
 * Reads an address in its plain form: four decimal numbers, or RFC 4291 text without a zone.
 *
 * @param text - the address
 * @returns its 4 or 16 bytes, or `undefined` when it is no address in this form
 */
export function readAddress(text: string): Uint8Array | undefined {
  const kind = text.includes('%') ? 0 : net.isIP(text);
  if (kind === 0) return undefined;
  if (kind === 4) return Uint8Array.from(text.split('.'), Number);
  return Uint8Array.from(ipaddr.IPv6.parse(withoutDots(text)).toByteArray());
}

/** ipaddr.js reads `::1.2.3.4` as `::ffff:1.2.3.4`; a socket does not. */
function withoutDots(text: string): string {
  return text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...octets: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}

/**
 * Judges an address by its bytes (reliability.md SR1). IPv4 addresses inside IPv6 ones (mapped, compatible, translated,
 * NAT64, 6to4, Teredo, ISATAP) are judged as what they are. The locally chosen NAT64 prefixes below 64:ff9b:1::/48 are
 * reserved: where in them the IPv4 address lies is not known.
 *
 * @param bytes - 4 bytes of IPv4 or 16 of IPv6, in network order
 * @returns the verdict
 */
export function classifyAddress(bytes: Uint8Array): ClassifiedAddress {
  if (bytes.length === 4) return { range: find(ipv4Ranges, bytes) ?? 'public', bytes, embedded: false };
  if (bytes.length !== 16) return { range: 'reserved', bytes, embedded: false };
  if (startsWith(bytes, mappedPrefix)) return classifyAddress(bytes.slice(12));
  const own = find(ipv6Ranges, bytes) ?? 'reserved';
  if (own === 'unspecified' || own === 'loopback') return { range: own, bytes, embedded: false };
  const inside = embeddedAddresses(bytes);
  if (inside.length > 0) {
    const ranges = inside.map((address) => find(ipv4Ranges, address) ?? 'public');
    return { range: ranges.find((range) => range !== 'public') ?? 'public', bytes, embedded: true };
  }
  // ISATAP (RFC 5214): any prefix, then the interface identifier [02]00:5efe and the IPv4 address.
  if (((bytes[8] ?? 0) & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe) {
    const range = find(ipv4Ranges, bytes.slice(12)) ?? 'public';
    if (range !== 'public') return { range, bytes, embedded: true };
  }
  return { range: own, bytes, embedded: false };
}

function embeddedAddresses(bytes: Uint8Array): readonly Uint8Array[] {
  const form = embeddings.find(({ prefix }) => startsWith(bytes, prefix));
  if (form === undefined) return [];
  return [
    // The bytes that name the host itself come first: their verdict is the one told.
    ...form.inverted.map((at) => bytes.slice(at, at + 4).map((byte) => byte ^ 0xff)),
    ...form.at.map((at) => bytes.slice(at, at + 4)),
  ];
}

interface Prefix {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/**
 * Says whether an address lies in a network.
 *
 * @param address - 4 or 16 bytes
 * @param network - the network; of the other family: it does not
 * @returns whether the first `bits` bits are the same
 */
export function startsWith(address: Uint8Array, network: Prefix): boolean {
  if (address.length !== network.bytes.length) return false;
  return address.every((byte, at) => {
    const bits = Math.min(8, Math.max(0, network.bits - at * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((network.bytes[at] ?? 0) & mask);
  });
}

function find(ranges: RangeTable, bytes: Uint8Array): AddressRange | undefined {
  return ranges.find(([, prefix, bits]) => startsWith(bytes, { bytes: prefix, bits }))?.[0];
}

function table(rows: readonly (readonly [AddressRange, ...string[]])[]): RangeTable {
  return rows.flatMap(([range, ...networks]) =>
    networks.map((network) => {
      const { bytes, bits } = readPrefix(network);
      return [range, bytes, bits] as const;
    }),
  );
}

function readPrefix(network: string): Prefix {
  const [address, bits] = ipaddr.parseCIDR(network);
  return { bytes: Uint8Array.from(address.toByteArray()), bits };
}
