import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fr, type JsonObject, type RegistryType, social } from 'dci-core';
import type { HostContext } from 'dci-host';
import { type RecordStore, type RecordStoreOptions, type RegistryOptions, recordStoreAdapter } from 'dci-server';
import { farmerRecords } from './farmer-records.ts';
import { generatePopulation } from './population/generate.ts';
import { DEMO_PERSONS } from './population/population.ts';
import { type ProgressOutput, showProgress } from './progress.ts';
import { socialRecords } from './social-records.ts';

interface DemoRecord {
  readonly recordType: string;
  readonly record: JsonObject;
}

interface DemoRegistry {
  readonly type: RegistryType;
  readonly label: string;
  readonly indexes: NonNullable<RecordStoreOptions['indexes']>;
  /** About how many records there are, for the progress display. */
  readonly expected: number;
  records(): Iterable<DemoRecord>;
}

const batchSize = 2500;

async function fill(store: RecordStore, registry: DemoRegistry, output: ProgressOutput): Promise<void> {
  const progress = showProgress(registry.label, registry.expected, output);
  let batch: DemoRecord[] = [];
  let written = 0;
  const flush = async (): Promise<void> => {
    const records = batch;
    batch = [];
    await store.transaction((transaction) => {
      for (const { recordType, record } of records) transaction.put(recordType, record);
    });
    written += records.length;
    progress.update(written);
  };
  for (const record of registry.records()) {
    batch.push(record);
    if (batch.length === batchSize) await flush();
  }
  if (batch.length > 0) await flush();
  await store.optimize();
  progress.finish();
}

/** Builds under another name first, so that an interrupted first start leaves no half registry. */
async function openDemoStore(registry: DemoRegistry, context: HostContext): Promise<RecordStore> {
  const directory = join(context.config.dataDirectory, 'registries');
  const file = join(directory, `${registry.type.name}.sqlite`);
  const options = {
    registryType: registry.type,
    indexes: registry.indexes,
    clock: context.clock,
    logger: context.logger,
  };
  if (!existsSync(file)) {
    const building = join(directory, `${registry.type.name}.building.sqlite`);
    for (const suffix of ['', '-wal', '-shm']) rmSync(building + suffix, { force: true });
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const store = recordStoreAdapter({ ...options, file: building });
    await fill(store, registry, process.stderr);
    await store.close();
    renameSync(building, file);
  }
  return recordStoreAdapter({ ...options, file });
}

const demoRegistries: readonly DemoRegistry[] = [
  {
    type: social,
    label: 'Social registry',
    indexes: { Person: [['sex', 'birth_date']] },
    expected: DEMO_PERSONS * 2.25,
    records: () => socialRecords(generatePopulation()),
  },
  {
    type: fr,
    label: 'Farmer registry',
    indexes: {},
    expected: 1_500,
    records: () => farmerRecords(generatePopulation()),
  },
];

/** The types of the demo's registries. */
export const demoRegistryTypes: readonly RegistryType[] = demoRegistries.map(({ type }) => type);

/**
 * The demo's registries: a Social registry of 10,000 persons and a Farmer registry of some of them, kept in
 * SQLite files of the data directory, which the first start fills.
 *
 * @returns what `dciServer` takes
 */
export function demoRegistryOptions(): readonly RegistryOptions[] {
  // One after the other, so that two progress displays do not share a line.
  let previous: Promise<unknown> = Promise.resolve();
  return demoRegistries.map((registry) => ({
    type: registry.type,
    adapter: (context) => {
      const store = previous.then(() => openDemoStore(registry, context));
      previous = store.catch(() => undefined);
      return store;
    },
  }));
}
