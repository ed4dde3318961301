import type { DevelopmentSwitches } from './host-config.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that the environment overrides; absent where it says nothing. */
export interface EnvironmentSettings {
  readonly production: boolean;
  readonly senderId?: string;
  readonly host?: string;
  readonly port?: number;
  readonly dataDirectory?: string;
  readonly masterKey?: string;
  readonly apiTokens?: readonly string[];
  readonly maxSubscriptionsPerSender?: number;
  readonly development: Partial<DevelopmentSwitches>;
}

/** Which variable sets which development switch. */
export const developmentVariables: Readonly<Record<keyof DevelopmentSwitches, string>> = {
  allowUnsignedRequests: 'DCI_ALLOW_UNSIGNED_REQUESTS',
  bypassBearerAuth: 'DCI_BYPASS_BEARER_AUTH',
  allowHttpCallbacks: 'DCI_ALLOW_HTTP_CALLBACKS',
  allowInternalCallbackIps: 'DCI_ALLOW_INTERNAL_CALLBACK_IPS',
};

/**
 * Reads the settings that environment variables override. An empty variable counts as absent.
 *
 * @param env - the environment
 * @returns the settings, and every fault as `NAME: what is wrong`, without the value
 */
export function readEnvironment(env: Environment): {
  readonly settings: EnvironmentSettings;
  readonly faults: readonly string[];
} {
  const faults: string[] = [];
  const text = (name: string): string | undefined => env[name]?.trim() || undefined;
  const integer = (name: string, most: number): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (/^\d{1,9}$/.test(value) && Number(value) <= most) return Number(value);
    faults.push(`${name}: an integer from 0 to ${most} is expected`);
    return undefined;
  };
  const flag = (name: string): boolean | undefined => {
    const value = text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (['1', 'true', 'yes', 'on'].includes(value)) return true;
    if (['0', 'false', 'no', 'off'].includes(value)) return false;
    faults.push(`${name}: true or false is expected`);
    return undefined;
  };

  const development: { -readonly [name in keyof DevelopmentSwitches]?: boolean } = {};
  for (const [name, variable] of Object.entries(developmentVariables)) {
    const value = flag(variable);
    if (value !== undefined) development[name as keyof DevelopmentSwitches] = value;
  }
  const settings = {
    production: text('NODE_ENV') === 'production',
    senderId: text('DCI_SENDER_ID'),
    host: text('HOST'),
    port: integer('PORT', 65_535),
    dataDirectory: text('DCI_DATA_DIR'),
    masterKey: text('DCI_MASTER_KEY'),
    apiTokens: text('DCI_API_TOKENS')
      ?.split(',')
      .map((token) => token.trim())
      .filter((token) => token !== ''),
    maxSubscriptionsPerSender: integer('DCI_MAX_SUBSCRIPTIONS_PER_SENDER', 999_999_999),
    development,
  };
  return { settings: withoutUndefined(settings), faults };
}

/**
 * Leaves out the members that are `undefined`, so that spreading the result never hides a default.
 *
 * @param value - an object
 * @returns a copy without members that are `undefined`
 */
export function withoutUndefined<T extends object>(
  value: T,
): { [name in keyof T as undefined extends T[name] ? never : name]: T[name] } & {
  [name in keyof T as undefined extends T[name] ? name : never]?: Exclude<T[name], undefined>;
} {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries) as ReturnType<typeof withoutUndefined<T>>;
}
