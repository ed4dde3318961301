import { asyncSearchCalls } from './calls/async-search.ts';
import { asyncStatusCall } from './calls/async-status.ts';
import { pagingCalls } from './calls/pages.ts';
import { receiptCall } from './calls/receipt.ts';
import { searchCalls } from './calls/search.ts';
import { specialCall } from './calls/special.ts';
import { statusCall } from './calls/status.ts';
import { subscribeCall } from './calls/subscribe.ts';
import { unsubscribeCall } from './calls/unsubscribe.ts';
import { type DataSource, resolveDataSource } from './data-source.ts';
import type { DciClient } from './dci-client.ts';
import type { ClientPorts, ExchangeContext } from './exchange/context.ts';
import { createPeer } from './peer.ts';

/** A data source, and what a client needs of the program around it. */
export interface ClientOptions extends DataSource, ClientPorts {}

/**
 * Makes a client of one registry. Nothing is sent before the first call.
 *
 * @param options - the data source, time, randomness, cryptography and fetch
 * @returns the client; it may be used for many calls at the same time
 * @throws DciError `err.configuration.invalid` for a setting that cannot be used
 */
export function createClient(options: ClientOptions): DciClient {
  const { crypto, clock, random, fetch } = options;
  const source = resolveDataSource(options);
  return createClientOf({ source, peer: createPeer(source, options), crypto, clock, random, fetch });
}

/**
 * Makes a client of a registry whose party is known already, because a receiver of callbacks shares it.
 *
 * @param context - the resolved data source, its party, and what the client works with
 * @returns the client
 */
export function createClientOf(context: ExchangeContext): DciClient {
  const { source } = context;
  const searches = searchCalls(context);
  return {
    source: source.code,
    registry: source.registry.name,
    dialect: source.dialect.name,
    ...searches,
    ...pagingCalls(searches.search),
    ...asyncSearchCalls(context),
    subscribe: subscribeCall(context),
    unsubscribe: unsubscribeCall(context),
    txnStatus: statusCall(context),
    txnStatusAsync: asyncStatusCall(context),
    receipt: receiptCall(context),
    call: specialCall(context),
  };
}
