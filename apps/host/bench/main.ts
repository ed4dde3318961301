// npm run bench: measures in one run, against a baseline in the same run, and prints ratios.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generateKey } from 'dci-core';
import { benchCanonical, formatCanonicalBench } from '../../../packages/dci-core/bench/canonical.ts';
import { generatePopulation } from '../demo/population/generate.ts';
import { type LoadResult, load } from './load.ts';
import { random, signedRequests } from './requests.ts';
import { type BenchServer, startBareHandler, startHost } from './servers.ts';
import { benchUpload } from './upload.ts';

const usage = `npm run bench -- [--seconds N] [--rounds N] [--json] [--profile DIR]
  Canonical JSON for 1 KB, 10 KB and 1 MB against JSON.parse + JSON.stringify; signed synchronous search
  (Ed25519, a fresh message id each, 10,000 persons) against a bare node:http handler that parses, verifies,
  inserts, looks up and signs. --seconds: length of one measurement (3); --rounds: measurements of each,
  the median counts (3). --profile: write a CPU profile of the host there.
npm run bench -- upload …  a file of identifiers, answered by callbacks; see --help there.`;

const [topic, ...rest] = process.argv.slice(2);
if (topic === 'upload') {
  await benchUpload(rest);
  process.exit();
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
if (!(seconds > 0) || !Number.isInteger(rounds) || rounds < 1) {
  console.error(usage);
  process.exit(2);
}

interface SearchRow {
  readonly connections: number;
  readonly bare: LoadResult;
  readonly host: LoadResult;
  readonly ratio: number;
}

const median = (results: readonly LoadResult[]): LoadResult => {
  const sorted = [...results].sort((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('nothing was measured');
  return middle;
};

const directory = mkdtempSync(join(tmpdir(), 'dci-bench-'));
const servers: BenchServer[] = [];
try {
  const canonical = benchCanonical();
  if (!values.json) console.log(`${formatCanonicalBench(canonical)}\n`);

  const [privateKey, serverKey] = [await generateKey('ed25519', { random }), await generateKey('ed25519', { random })];
  const sender = { senderId: 'bench.example', keyId: 'key1', privateKey };
  const bare = await startBareHandler(directory, { sender: privateKey, server: serverKey });
  servers.push(bare);
  const host = await startHost(join(directory, 'data'), sender, values.profile);
  servers.push(host);
  const identifiers = [...generatePopulation()].flatMap(({ people }) => people.map(({ uin }) => uin));

  let rate = 4000;
  const measure = async (server: BenchServer, connections: number, durationMs: number): Promise<LoadResult> => {
    const count = Math.ceil((rate * 1.5 * durationMs) / 1000) + connections;
    const requests = await signedRequests({
      ...sender,
      receiverId: 'registry.bench.example',
      path: server.path,
      token: server.token,
      identifiers,
      count,
    });
    const result = await load({ port: server.port, requests, connections, durationMs });
    if (result.failures > 0)
      throw new Error(`${server.name}: ${result.failures} of ${result.requests} replies were refusals`);
    rate = Math.max(rate, result.requestsPerSecond);
    return result;
  };
  for (const server of [bare, host]) await measure(server, 16, 1500);
  const rows: SearchRow[] = [];
  if (!values.json) {
    console.log('signed sync search        requests/s    p50 ms    p99 ms    ratio to bare handler');
  }
  for (const connections of [1, 16, 64]) {
    const results: { bare: LoadResult[]; host: LoadResult[] } = { bare: [], host: [] };
    for (let round = 0; round < rounds; round += 1) {
      results.bare.push(await measure(bare, connections, seconds * 1000));
      results.host.push(await measure(host, connections, seconds * 1000));
    }
    const row = { connections, bare: median(results.bare), host: median(results.host) };
    const ratio = row.host.requestsPerSecond / row.bare.requestsPerSecond;
    rows.push({ ...row, ratio });
    if (values.json) continue;
    for (const [name, result] of [
      ['bare', row.bare],
      ['dci host', row.host],
    ] as const) {
      const cells = [
        `${name}, ${connections} at once`.padEnd(24),
        result.requestsPerSecond.toFixed(0).padStart(12),
        result.p50.toFixed(2).padStart(10),
        result.p99.toFixed(2).padStart(10),
        name === 'bare' ? '     1.00' : ratio.toFixed(2).padStart(9),
      ];
      console.log(cells.join(''));
    }
  }
  if (values.json) console.log(JSON.stringify({ node: process.version, canonical, search: rows }, null, 2));
} finally {
  for (const server of servers) await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
