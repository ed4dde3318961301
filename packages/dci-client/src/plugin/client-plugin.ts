import type { Dialect, RegistryType } from 'dci-core';
import type { HostContext, Plugin } from 'dci-host';
import type { CallbackHandler } from '../callbacks/handlers.ts';
import type { DataSourceSettings } from '../data-source-settings.ts';
import type { DciClient } from '../dci-client.ts';

/** What the client plug-in is given. */
export interface DciClientOptions {
  /** Data sources of the configuration. Those that `dci sources add` stored come beside them; of the same code, that of the configuration counts. */
  readonly sources?: readonly DataSourceSettings[];
  /** Registry types beside the five of the standard that sources may name. */
  readonly registryTypes?: readonly RegistryType[];
  /** Dialects beside those of dci-core that sources may name. */
  readonly dialects?: readonly Dialect[];
  /** Handlers of callbacks; other plug-ins add theirs with {@link DciClientPlugin.handle}. */
  readonly handlers?: readonly CallbackHandler[];
  /**
   * Public address of this host's base path, for example `https://mis.example.org/dci_api/v1`: registries call back below
   * it. Absent: requests that are answered by callback are refused before they are sent.
   */
  readonly callbackBase?: string;
}

/** The client plug-in, with what other plug-ins and the application use of it. */
export interface DciClientPlugin extends Plugin {
  /**
   * Gives the client of a data source, from the configuration or stored at run time. A source that was changed meanwhile
   * gives a new client.
   *
   * @param code - of the data source
   * @returns the client
   * @throws DciError `err.configuration.invalid` when there is no such source, it is disabled, or a secret or key of it
   *   cannot be read,
   *   `err.service.unavailable` while the host is not set up
   */
  client(code: string): Promise<DciClient>;
  /**
   * Gives the client of a data source to a command: it works beside a running host, and no plug-in is set up in it.
   *
   * @param context - what `CliContext.openState` returned
   * @param code - of the data source
   * @returns the client; callbacks of what it asks arrive at the running host
   * @throws DciError `err.configuration.invalid` as {@link client}
   */
  clientFor(context: HostContext, code: string): Promise<DciClient>;
  /** @returns the codes of all sources that are not disabled, in order */
  sources(): Promise<readonly string[]>;
  /**
   * Adds a handler of callbacks. Call it in `setup` of another plug-in, so that it is known before the first callback after
   * a restart is handled.
   *
   * @param handler - the handler
   * @throws DciError `err.configuration.invalid` when another handler has its name; `err.state.conflict` once the host has
   *   started
   */
  handle(handler: CallbackHandler): void;
}
