import type { Clock, CryptoProvider, Fetch, Logger, Random } from 'dci-core';
import type { CliCommand } from './cli/command.ts';
import type { HostConfig } from './config.ts';
import type { Migration, StateDatabase } from './database/state-database.ts';
import type { HttpRouter } from './http/app.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { Sealer } from './keys/seal.ts';

/** What a host gives its plug-ins. */
export interface HostContext {
  readonly config: HostConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
  readonly crypto: CryptoProvider;
  readonly logger: Logger;
  readonly database: StateDatabase;
  /** The host's own signing keys. */
  readonly keys: KeyStore;
  /** Seals small secrets (tokens, cursors) with a key that never leaves the host. */
  readonly sealer: Sealer;
}

/** One line of `/health/ready`. */
export interface HealthCheck {
  readonly name: string;
  /** Resolves when healthy; rejects with a reason that holds no personal data. */
  check(): Promise<void>;
}

/** A plug-in of one running host. */
export interface PluginInstance {
  /** Adds the plug-in's HTTP routes. */
  routes?(router: HttpRouter): void;
  readonly healthChecks?: readonly HealthCheck[];
  /** Called after every plug-in is set up, before the host listens. */
  start?(): Promise<void>;
  /** Called in reverse order after the host stopped listening and requests drained. */
  stop?(): Promise<void>;
}

/** A plug-in: a plain object with a literal name. Extension point 1 of architecture.md. */
export interface Plugin {
  readonly name: string;
  /** Migrations of the plug-in's own tables, in order; ids are never reused. */
  readonly migrations?: readonly Migration[];
  /** CLI commands that exist while the plug-in is in the configuration. */
  readonly commands?: readonly CliCommand[];
  /** Lines that a starting host says loudly, for example development switches. */
  announcements?(config: HostConfig): readonly string[];
  setup(context: HostContext): PluginInstance | Promise<PluginInstance>;
}

/**
 * Declares a plug-in; gives the literal its type.
 *
 * @param plugin - the plug-in
 * @returns the same object
 */
export function definePlugin<const T extends Plugin>(plugin: T): T {
  return plugin;
}
