// npm run bench -- upload: a CSV file of identifiers, answered by callbacks; the same rows in messages of 100 items.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { formatTimestamp, generateKey, type JsonObject, signEnvelope, social, systemClock } from 'dci-core';
import { buildRecordStore } from 'dci-server';
import { generatePopulation } from '../demo/population/generate.ts';
import { socialRecords } from '../demo/social-records.ts';
import { crypto, random } from './requests.ts';
import { type BenchServer, startHost } from './servers.ts';

const usage = `npm run bench -- upload [--rows N] [--baseline N] [--json]
  A host in its own process with a registry of N persons (100,000) gets one CSV file with the identifier of each, and
  answers it to a receiver on this machine. Then as many of these rows as --baseline says (all) are asked for in messages
  of 100 items. Prints time, rows a second, and the highest memory of the host process.`;

/** What one way of asking came to. */
interface Measured {
  readonly rows: number;
  readonly callbacks: number;
  readonly acceptedSeconds: number;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly found: number;
  readonly peakMegabytes: number;
}

/** Counts what callbacks say. */
interface Receiver {
  readonly url: string;
  /** Answers, those of them with exactly one record, and callbacks. */
  counts(): { readonly rows: number; readonly found: number; readonly callbacks: number };
  reset(): void;
  stop(): Promise<void>;
}

const sender = { senderId: 'bench.example', keyId: 'key1' };

