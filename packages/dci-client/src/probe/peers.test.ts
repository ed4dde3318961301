import * as nodeCrypto from 'node:crypto';
import { createServer } from 'node:http';
import {
  createNodeCryptoProvider,
  createRandom,
  crvs,
  type Dialect,
  generateKey,
  opencrvs2025Dialect,
  opencrvs2026Dialect,
  opencrvsDialect,
  opencrvsDialects,
  openg2pDialect,
  opensppDialect,
  publicKeyOf,
  readPublicKey,
  social,
  spdciDialect,
  systemClock,
  toJwks,
} from 'dci-core';
import { afterEach, describe, expect, it } from 'vitest';
import { oauth2Authorization } from '../authorization/oauth2.ts';
import type { DataSource } from '../data-source.ts';
import { listening } from '../listening.fixtures.ts';
import { type OpencrvsOptions, startOpencrvsPeer } from '../peers/opencrvs-peer.fixtures.ts';
import { startOpeng2pPeer } from '../peers/openg2p-peer.fixtures.ts';
import { startOpensppPeer } from '../peers/openspp-peer.fixtures.ts';
import { type ProbeOptions, probeDataSource } from './probe.ts';
import type { ProbeReport } from './report.ts';

const random = createRandom(nodeCrypto.webcrypto);
const ports = { crypto: createNodeCryptoProvider(nodeCrypto), random, clock: systemClock, fetch: globalThis.fetch };
const [ed25519, rs256] = await Promise.all([
  generateKey('ed25519', { random }),
  generateKey('rs256', { random, modulusLength: 2048 }),
]);
const SENDER = 'mis.example.org';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

type Generation = NonNullable<OpencrvsOptions['generation']>;
type Change = Partial<DataSource> & { readonly dialect: Dialect };

async function probeOpenspp(change: Change, options: ProbeOptions = {}): Promise<ProbeReport> {
  const caller = { id: SENDER, key: { ...publicKeyOf(ed25519).jwk } };
  const peer = await startOpensppPeer({ caller, token: 'secret-token' });
  stops.push(() => peer.stop());
  const own = { senderId: SENDER, key: ed25519, keyId: 'key1', token: 'secret-token' };
  const report = await probeDataSource({ baseUrl: peer.baseUrl, registry: social, ...own, ...change }, ports, options);
  if (change.dialect === opensppDialect) expect(peer.ledger.faults).toEqual([]);
  return report;
}

/** OpenCRVS fetches our keys from our id, which is an address. */
async function probeOpencrvs(
  change: Change,
  generation: Generation = '2024',
  options: ProbeOptions = {},
): Promise<ProbeReport> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(toJwks([{ senderId, keyId: 'key1', publicKey: publicKeyOf(rs256) }])));
  });
  const caller = await listening(server);
  const senderId = caller.origin;
  const credentials = { clientId: 'mis', clientSecret: 'secret-of-the-tests' };
  const peer = await startOpencrvsPeer({ ...credentials, generation });
  stops.push(
    () => peer.stop(),
    () => caller.stop(),
  );
  const authorization = oauth2Authorization({
    tokenUrl: peer.tokenUrl,
    clientId: credentials.clientId,
    clientSecret: async () => credentials.clientSecret,
    credentialsIn: 'query',
    ...ports,
  });
  const own = { senderId, key: rs256, keyId: 'key1', receiverId: 'opencrvs', authorization };
  const report = await probeDataSource({ baseUrl: peer.baseUrl, registry: crvs, ...own, ...change }, ports, options);
  // Whatever was tried, nobody was asked for.
  expect(peer.ledger.faults.filter(({ fault }) => fault === 'unfiltered')).toEqual([]);
  return report;
}

async function probeOpeng2p(change: Change, options: ProbeOptions = {}): Promise<ProbeReport> {
  const peer = await startOpeng2pPeer({ caller: { id: 'PARTNER_MIS', key: { ...publicKeyOf(ed25519).jwk } } });
  stops.push(() => peer.stop());
  const publicKey = await readPublicKey(JSON.parse(JSON.stringify(peer.publicKey)));
  const peerKeys = { keys: [{ publicKey, state: 'active' as const }] };
  const own = { senderId: 'PARTNER_MIS', key: ed25519, keyId: 'key1', receiverId: peer.id, peerKeys };
  return await probeDataSource({ baseUrl: peer.baseUrl, registry: social, ...own, ...change }, ports, options);
}

