import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, expect, test } from 'vitest';
import { startLedger } from './ledger.fixtures.ts';
import { registerParty, startHost } from './resilient-host.fixtures.ts';
import { answeredSearches, faultyDuplicates, openRegistry, pause, person, streamSearches } from './traffic.fixtures.ts';

const directory = mkdtempSync(join(tmpdir(), 'dci-power-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const images = Number(process.env.DCI_TEST_IMAGES ?? 4);

// reliability.md CR3, approximated: the copy of a frozen host's directory is what a new machine would find.
test(`${images} images of a frozen host: no acknowledged search is lost`, async () => {
  await using ledger = await startLedger();
  let current = join(directory, 'image-0');
  mkdirSync(current, { mode: 0o700 });
  const registry = openRegistry(current);
  await registry.import(
    'Person',
    Array.from({ length: 50 }, (_, index) => person(`${index + 1}`)),
  );
  await registry.close();
  const party = await registerParty(current);
  const promised: string[] = [];
  for (let image = 1; image <= images; image += 1) {
    const host = await startHost(current);
    const stream = streamSearches(party, ledger, () => host.url, 8);
    await pause(200 + Math.random() * 1_500);
    host.process.kill('SIGSTOP');
    const copy = join(directory, `image-${image}`);
    cpSync(current, copy, { recursive: true });
    const stopped = stream.stop(true);
    await host.end('SIGKILL');
    await stopped;
    // What was acknowledged after the copy began cannot be: the host stood still.
    promised.push(...stream.acknowledged.values());
    expect(stream.refused).toEqual([]);
    rmSync(current, { recursive: true, force: true });
    current = copy;
  }
  const host = await startHost(current);
  const lost = (): readonly string[] => {
    const answered = answeredSearches(ledger);
    return promised.filter((correlationId) => !answered.has(correlationId));
  };
  await ledger.until(() => lost().length === 0, 120_000).catch(() => undefined);
  await host.end();
  process.stdout.write(`${images} images: ${promised.length} searches acknowledged, ${lost().length} lost\n`);
  expect(lost()).toEqual([]);
  expect(faultyDuplicates(ledger.arrivals)).toEqual([]);
  expect(promised.length).toBeGreaterThan(images);
}, 600_000);