async function startReceiver(): Promise<Receiver> {
  let counts = { rows: 0, found: 0, callbacks: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { message } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        readonly message: {
          readonly search_response: readonly { readonly data?: { readonly reg_records: unknown[] } }[];
        };
      };
      const answers = message.search_response;
      const found = answers.filter(({ data }) => data?.reg_records.length === 1).length;
      counts = {
        rows: counts.rows + answers.length,
        found: counts.found + found,
        callbacks: counts.callbacks + 1,
      };
      response.writeHead(202, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    counts: () => counts,
    reset: () => {
      counts = { rows: 0, found: 0, callbacks: 0 };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @returns the highest memory that a process has had since it was last forgotten, in MB */
function peakOf(pid: number): number {
  const [, kilobytes = '0'] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/**
 * Runs the measurement and prints it.
 *
 * @param args - words after `upload`
 */
export async function benchUpload(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '100000' },
      baseline: { type: 'string' },
      json: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const rows = Number(values.rows);
  const baselineRows = Number(values.baseline ?? values.rows);
  if (values.help || !Number.isInteger(rows) || rows < 1 || !Number.isInteger(baselineRows)) {
    console.error(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const say = (text: string) => {
    if (!values.json) console.log(text);
  };
  const directory = mkdtempSync(join(tmpdir(), 'dci-bench-'));
  const receiver = await startReceiver();
  let host: BenchServer | undefined;
  try {
    const households = [...generatePopulation({ persons: rows })];
    const identifiers = households.flatMap(({ people }) => people.map(({ uin }) => uin));
    const file = join(directory, 'social.sqlite');
    const persons = [...socialRecords(households)].filter(({ recordType }) => recordType === 'Person');
    await buildRecordStore({ registryType: social, file, records: persons });
    const privateKey = await generateKey('ed25519', { random });
    const { pid, ...started } = await startHost(join(directory, 'data'), { ...sender, privateKey }, values.profile, {
      config: fileURLToPath(new URL('./upload.config.ts', import.meta.url)),
      env: { NODE_ENV: 'development', DCI_BENCH_REGISTRY: file },
    });
    host = { pid, ...started };
    const url = `http://127.0.0.1:${host.port}/dci_api/v1/social/registry/search`;
    const authorization = `Bearer ${host.token}`;
    const sign = async (message: JsonObject, count: number): Promise<string> => {
      const timestamp = formatTimestamp(systemClock.now());
      const header = {
        version: '1.0.0',
        message_id: random.uuid(),
        message_ts: timestamp,
        action: 'search',
        sender_id: sender.senderId,
        sender_uri: receiver.url,
        receiver_id: 'registry.bench.example',
        total_count: count,
        is_msg_encrypted: false,
      };
      return (await signEnvelope({ header, message, key: { ...sender, privateKey }, crypto, clock: systemClock })).text;
    };
    const answered = async (count: number): Promise<void> => {
      while (receiver.counts().rows < count) await setTimeout(20);
    };
    const measure = async (count: number, send: () => Promise<void>): Promise<Measured> => {
      receiver.reset();
      forgetPeak(pid);
      const begun = performance.now();
      await send();
      const acceptedSeconds = (performance.now() - begun) / 1000;
      await answered(count);
      const seconds = (performance.now() - begun) / 1000;
      const { found, callbacks } = receiver.counts();
      if (found !== count) throw new Error(`${found} of ${count} rows were found`);
      const peakMegabytes = peakOf(pid);
      return { rows: count, callbacks, acceptedSeconds, seconds, rowsPerSecond: count / seconds, found, peakMegabytes };
    };
    const sendMessages = async (count: number): Promise<void> => {
      let next = 0;
      const sendAll = async (): Promise<void> => {
        for (let first = next; first < count; first = next) {
          next = Math.min(first + 100, count);
          const timestamp = formatTimestamp(systemClock.now());
          const items = identifiers.slice(first, next).map((value, index) => ({
            reference_id: `row-${first + index + 1}`,
            timestamp,
            search_criteria: { reg_record_type: 'Person', query_type: 'idtype-value', query: { type: 'UIN', value } },
            locale: 'eng',
          }));
          const body = await sign({ transaction_id: random.uuid(), search_request: items }, items.length);
          const headers = { authorization, 'content-type': 'application/json' };
          await accept(await fetch(url, { method: 'POST', headers, body }));
        }
      };
      await Promise.all(Array.from({ length: 8 }, sendAll));
    };
    // The first job of a host starts its job engine, which takes seconds and is not what is measured.
    await measure(100, () => sendMessages(100));
    await setTimeout(2000);
    forgetPeak(pid);
    const restingMegabytes = peakOf(pid);

    const uploaded = await measure(rows, async () => {
      const csv = `identifier_type,identifier_value\n${identifiers.map((uin) => `UIN,${uin}\n`).join('')}`;
      const digest = createHash('sha256').update(csv).digest('base64');
      const message = {
        transaction_id: random.uuid(),
        file_digest: `SHA-256=${digest}`,
        search_criteria: { reg_record_type: 'Person' },
      };
      const form = new FormData();
      form.append('action', 'search');
      form.append('fileFormat', 'csv');
      form.append('envelope', await sign(message, rows));
      form.append('fileName', new Blob([csv]), 'people.csv');
      await accept(await fetch(url, { method: 'POST', headers: { authorization }, body: form }));
    });
    say(`host at rest: ${restingMegabytes.toFixed(0)} MB\n`);
    say('                            rows  callbacks  accepted s  answered s    rows/s  peak MB');
    say(line('one CSV file', uploaded));

    const baseline = await measure(baselineRows, () => sendMessages(baselineRows));
    say(line('messages of 100 items', baseline));
    const ratio = uploaded.rowsPerSecond / baseline.rowsPerSecond;
    say(`\none file is answered ${ratio.toFixed(2)} times as fast`);
    if (values.json) {
      console.log(JSON.stringify({ node: process.version, restingMegabytes, uploaded, baseline, ratio }, null, 2));
    }
  } finally {
    await host?.stop();
    await receiver.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function accept(reply: Response): Promise<void> {
  if (reply.status !== 202) throw new Error(`not accepted: ${reply.status} ${await reply.text()}`);
  await reply.arrayBuffer();
}

function line(name: string, measured: Measured): string {
  return [
    name.padEnd(24),
    String(measured.rows).padStart(8),
    String(measured.callbacks).padStart(11),
    measured.acceptedSeconds.toFixed(2).padStart(12),
    measured.seconds.toFixed(2).padStart(12),
    measured.rowsPerSecond.toFixed(0).padStart(10),
    measured.peakMegabytes.toFixed(0).padStart(9),
  ].join('');
}
