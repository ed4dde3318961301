import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { CallbackHandler, DataSourceSettings, SearchCriteria } from 'dci-client';
import { dciClient } from 'dci-client/plugin';
import { isJsonObject, type JsonObject } from 'dci-core';
import { defineConfig, type KeyStore } from 'dci-host';
import { control, textOf } from './control.fixtures.ts';

const { TWO_HOSTS_DIRECTORY = '.', REGISTRY_URL = '', CALLBACK_URL = '', CLIENT_SECRET_FILE = '' } = process.env;

const source = (code: string, registry: string, more: Partial<DataSourceSettings> = {}): DataSourceSettings => ({
  code,
  registry,
  baseUrl: `${REGISTRY_URL}/dci_api/v1`,
  authorization: {
    kind: 'oauth2',
    tokenUrl: `${REGISTRY_URL}/oauth2/client/token`,
    clientId: 'mis',
    clientSecret: `file:${CLIENT_SECRET_FILE}`,
  },
  receipts: true,
  ...more,
});

/** While it is there, the handler does not come to its end. */
const holdFile = join(TWO_HOSTS_DIRECTORY, 'hold');

/** What the handler was told, newest last. */
const told: unknown[] = [];
const recorder: CallbackHandler = {
  name: 'recorder',
  onEvent: async ({ eventType, records, subscriptionCode, referenceId, evidence }) => {
    told.push({
      eventType,
      records,
      subscriptionCode,
      referenceId,
      verified: evidence.verified,
      keyId: evidence.keyId,
    });
  },
  onSearchResult: async ({ transactionId, outcomes }, { signal }) => {
    while (existsSync(holdFile)) await pause(20, undefined, { signal });
    told.push({ transactionId, outcomes: outcomes.length });
  },
};

const client = dciClient({
  callbackBase: `${CALLBACK_URL}/dci_api/v1`,
  handlers: [recorder],
  sources: [
    source('social', 'social'),
    source('social_encrypted', 'social', { encrypt: true }),
    source('crvs', 'crvs'),
    source('ibr', 'ibr'),
    source('dr', 'dr'),
  ],
});

let keys: KeyStore | undefined;

async function run(command: JsonObject): Promise<unknown> {
  const of = await client.client(textOf(command, 'source'));
  const { arguments: given = {} } = command;
  if (!isJsonObject(given)) throw new Error('arguments is no object');
  const criteria = given as unknown as SearchCriteria;
  switch (textOf(command, 'call')) {
    case 'search':
      return await of.search(criteria);
    case 'count':
      return await of.count(criteria);
    case 'records': {
      const records: JsonObject[] = [];
      for await (const record of of.records(criteria)) records.push(record);
      return records;
    }
    case 'dateRange':
      return await of.searchByDateRange('birth_date', given as { from: string; to: string }, { recordType: 'Person' });
    case 'searchAsync':
      return { ...(await of.searchAsync(criteria, { handler: 'recorder' })) };
    case 'resume': {
      const handle = await of.resume(textOf(given, 'transactionId'));
      return await handle?.result({ signal: AbortSignal.timeout(30_000) });
    }
    case 'subscribe': {
      const eventTypes = ['UPDATE', 'REGISTER'];
      const handle = await of.subscribe({ eventTypes, recordType: 'Person' }, { handler: 'recorder' });
      return await handle.result({ signal: AbortSignal.timeout(30_000) });
    }
    case 'unsubscribe': {
      const handle = await of.unsubscribe([textOf(given, 'code')]);
      return await handle.result({ signal: AbortSignal.timeout(30_000) });
    }
    case 'txnStatus':
      return await of.txnStatus({ type: 'search', attribute: 'transaction_id', value: textOf(given, 'transactionId') });
    case 'txnStatusAsync': {
      const handle = await of.txnStatusAsync({
        type: 'search',
        attribute: 'transaction_id',
        value: textOf(given, 'transactionId'),
      });
      return await handle.result({ signal: AbortSignal.timeout(30_000) });
    }
    case 'special':
      return await of.call(textOf(given, 'operation'), given.message as JsonObject);
    case 'told':
      return told;
    case 'rotate':
      return await keys?.rotate({ leadSeconds: 33 });
    default:
      throw new Error('no such call');
  }
}

/** The host that asks: data sources of every registry, one of them encrypted. */
export const config = defineConfig({
  senderId: 'mis.example.org',
  dataDirectory: join(TWO_HOSTS_DIRECTORY, 'asking'),
  plugins: [
    client,
    {
      name: 'test-keys',
      setup: (context) => {
        keys = context.keys;
        return {};
      },
    },
    control(run),
  ],
  development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
});
