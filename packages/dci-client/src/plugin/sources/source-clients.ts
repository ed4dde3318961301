import { DciError, type Fetch } from 'dci-core';
import { createEgressFetch, type HostContext } from 'dci-host';
import { type CallbackSource, hashToken } from '../../callbacks/callback-source.ts';
import type { HeldSubscriptionStore } from '../../callbacks/subscriptions.ts';
import type { TransactionStore } from '../../callbacks/transactions.ts';
import { createClientOf } from '../../client.ts';
import { resolveDataSource } from '../../data-source.ts';
import type { DataSourceSettings } from '../../data-source-settings.ts';
import type { DciClient } from '../../dci-client.ts';
import type { ExchangeContext } from '../../exchange/context.ts';
import { createPeer } from '../../peer.ts';
import type { SettingsRules } from '../../settings/check-settings.ts';
import { resolveSettings } from '../../settings/resolve-settings.ts';
import { type ReadSecret, secretAt } from '../../settings/secret.ts';
import { type ConnectionTls, fetchForSource, resolveTls } from '../../settings/tls.ts';
import type { SourceDirectory, SourceEntry } from './source-directory.ts';

/** A data source that is ready: its client, and what the receiver of callbacks needs of it. */
export interface OpenedSource {
  readonly client: DciClient;
  readonly context: ExchangeContext;
  readonly callbacks: CallbackSource;
  readonly tls?: ConnectionTls;
}

/** What {@link createSourceClients} works with. */
export interface SourceClientsOptions {
  readonly host: HostContext;
  readonly directory: SourceDirectory;
  readonly rules: SettingsRules;
  /** `sender_uri` of requests, unless a source has its own. */
  readonly callbackUri?: string;
  readonly transactions: TransactionStore;
  readonly subscriptions: HeldSubscriptionStore;
}

/** The clients of a host's data sources. */
export interface SourceClients {
  /**
   * @param code - of a source
   * @returns the source, made once for the same settings
   * @throws DciError `err.configuration.invalid` when there is none, it is disabled, or a secret or key cannot be read
   */
  open(code: string): Promise<OpenedSource>;
  /**
   * Makes a source of settings that need not be stored.
   *
   * @param settings - checked
   * @returns the source
   */
  make(settings: DataSourceSettings): Promise<OpenedSource>;
  /**
   * Finds out whether a source can be used, without asking anybody.
   *
   * @param entry - a source
   * @returns why it cannot, without secrets; `undefined` when it can
   */
  faultOf(entry: SourceEntry): Promise<string | undefined>;
  /** @returns the sources that may call back now: those that are not disabled and can be used */
  callbackSources(): Promise<readonly CallbackSource[]>;
}

/** Connections of a data source may take longer than those to receivers of callbacks: its own time limit counts. */
const CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_TIMEOUT_SECONDS = 30;
const DEFAULT_MAX_REPLY_BYTES = 16 * 1024 * 1024;

/**
 * Makes the clients of data sources in a host: they sign with the host's keys and go out through its egress.
 *
 * @param options - host, sources, stores
 * @returns the clients
 */
export function createSourceClients(options: SourceClientsOptions): SourceClients {
  const { host, directory, rules, callbackUri, transactions, subscriptions } = options;
  const { config, clock, crypto, random, egress, keys, secrets } = host;
  const readSecret: ReadSecret = async (reference) => secrets.read(reference).reveal();
  const opened = new Map<string, { readonly settings: string; readonly source: Promise<OpenedSource> }>();

  const make: SourceClients['make'] = async (settings) => {
    const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, maxReplyBytes = DEFAULT_MAX_REPLY_BYTES } = settings;
    const tls = await resolveTls(settings.tls, readSecret);
    const limits = { connectTimeoutMs: CONNECT_TIMEOUT_MS, totalTimeoutMs: timeoutSeconds * 1000, maxReplyBytes };
    const fetch: Fetch = fetchForSource(settings.baseUrl, tls, (given) =>
      createEgressFetch(egress, { ...limits, ...(given !== undefined && { tls: given }) }),
    );
    const source = await resolveSettings(settings, {
      ...rules,
      readSecret,
      fetch,
      clock,
      defaults: {
        senderId: config.senderId,
        signingKey: () => keys.active(),
        decryptionKeys: () => keys.decryptionKeys(),
        ...(callbackUri !== undefined && { callbackBase: callbackUri }),
        transactions,
        subscriptions,
      },
    });
    const resolved = resolveDataSource(source);
    const peer = createPeer(resolved, { fetch, clock });
    const context: ExchangeContext = { source: resolved, peer, crypto, clock, random, fetch };
    const { callbackToken } = settings;
    const tokens =
      callbackToken === undefined ? undefined : [await secretAt('callbackToken', callbackToken, readSecret)];
    const callbacks: CallbackSource = {
      source: resolved,
      peer,
      ...(tokens !== undefined && { tokenHashes: tokens.map((token) => hashToken(token, crypto)) }),
    };
    return { client: createClientOf(context), context, callbacks, ...(tls !== undefined && { tls }) };
  };

  const open: SourceClients['open'] = async (code) => {
    const { settings, changedAt } = directory.enabled(code);
    // With the time, so that switching it off and on reads certificates and keys anew.
    const text = JSON.stringify([settings, changedAt]);
    const known = opened.get(code);
    if (known?.settings === text) return await known.source;
    const source = make(settings);
    opened.set(code, { settings: text, source });
    // A secret that was missing may be there the next time.
    source.catch(() => {
      if (opened.get(code)?.source === source) opened.delete(code);
    });
    return await source;
  };

  return {
    make,
    open,
    faultOf: async ({ settings }) => {
      try {
        await make(settings);
        return undefined;
      } catch (error) {
        // Only errors of this project are known to hold no secret.
        return error instanceof DciError ? error.message : 'its settings cannot be used';
      }
    },
    callbackSources: async () => {
      // One that is disabled or cannot be used keeps no other from calling back.
      const found = await Promise.allSettled(directory.list().map(({ settings }) => open(settings.code)));
      return found.flatMap((each) => (each.status === 'fulfilled' ? [each.value.callbacks] : []));
    },
  };
}
