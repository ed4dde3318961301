import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import { afterAll, expect, test } from 'vitest';
import { type Arrival, startLedger } from './ledger.fixtures.ts';
import { correlationOf, prepareCall, registerParty, startHost } from './resilient-host.fixtures.ts';
import { openRegistry, person } from './traffic.fixtures.ts';

const directory = mkdtempSync(join(tmpdir(), 'dci-upload-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const rowCount = 5_000;

function answersIn({ message }: Arrival): readonly JsonObject[] {
  const { search_response: list } = message;
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
}

// reliability.md CR1 for a file: killed while it is received, and twice while it is answered.
test('a file of 5,000 rows is answered once, row by row, by a host that is killed meanwhile', async () => {
  await using ledger = await startLedger();
  const registry = openRegistry(directory);
  await registry.import(
    'Person',
    Array.from({ length: 100 }, (_, index) => person(`${index + 1}`)),
  );
  await registry.close();
  const party = await registerParty(directory);
  const file = `identifier_type,identifier_value\r\n${Array.from({ length: rowCount }, (_, index) =>
    index % 100 === 50 ? 'UIN,"' : `"UIN",${(index % 120) + 1}`,
  ).join('\r\n')}\r\n`;
  const digest = createHash('sha256').update(file).digest('base64');
  const signed = { file_digest: `SHA-256=${digest}` };
  const envelope = await prepareCall(party, 'search', signed, `${ledger.url}/on-search`, rowCount);
  const form = (): FormData => {
    const parts = new FormData();
    parts.append('action', 'search');
    parts.append('fileFormat', 'csv');
    parts.append('envelope', envelope.body);
    parts.append('fileName', new Blob([file]), 'people.csv');
    return parts;
  };
  const call = (url: string, body: NonNullable<RequestInit['body']>) =>
    fetch(`${url}/dci_api/v1/social/registry/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${party.token}` },
      body,
    });

  let host = await startHost(directory);
  const whole = new Response(form());
  const bytes = new Uint8Array(await whole.arrayBuffer());
  const half = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.subarray(0, bytes.length / 2)),
  });
  const unfinished = fetch(`${host.url}/dci_api/v1/social/registry/search`, {
    method: 'POST',
    headers: { authorization: `Bearer ${party.token}`, 'content-type': whole.headers.get('content-type') ?? '' },
    body: half,
    duplex: 'half',
  } as RequestInit).catch(() => undefined);
  const uploads = join(directory, 'uploads');
  await expect.poll(() => filesIn(uploads), { timeout: 30_000 }).toBe(1);
  await host.end('SIGKILL');
  await unfinished;
  expect(filesIn(uploads)).toBe(1);

  host = await startHost(directory);
  expect(filesIn(uploads)).toBe(0);
  const reply = await call(host.url, form());
  const body = (await reply.json()) as JsonObject;
  expect(reply.status).toBe(202);
  const correlationId = correlationOf({ status: reply.status, body });
  for (const callbacks of [1, 3]) {
    await ledger.until(() => new Set(ledger.arrivals.map(({ messageId }) => messageId)).size >= callbacks, 60_000);
    await host.end('SIGKILL');
    host = await startHost(directory);
  }
  const answered = () => {
    const messages = new Map(ledger.arrivals.map((arrival) => [arrival.messageId, arrival]));
    return [...messages.values()].flatMap(answersIn);
  };
  await ledger.until(() => answered().length >= rowCount, 120_000);
  const again = await call(host.url, form());
  expect(correlationOf({ status: again.status, body: (await again.json()) as JsonObject })).toBe(correlationId);
  await host.end();

  const answers = new Map(answered().map((answer) => [String(answer.reference_id), answer]));
  expect(answered()).toHaveLength(rowCount);
  expect(answers.size).toBe(rowCount);
  for (let index = 0; index < rowCount; index += 1) {
    const answer = answers.get(`row-${index + 1}`);
    const records = isJsonObject(answer?.data) ? answer.data.reg_records : undefined;
    const found = Array.isArray(records) ? records.length : undefined;
    expect(found, `row ${index + 1}`).toBe(index % 100 === 50 ? undefined : index % 120 < 100 ? 1 : 0);
  }
  expect(new Set(ledger.arrivals.map(({ header }) => header.completed_count))).toEqual(
    new Set([1_000, 2_000, 3_000, 4_000, 5_000]),
  );
}, 300_000);

function filesIn(path: string): number {
  try {
    return readdirSync(path).length;
  } catch {
    return 0;
  }
}
