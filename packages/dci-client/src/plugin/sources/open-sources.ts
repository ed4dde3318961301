import type { HostContext } from 'dci-host';
import type { HeldSubscriptionStore } from '../../callbacks/subscriptions.ts';
import type { TransactionStore } from '../../callbacks/transactions.ts';
import type { SettingsRules } from '../../settings/check-settings.ts';
import type { DciClientOptions } from '../client-plugin.ts';
import { createSqliteHeldSubscriptionStore } from '../stores/sqlite/held-subscription-store.ts';
import { createSqliteSourceStore } from '../stores/sqlite/source-store.ts';
import { createSqliteTransactionStore } from '../stores/sqlite/transaction-store.ts';
import { createSourceClients, type SourceClients } from './source-clients.ts';
import { checkSources, createSourceDirectory, type SourceDirectory, settingsRules } from './source-directory.ts';
import type { SourceStore } from './source-store.ts';

/** The data sources of a host, for a running plug-in and for commands beside it. */
export interface OpenedSources {
  readonly rules: SettingsRules;
  readonly store: SourceStore;
  readonly directory: SourceDirectory;
  readonly clients: SourceClients;
  readonly transactions: TransactionStore;
  readonly subscriptions: HeldSubscriptionStore;
}

/**
 * Opens the data sources over the state of a host.
 *
 * @param context - of the host, or of a command beside it
 * @param options - of the plug-in
 * @returns the sources; nobody has been asked yet
 */
export function openSources(context: HostContext, options: DciClientOptions): OpenedSources {
  const { database, sealer, jobs, config } = context;
  const rules = settingsRules(options, config);
  const store = createSqliteSourceStore(context);
  const directory = createSourceDirectory(checkSources(options.sources ?? [], rules).checked, store);
  const transactions = createSqliteTransactionStore({ database, sealer, jobs: jobs.writer });
  const subscriptions = createSqliteHeldSubscriptionStore({ database });
  const clients = createSourceClients({
    host: context,
    directory,
    rules,
    transactions,
    subscriptions,
    ...(options.callbackBase !== undefined && { callbackUri: callbackUriOf(options.callbackBase) }),
  });
  return { rules, store, directory, clients, transactions, subscriptions };
}

/** Callbacks arrive below `{callback base}/registry` (protocol.md section 5). */
function callbackUriOf(base: string): string {
  return `${base.replace(/\/+$/, '')}/registry`;
}
