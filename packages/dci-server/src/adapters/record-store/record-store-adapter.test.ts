import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject, RegistryType } from 'dci-core';
import { afterAll, describe, it } from 'vitest';
import { testRegistryAdapter } from '../../testing/adapter-contract.ts';
import { recordStoreAdapter } from './record-store-adapter.ts';

const directory = mkdtempSync(join(tmpdir(), 'record-store-'));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
async function createStore(registryType: RegistryType, records: Readonly<Record<string, readonly JsonObject[]>>) {
  files += 1;
  const store = recordStoreAdapter({ registryType, file: join(directory, `${files}.db`) });
  for (const [recordType, list] of Object.entries(records)) await store.import(recordType, list);
  return store;
}

testRegistryAdapter({ name: 'record store', create: createStore, runner: { describe, it, afterAll } });
