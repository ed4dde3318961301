import type { Plugin } from '../plugin.ts';
import type {
  DevelopmentSwitches,
  EgressSettings,
  HostConfig,
  HttpLimits,
  KeySettings,
  LogLevel,
} from './host-config.ts';
import type { LocationSetting } from './locations.ts';
import type { SecretReader, SecretReference } from './secret.ts';

/**
 * What a configuration file (`dci.config.ts`) holds, or what an application passes to `createHost`. Everything is
 * optional; environment variables and command-line options win over it.
 */
export interface DciConfig {
  /** Name by which peers know this host; `DCI_SENDER_ID`; default `dci-host`. */
  readonly senderId?: string;
  /** The parts of this host; at most one of each name. */
  readonly plugins?: readonly Plugin[];
  /** Address to listen on; `HOST`; default `127.0.0.1`. */
  readonly host?: string;
  /** Port to listen on; `PORT`; default 8080; 0 lets the system choose. */
  readonly port?: number;
  /**
   * Directory of all state; `DCI_DATA_DIR`; default `./data`. In a configuration file relative to that file,
   * otherwise to the working directory.
   */
  readonly dataDirectory?: string;
  /** Path below which plug-ins' routes lie; default `/dci_api/v1`. */
  readonly basePath?: string;
  /** Further paths that answer as the base path does, for example `/api/v2/dci`. */
  readonly basePathAliases?: readonly string[];
  /** Where the master key lies; `DCI_MASTER_KEY` holds the key itself. Required in production. */
  readonly masterKey?: SecretReference;
  /** Where bearer tokens for any active sender lie; `DCI_API_TOKENS` holds tokens, separated by commas. */
  readonly apiTokens?: readonly SecretReference[];
  /** `DCI_MAX_SUBSCRIPTIONS_PER_SENDER`; default 100. */
  readonly maxSubscriptionsPerSender?: number;
  /** Default `info`. */
  readonly logLevel?: LogLevel;
  readonly limits?: Partial<HttpLimits>;
  readonly keys?: Partial<KeySettings>;
  /**
   * The places of `/.well-known/locations.json`, or the path of a JSON file with them, relative as `dataDirectory` is;
   * default: none, and the path is not found.
   */
  readonly locations?: readonly LocationSetting[] | string;
  /** What the host may reach besides public addresses; default: nothing. */
  readonly egress?: Partial<EgressSettings>;
  /** Development switches, all off by default and refused in production. */
  readonly development?: Partial<DevelopmentSwitches>;
}

/** A configuration after {@link DciConfig} was merged, validated and frozen. */
export interface ResolvedConfig {
  readonly config: HostConfig;
  readonly plugins: readonly Plugin[];
  readonly secrets: SecretReader;
}

/**
 * Declares a configuration; gives the literal its type.
 *
 * @param config - the configuration
 * @returns the same object
 * @example
 * ```ts
 * export const config = defineConfig({ senderId: 'social.example.org', plugins: [] });
 * ```
 */
export function defineConfig(config: DciConfig): DciConfig {
  return config;
}
