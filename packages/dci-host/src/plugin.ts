import type { CliCommand, CliCommandGroups } from './cli/command.ts';
import type { HostConfig } from './config/host-config.ts';
import type { Migration } from './database/state-database.ts';
import type { HostContext } from './host-context.ts';
import type { HttpRouter } from './http/router.ts';
import type { OpenApiContribution } from './openapi/openapi.ts';

/** One line of `/health/ready`. */
export interface HealthCheck {
  /** Shown to everyone, for example `dci-server adapter social`. */
  readonly name: string;
  /** Resolves when healthy; rejects with a reason that holds no personal data. The reason is logged, not shown. */
  check(): Promise<void>;
}

/** A plug-in of one running host. */
export interface PluginInstance {
  /** Adds the plug-in's HTTP routes below the host's base path and its aliases: `/social/registry/sync/search`. */
  routes?(router: HttpRouter): void;
  /** Adds routes at the root of the host, for paths that the standard fixes: `/oauth2/client/token`. */
  rootRoutes?(router: HttpRouter): void;
  /** Describes the routes, for `/openapi.json` and `/docs`; called when one of them is asked for first. */
  openApi?(): OpenApiContribution;
  readonly healthChecks?: readonly HealthCheck[];
  /** Called after every plug-in is set up, before the host listens. */
  start?(): Promise<void>;
  /**
   * Called once the host accepts connections, for what can only be said or done then.
   *
   * @param url - the host's own address, for example `http://127.0.0.1:8080`
   */
  listening?(url: string): void | Promise<void>;
  /** Called in reverse order after the host stopped listening and requests drained. */
  stop?(): Promise<void>;
}

/** A plug-in: a plain object with a literal name. Extension point 1 of architecture.md. */
export interface Plugin {
  /** Unique in a host; also the first part of the ids of its migrations. */
  readonly name: string;
  /** Migrations of the plug-in's own tables, in order; ids are never reused. */
  readonly migrations?: readonly Migration[];
  /** CLI commands that exist while the plug-in is in the configuration. */
  readonly commands?: readonly CliCommand[];
  /** Help for the groups that its commands make: `{ senders: 'the parties that may send', 'senders key': … }`. */
  readonly commandGroups?: CliCommandGroups;
  /**
   * Finds what is wrong with a configuration, while nothing is opened or written yet. A plug-in that refuses only in
   * `setup` leaves a data directory behind.
   *
   * @param config - the configuration, free of faults of its own
   * @returns what is wrong, without values; the host does not start then
   */
  faults?(config: HostConfig): readonly string[];
  /** Lines that a starting host says loudly, for example about settings that are fit for development only. */
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
