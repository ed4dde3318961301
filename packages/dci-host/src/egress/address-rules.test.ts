import { describe, expect, test } from 'vitest';
import { createAddressJudge, networkFault } from './address-rules.ts';
import { readAddress } from './classify-address.ts';

describe('networks of an operator', () => {
  test.each([
    '10.0.0.0/8',
    '10.20.0.0/16',
    '172.16.0.0/12',
    '192.168.7.9/32',
    '100.64.0.0/10',
    'fd12:3456::/32',
    'FC00::/7',
  ])('%s can be permitted', (network) => {
    expect(networkFault(network)).toBeUndefined();
  });

  test.each([
    '127.0.0.0/8',
    '127.0.0.1/32',
    '169.254.0.0/16',
    '169.254.169.254/32',
    '0.0.0.0/0',
    '0.0.0.0/32',
    '224.0.0.0/4',
    '240.0.0.0/4',
    '8.8.8.0/24',
    '10.0.0.0/7',
    '172.16.0.0/11',
    '::/0',
    '::1/128',
    'fe80::/10',
    'ff00::/8',
    'fc00::/6',
    '::ffff:10.0.0.0/104',
  ])('%s cannot', (network) => {
    expect(networkFault(network)).toMatch(/^only networks inside of/);
  });

  test.each([
    '',
    '10.0.0.0',
    '10/8',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'fc00::/129',
    'example.org/8',
    '012.0.0.0/8',
  ])('%j is none', (network) => {
    expect(networkFault(network)).toMatch(/is expected$/);
  });

  test.each(['10.20.0.1/16', '192.168.1.128/24', 'fd00::1/64'])('%s has bits behind its prefix', (network) => {
    expect(networkFault(network)).toMatch(/bits behind/);
  });
});

const passing = (
  rules: { allowedNetworks?: readonly string[]; allowInternal?: boolean },
  addresses: readonly string[],
) => {
  const permits = createAddressJudge({ allowedNetworks: [], allowInternal: false, ...rules });
  return addresses.filter((address) => permits(readAddress(address) ?? new Uint8Array()));
};

describe('the judge', () => {
  const always = ['8.8.8.8', '2606:4700::1', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'];
  const never = [
    ...[
      '169.254.169.254',
      '169.254.1.1',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '240.0.0.1',
      '192.0.2.1',
      '198.18.0.1',
    ],
    ...[
      '100.100.100.200',
      'fd00:ec2::254',
      '168.63.129.16',
      '::',
      'fe80::1',
      'ff02::1',
      'fec0::1',
      '64:ff9b:1::10.0.0.1',
    ],
    ...['64:ff9b::10.0.0.1', '2002:a00:1::', '::10.0.0.1', '2001:0:808:808::f5ff:fffe', '::127.0.0.1'],
  ];
  const loopback = ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'];
  const internal = ['10.20.1.2', '10.21.1.2', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd12::1', '::ffff:10.20.1.2'];
  const all = [...always, ...never, ...loopback, ...internal];

  test('lets public addresses pass', () => {
    expect(passing({}, all)).toEqual(always);
  });

  test('lets private and loopback addresses pass with the development switch', () => {
    expect(passing({ allowInternal: true }, all)).toEqual([...always, ...loopback, ...internal]);
  });

  test('lets the networks of the operator pass, and nothing beside them', () => {
    expect(passing({ allowedNetworks: ['10.20.0.0/16'] }, all)).toEqual([...always, '10.20.1.2', '::ffff:10.20.1.2']);
    expect(passing({ allowedNetworks: ['10.0.0.0/8', '100.64.0.0/10', 'fc00::/7'] }, all)).toEqual([
      ...always,
      ...['10.20.1.2', '10.21.1.2', '100.64.0.1', 'fd12::1', '::ffff:10.20.1.2'],
    ]);
  });

  test('takes no notice of a network that cannot be permitted', () => {
    expect(passing({ allowedNetworks: ['0.0.0.0/0', '127.0.0.0/8', '::/0', 'nonsense'] }, all)).toEqual(always);
  });
});
