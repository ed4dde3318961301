import { social } from 'dci-core';
import { createTestHost, type ManualClock, type TestHost } from 'dci-host/testing';
import { memoryAdapter } from '../adapters/memory-adapter.ts';
import { silentEgress } from '../async.fixtures.ts';
import { dciServer } from '../plugin.ts';
import { receiverId } from '../server.fixtures.ts';
import { storesBeside } from './subscriptions.fixtures.ts';

/** A host that begins where another one ended. */
export interface RestartedHost extends AsyncDisposable {
  readonly host: TestHost;
  readonly stores: ReturnType<typeof storesBeside>;
}

/** Starts a host on the data directory of an earlier one. */
export async function startOnDirectory(dataDirectory: string, clock: ManualClock): Promise<RestartedHost> {
  const adapter = memoryAdapter({ registryType: social, records: {} });
  const plugins = [dciServer({ registries: [{ type: social, adapter }] })];
  const host = await createTestHost({
    senderId: receiverId,
    dataDirectory,
    clock,
    plugins,
    egressPort: silentEgress(),
  });
  return { host, stores: storesBeside({ host }), [Symbol.asyncDispose]: () => host.dispose() };
}