const statusOf = ({ checks }: ProbeReport, name: string): string | undefined =>
  checks.find((check) => check.name === name)?.status;
const deviationsOf = ({ checks }: ProbeReport): readonly unknown[] =>
  checks.flatMap(({ deviation }) => (deviation === undefined ? [] : [deviation]));
const dialectOf = ({ checks }: ProbeReport) => checks.find(({ name }) => name === 'dialect');

describe('a probe in the dialect of the registry', () => {
  it.each([
    ['openspp', () => probeOpenspp({ dialect: opensppDialect }), ['empty_member', 'reg_type', 'record_type']],
    [
      'opencrvs',
      () => probeOpencrvs({ dialect: opencrvsDialect }),
      ['signature_form', 'copied_header', 'parties_not_exchanged', 'action'],
    ],
    ['opencrvs-2025', () => probeOpencrvs({ dialect: opencrvs2025Dialect }, '2025'), ['action']],
    ['opencrvs-2026', () => probeOpencrvs({ dialect: opencrvs2026Dialect }, '2026'), ['action']],
    [
      'openg2p',
      () => probeOpeng2p({ dialect: openg2pDialect }),
      ['signature_form', 'copied_header', 'parties_not_exchanged', 'action', 'other_items'],
    ],
  ])('finds it answered, and tells where it deviates: %s', async (name, probe, deviations) => {
    const report = await probe();
    expect([statusOf(report, 'search'), report.checks.find(({ name }) => name === 'search')?.text]).toEqual([
      'ok',
      expect.stringContaining('signature was verified'),
    ]);
    expect(dialectOf(report)).toEqual({ name: 'dialect', status: 'ok', text: `The dialect ${name} fits.` });
    expect(deviationsOf(report)).toEqual(expect.arrayContaining(deviations));
    expect(report.status).toBe('warning');
    expect(JSON.stringify(report)).not.toContain('secret');
  });
});

const generations: readonly (readonly [Generation, string])[] = [
  ['2024', 'opencrvs'],
  ['2025', 'opencrvs-2025'],
  ['2026', 'opencrvs-2026'],
];

describe('a probe in another dialect', () => {
  it.each([
    ['openspp', () => probeOpenspp({ dialect: spdciDialect })],
    ['opencrvs', () => probeOpencrvs({ dialect: spdciDialect, scheme: 'dci' })],
    ['openg2p', () => probeOpeng2p({ dialect: spdciDialect })],
    ['openspp', () => probeOpenspp({ dialect: openg2pDialect })],
    ['opencrvs', () => probeOpencrvs({ dialect: opensppDialect })],
  ])('finds %s', async (name, probe) => {
    const report = await probe();
    expect(statusOf(report, 'search')).toBe('failed');
    expect(dialectOf(report)).toMatchObject({ status: 'warning', hint: `Set dialect to ${name}.` });
  });

  it.each(
    generations.flatMap(([generation, name]) =>
      [spdciDialect, ...opencrvsDialects]
        .filter((dialect) => dialect.name !== name)
        .map((dialect) => ({ generation, name, dialect, given: dialect.name })),
    ),
  )('finds the generation of OpenCRVS: $generation, given $given', async ({ generation, name, dialect }) => {
    const scheme = dialect === spdciDialect ? ({ scheme: 'dci' } as const) : {};
    const report = await probeOpencrvs({ dialect, ...scheme }, generation);
    expect(statusOf(report, 'search')).toBe('failed');
    expect(dialectOf(report)).toMatchObject({ status: 'warning', hint: `Set dialect to ${name}.` });
  });

  it('finds no generation for one that no dialect speaks', async () => {
    const report = await probeOpencrvs({ dialect: opencrvsDialect }, '2023');
    expect(dialectOf(report)).toMatchObject({ status: 'skipped', text: 'No other dialect is answered either.' });
  });

  it('tries no other where that is not wanted', async () => {
    const report = await probeOpenspp({ dialect: spdciDialect }, { tryDialects: false });
    expect(dialectOf(report)?.status).toBe('skipped');
  });
});
