import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AddressRange, classifyAddress, readAddress } from './classify-address.ts';

const rangeOf = (text: string): AddressRange | undefined => {
  const bytes = readAddress(text);
  return bytes && classifyAddress(bytes).range;
};

describe('the ranges, first and last address and the neighbours', () => {
  test.each<[AddressRange, ...string[]]>([
    ['public', '1.0.0.0', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
    ['public', '128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '191.255.255.255'],
    ['public', '192.0.1.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0', '223.255.255.255'],
    ['unspecified', '0.0.0.0', '::', '::ffff:0.0.0.0'],
    ['this_network', '0.0.0.1', '0.255.255.255'],
    ['private', '10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
    ['shared', '100.64.0.0', '100.127.255.255'],
    ['loopback', '127.0.0.0', '127.0.0.1', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1', '::ffff:7f00:1'],
    ['link_local', '169.254.0.0', '169.254.255.255', 'fe80::', 'febf:ffff::1'],
    ['metadata', '169.254.169.254', '100.100.100.200', '168.63.129.16', 'fd00:ec2::254', '::ffff:169.254.169.254'],
    ['documentation', '192.0.2.1', '198.51.100.1', '203.0.113.255', '2001:db8::1', '2001:db8:ffff::', '3fff:fff::1'],
    ['benchmarking', '198.18.0.0', '198.19.255.255'],
    ['multicast', '224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1', 'ffff::'],
    ['reserved', '192.0.0.0', '192.0.0.255', '192.88.99.1', '240.0.0.0', '255.255.255.254', '2001:1ff::', '4000::'],
    [
      'reserved',
      '64:ff9b:1::8.8.8.8',
      '64:ff9b:1:808:8:800::',
      '64:ff9b:2::1',
      '5f00::1',
      '1::1',
      'fec0::1'.replace('fec', 'fbc'),
    ],
    ['broadcast', '255.255.255.255', '::255.255.255.255'],
    ['unique_local', 'fc00::', 'fdff:ffff::1'],
    ['site_local', 'fec0::', 'feff::1'],
    ['discard', '100::', '100::ffff:ffff:ffff:ffff'],
    ['public', '2000::', '2001:200::1', '2606:4700:4700::1111', '3ffe:ffff::1', '64:ff9b::8.8.8.8', '2002:808:808::'],
  ])('%s', (range, ...addresses) => {
    expect(addresses.map((address) => [address, rangeOf(address)])).toEqual(
      addresses.map((address) => [address, range]),
    );
  });
});

test('what is no address in its plain form is not read', () => {
  const texts = [
    '',
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '2130706433',
    '127.0.0.1.',
    ' 127.0.0.1',
    '256.0.0.1',
    '1.2.3',
  ];
  const texts6 = ['fe80::1%eth0', '::1%25lo', '[::1]', ':::', '::1::', '1:2:3:4:5:6:7', 'g::', '::ffff:1.2.3', '::0x1'];
  for (const text of [...texts, ...texts6]) expect([text, readAddress(text)]).toEqual([text, undefined]);
});

test('an address is read as a socket and the URL parser read it', () => {
  expect(readAddress('::10.0.0.1')).toEqual(Uint8Array.from([...new Uint8Array(12), 10, 0, 0, 1]));
  expect(readAddress('1:2:3:4:5:6:7.8.9.10')).toEqual(readAddress('1:2:3:4:5:6:708:90a'));
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(8), fc.nat(8), (address, from, length) => {
      address.fill(0, from * 2, (from + length) * 2);
      const groups = Array.from({ length: 8 }, (_, at) => (address[at * 2] ?? 0) * 256 + (address[at * 2 + 1] ?? 0));
      const hex = groups.map((group) => group.toString(16));
      const dotted = `${hex.slice(0, 6).join(':')}:${address.slice(12).join('.')}`;
      const shortened = new URL(`http://[${dotted}]/`).hostname.slice(1, -1);
      const withDots = shortened.replace(/^::(?:([\da-f]+):)?([\da-f]+)$/, `::${address.slice(12).join('.')}`);
      for (const text of [hex.join(':'), hex.join(':').toUpperCase(), dotted, shortened, withDots]) {
        expect([text, readAddress(text)]).toEqual([text, address]);
      }
    }),
    { numRuns: 1000 },
  );
});

test('bytes of another length belong nowhere', () => {
  for (const length of [0, 3, 5, 15, 17]) expect(classifyAddress(new Uint8Array(length)).range).toBe('reserved');
});

const bytes = (...parts: (number | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
const zeros = (count: number): Uint8Array => new Uint8Array(count);
const publicServer = Uint8Array.of(8, 8, 8, 8);

const forms: readonly (readonly [string, (ipv4: Uint8Array) => Uint8Array])[] = [
  ['mapped', (ipv4) => bytes(zeros(10), 0xff, 0xff, ipv4)],
  ['translated', (ipv4) => bytes(zeros(8), 0xff, 0xff, 0, 0, ipv4)],
  ['compatible', (ipv4) => bytes(zeros(12), ipv4)],
  ['NAT64', (ipv4) => bytes(0, 0x64, 0xff, 0x9b, zeros(8), ipv4)],
  ['6to4', (ipv4) => bytes(0x20, 0x02, ipv4, zeros(10))],
  [
    'Teredo, client',
    (ipv4) =>
      bytes(
        0x20,
        0x01,
        0,
        0,
        publicServer,
        zeros(4),
        ipv4.map((byte) => byte ^ 0xff),
      ),
  ],
  [
    'Teredo, server',
    (ipv4) =>
      bytes(
        0x20,
        0x01,
        0,
        0,
        ipv4,
        zeros(4),
        publicServer.map((byte) => byte ^ 0xff),
      ),
  ],
  ['ISATAP', (ipv4) => bytes(0x26, 0x06, zeros(6), 0, 0, 0x5e, 0xfe, ipv4)],
  ['ISATAP of a global address', (ipv4) => bytes(0x26, 0x06, zeros(6), 2, 0, 0x5e, 0xfe, ipv4)],
];

/** Any address, and as often one of a range that matters. */
const anyIpv4 = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc
    .tuple(
      fc.constantFrom(
        [0],
        [10],
        [100, 64],
        [127],
        [169, 254],
        [172, 16],
        [192, 0, 0],
        [192, 168],
        [198, 18],
        [224],
        [240],
      ),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
    )
    .map(([start, rest]) => Uint8Array.from([...start, ...rest].slice(0, 4))),
);

describe('an IPv4 address has the same verdict wherever it is', () => {
  test.each(forms)('%s', (form, embed) => {
    fc.assert(
      fc.property(anyIpv4, (ipv4) => {
        // `::` and `::1` are addresses of their own, of the same kind.
        fc.pre(!(form === 'compatible' && ipv4[0] === 0 && ipv4[1] === 0 && ipv4[2] === 0));
        expect(classifyAddress(embed(ipv4)).range).toBe(classifyAddress(ipv4).range);
      }),
      { numRuns: 2000 },
    );
  });

  test('and an ISATAP address keeps the verdict of its prefix', () => {
    const [, isatap] = forms[7] ?? [];
    const address = isatap?.(publicServer) ?? zeros(16);
    address.set([0xfe, 0x80]);
    expect(classifyAddress(address).range).toBe('link_local');
  });
});

test('an address of locally chosen NAT64 prefixes is never public', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (rest) => {
      expect(classifyAddress(bytes(0, 0x64, 0xff, 0x9b, 0, 1, rest)).range).toBe('reserved');
    }),
  );
});
