import type { LocationSetting } from './locations.ts';
import type { Secret } from './secret.ts';

/** Levels of log lines, from most to least talkative. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Bounds of the HTTP side (protocol.md section 4 step 1; reliability.md JS8, LD2, CR7). */
export interface HttpLimits {
  /** Largest request body in bytes. */
  readonly bodyBytes: number;
  /** Time in which a client must have sent its whole header, in milliseconds. */
  readonly headersTimeoutMs: number;
  /** Time in which a client must have sent its whole request, in milliseconds. */
  readonly bodyTimeoutMs: number;
  /** How long an idle kept-alive connection stays open, in milliseconds. */
  readonly keepAliveTimeoutMs: number;
  /** Open connections; more are closed at once. */
  readonly connections: number;
  /** How long a stopping host waits for running requests, in milliseconds. */
  readonly drainTimeoutMs: number;
}

/** Switches that weaken the host for development. Production mode refuses all of them. */
export interface DevelopmentSwitches {
  /** Accept a request without a signature; one that is present must still verify. */
  readonly allowUnsignedRequests: boolean;
  /** Accept a request without a bearer token. */
  readonly bypassBearerAuth: boolean;
  /** Send callbacks to `http:` addresses. */
  readonly allowHttpCallbacks: boolean;
  /** Send callbacks to private and loopback addresses. */
  readonly allowInternalCallbackIps: boolean;
}

/** What the host may reach besides public addresses (reliability.md SR1, SR2). */
export interface EgressSettings {
  /**
   * Private networks on which peers live, in CIDR form, for example `10.20.0.0/16`; inside of 10.0.0.0/8, 172.16.0.0/12,
   * 192.168.0.0/16, 100.64.0.0/10 or fc00::/7.
   */
  readonly allowedNetworks: readonly string[];
}

/** How the host's own keys are made and retired (protocol.md sections 3 and 11). */
export interface KeySettings {
  /** Algorithm of new keys for signatures. */
  readonly algorithm: 'ed25519' | 'rs256';
  /**
   * Algorithm of new keys for encryption. Default: `ECDH-ES+A256KW` on P-256, which is made in an instant.
   * `RSA-OAEP-256` where peers, such as OpenCRVS, know nothing else.
   */
  readonly encryptionAlgorithm: 'ECDH-ES+A256KW' | 'RSA-OAEP-256';
  /** Days for which a replaced key stays published, or goes on decrypting, after a rotation. */
  readonly retireDays: number;
  /**
   * Seconds for which a new key for signatures is published before it signs. Peers fetch a key set again at most every 30
   * seconds (protocol.md section 3): with more than that, none of them ever meets a key that it cannot know.
   */
  readonly leadSeconds: number;
}

/**
 * The configuration of a running host: validated, merged with environment and command-line options, frozen.
 * Secrets are {@link Secret} objects, so that printing it shows none.
 */
export interface HostConfig {
  /** `NODE_ENV=production`. */
  readonly production: boolean;
  /** The name by which peers know this host: `sender_id` of what it sends, `receiver_id` of what it accepts. */
  readonly senderId: string;
  /** Address to listen on. */
  readonly host: string;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** Absolute path of the directory that holds all state. */
  readonly dataDirectory: string;
  /** Path below which plug-ins' routes lie, for example `/dci_api/v1`; empty for none. */
  readonly basePath: string;
  /** Further paths that answer as the base path does. */
  readonly basePathAliases: readonly string[];
  /** Key material that seals private keys and small secrets at rest; absent only outside production. */
  readonly masterKey?: Secret;
  /** Bearer tokens that any active sender may use, besides the tokens bound to one sender. */
  readonly apiTokens: readonly Secret[];
  readonly maxSubscriptionsPerSender: number;
  readonly logLevel: LogLevel;
  readonly limits: HttpLimits;
  readonly keys: KeySettings;
  readonly egress: EgressSettings;
  /** What `/.well-known/locations.json` answers; absent: the path is not found. */
  readonly locations?: readonly LocationSetting[];
  readonly development: DevelopmentSwitches;
}
