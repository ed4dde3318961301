import { type Clock, crvs } from 'dci-core';
import { definePlugin } from 'dci-host';
import { createTestHost, type TestHost } from 'dci-host/testing';
import { callbackSource } from '../../../callbacks/callback-source.ts';
import { type CallbackWorkOptions, createCallbackWork } from '../../../callbacks/callback-work.ts';
import type { CallbackStores } from '../../../callbacks/memory/memory-stores.ts';
import { type CallbackReceiver, createCallbackReceiver } from '../../../callbacks/receive/create-receiver.ts';
import type { DataSource } from '../../../data-source.ts';
import { callbackJobs } from '../../callback-jobs.ts';
import { callbackMigrations } from './migrations.ts';
import { storesOn } from './state-database.fixtures.ts';

/** What a host of these tests has. */
export interface CallbackHostOptions extends Partial<Pick<CallbackWorkOptions, 'handlers' | 'receipts'>> {
  readonly dataDirectory: string;
  readonly dataSource: DataSource;
  readonly clock: Clock;
}

/** A host with the callback side alone. */
export interface CallbackHost extends CallbackStores, AsyncDisposable {
  readonly host: TestHost;
  readonly receiver: CallbackReceiver;
}

/** Starts a host whose only plug-in is the callback side; one that ended left its data directory behind. */
export async function startCallbackHost(options: CallbackHostOptions): Promise<CallbackHost> {
  const { dataDirectory, dataSource, clock, handlers = [{ name: 'births' }], receipts } = options;
  let side: (CallbackStores & { readonly receiver: CallbackReceiver }) | undefined;
  const plugin = definePlugin({
    name: 'dci-client',
    migrations: callbackMigrations,
    setup: (context) => {
      const { database, sealer, jobs, crypto, random, logger } = context;
      const stores = storesOn({ database, sealer, jobs: jobs.writer });
      const fetch = () => Promise.reject(new Error('nothing is fetched here'));
      const source = callbackSource(dataSource, { fetch, clock, crypto });
      const receiver = createCallbackReceiver({
        ...stores,
        sources: () => [source],
        ...{ clock, crypto, random, logger },
      });
      const work = createCallbackWork({
        handlers,
        ...stores,
        registryOf: () => crvs,
        ...(receipts !== undefined && { receipts }),
        logger,
      });
      for (const definition of callbackJobs(() => work)) jobs.define(definition);
      side = { ...stores, receiver };
      return {};
    },
  });
  const env = { DCI_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
  const host = await createTestHost({ senderId: dataSource.senderId, dataDirectory, clock, env, plugins: [plugin] });
  if (side === undefined) throw new Error('the plug-in was not set up');
  return { ...side, host, [Symbol.asyncDispose]: () => host.dispose() };
}
