/**
 * Throughput of reading a signed envelope and writing its canonical form, against `JSON.parse` and `JSON.stringify`
 * of the same bytes in the same run.
 *
 * @module
 */
import { readJson } from '../src/json/read.ts';

/** One line of the benchmark's result. */
export interface CanonicalBenchRow {
  /** What was read, for example `1 KB, as Python's json.dumps wrote it`. */
  readonly name: string;
  readonly bytes: number;
  /** Reading plus canonical form of header and message, microseconds each time. */
  readonly canonicalMicroseconds: number;
  /** Decoding, `JSON.parse` and `JSON.stringify` of the same bytes, microseconds each time. */
  readonly nativeMicroseconds: number;
  /** Millions of bytes a second, reading and canonical form. */
  readonly megabytesPerSecond: number;
  /** How many times as long as the native functions. */
  readonly ratio: number;
}

const names = ['Amina Yusuf', 'José Álvarez', 'สมชาย ใจดี', 'Nguyễn Thị Hoa', 'Маша Иванова', 'Grace Wanjiku'];

/**
 * Runs the benchmark.
 *
 * @param options - `secondsPerCase`: time for each measurement; absent: 0.5
 * @returns a row for every size and form
 */
export function benchCanonical(options: { readonly secondsPerCase?: number } = {}): CanonicalBenchRow[] {
  const seconds = options.secondsPerCase ?? 0.5;
  const rows: CanonicalBenchRow[] = [];
  for (const [size, label] of [
    [1_000, '1 KB'],
    [10_000, '10 KB'],
    [1_000_000, '1 MB'],
  ] as const) {
    const text = envelopeText(size);
    const canonical = readJson(text).canonical();
    rows.push(measure(`${label}, members in any order`, text, seconds));
    rows.push(measure(`${label}, canonical as received`, canonical, seconds));
  }
  return rows;
}

/**
 * @param rows - result of {@link benchCanonical}
 * @returns a table for a terminal
 */
export function formatCanonicalBench(rows: readonly CanonicalBenchRow[]): string {
  const lines = rows.map(
    (row) =>
      `${row.name.padEnd(32)}${row.canonicalMicroseconds.toFixed(1).padStart(12)} µs${row.nativeMicroseconds
        .toFixed(1)
        .padStart(12)} µs${row.ratio.toFixed(2).padStart(8)}${row.megabytesPerSecond.toFixed(0).padStart(8)} MB/s`,
  );
  const head = `${'canonical JSON'.padEnd(32)}${'read + canonical'.padStart(15)}${'JSON native'.padStart(15)}${'ratio'.padStart(8)}`;
  return [head, ...lines].join('\n');
}

function measure(name: string, text: string, seconds: number): CanonicalBenchRow {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const canonicalMicroseconds = microsecondsOf(seconds, () => {
    const document = readJson(bytes);
    return (document.canonicalMember('header')?.length ?? 0) + (document.canonicalMember('message')?.length ?? 0);
  });
  const nativeMicroseconds = microsecondsOf(seconds, () => JSON.stringify(JSON.parse(decoder.decode(bytes))).length);
  return {
    name,
    bytes: bytes.length,
    canonicalMicroseconds,
    nativeMicroseconds,
    megabytesPerSecond: bytes.length / canonicalMicroseconds,
    ratio: canonicalMicroseconds / nativeMicroseconds,
  };
}

/** Median of several rounds, after a warm-up of the same length. */
function microsecondsOf(seconds: number, work: () => number): number {
  const rounds: number[] = [];
  let checksum = 0;
  for (let round = 0; round < 6; round++) {
    const until = performance.now() + (seconds * 1000) / 6;
    const start = performance.now();
    let count = 0;
    let now = start;
    while (now < until) {
      for (let repeat = 0; repeat < 8; repeat++) checksum += work();
      count += 8;
      now = performance.now();
    }
    rounds.push(((now - start) * 1000) / count);
  }
  if (checksum === 0) throw new Error('nothing was measured');
  return rounds.slice(1).sort((a, b) => a - b)[2] ?? Number.NaN;
}

function envelopeText(size: number): string {
  const records: object[] = [];
  const envelope = {
    signature: `namespace="dci", kidId="registry.example|key1|ed25519", algorithm="ed25519", signature="${'A'.repeat(86)}=="`,
    header: {
      version: '1.0.0',
      message_id: '5b0b6c5e-6f0c-4f63-9d0f-6d7f3a0f9c11',
      message_ts: '2026-04-22T10:30:00Z',
      action: 'on-search',
      status: 'succ',
      sender_id: 'registry.example',
      receiver_id: 'ministry.example',
      total_count: 1,
      is_msg_encrypted: false,
    },
    message: { transaction_id: 'f3f1c7d0', search_response: [{ reference_id: '1', data: { reg_records: records } }] },
  };
  while (JSON.stringify(envelope).length < size) {
    const index = records.length;
    records.push({
      identifier: [{ identifier_type: 'UIN', identifier_value: String(1_000_000_000 + index * 7919) }],
      name: { surname: names[index % names.length], given_name: names[(index * 5 + 1) % names.length] },
      sex: index % 2 === 0 ? 'female' : 'male',
      birth_date: `19${50 + (index % 50)}-0${1 + (index % 9)}-1${index % 10}`,
      address: { street_address: `${index} "Main" Street`, locality: 'Kisumu', postal_code: '40100' },
      poverty_score: (index % 1000) / 10,
      is_disabled: index % 11 === 0,
    });
  }
  return JSON.stringify(envelope);
}

if (import.meta.main) console.log(formatCanonicalBench(benchCanonical()));
