import { nearestName } from 'dci-core';
import * as v from 'valibot';
import { networkFault } from '../egress/address-rules.ts';
import type { Plugin } from '../plugin.ts';
import { locationsSchema } from './locations.ts';
import { isSecretReference, type SecretReference } from './secret.ts';

const count = (least: number) =>
  v.pipe(v.number('a number is expected'), v.integer('an integer is expected'), v.minValue(least, `at least ${least}`));

const secretReference = v.custom<SecretReference>(
  (value) => typeof value === 'string' && isSecretReference(value),
  'a secret reference is expected: env:NAME or file:PATH',
);

const basePath = v.pipe(
  v.string('a path is expected'),
  v.regex(/^(?:(?:\/[A-Za-z0-9._~-]+)+)?$/, 'a path such as /dci_api/v1 is expected, without a slash at its end'),
);

const text = (what: string) => v.pipe(v.string(`${what} is expected`), v.nonEmpty(`${what} is expected`));
const flag = v.boolean('true or false is expected');

/** The `sender_id` stands inside `keyId="{sender_id}|{key_id}|{alg}"`, so it holds none of that form's marks. */
const senderId = v.pipe(
  text('a name'),
  v.maxLength(256, 'at most 256 characters'),
  v.regex(/^[\x21\x23-\x5b\x5d-\x7b\x7d\x7e]+$/, 'printable ASCII without spaces, quotes, backslash or |'),
);

const network = v.pipe(
  v.string('a network such as 10.20.0.0/16 is expected'),
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = dataset.typed ? networkFault(dataset.value) : undefined;
    if (fault !== undefined) addIssue({ message: fault });
  }),
);

/** Checked, not parsed: a plug-in stays the object that it is. */
const plugin = v.custom<Plugin>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    value.name !== '' &&
    'setup' in value &&
    typeof value.setup === 'function',
  'a plug-in with a name and a setup function is expected',
);

/** Schema of `DciConfig`: unknown keys are faults. */
export const dciConfigSchema = v.strictObject(
  {
    senderId: v.optional(senderId),
    plugins: v.optional(v.array(plugin, 'a list of plug-ins is expected')),
    host: v.optional(text('an address')),
    port: v.optional(v.pipe(count(0), v.maxValue(65_535, 'at most 65535'))),
    dataDirectory: v.optional(text('a directory')),
    basePath: v.optional(basePath),
    basePathAliases: v.optional(v.array(basePath, 'a list of paths is expected')),
    masterKey: v.optional(secretReference),
    apiTokens: v.optional(v.array(secretReference, 'a list of secret references is expected')),
    maxSubscriptionsPerSender: v.optional(count(0)),
    logLevel: v.optional(v.picklist(['debug', 'info', 'warn', 'error'], 'one of debug, info, warn, error')),
    limits: v.optional(
      v.strictObject({
        bodyBytes: v.optional(count(1024)),
        headersTimeoutMs: v.optional(count(1)),
        bodyTimeoutMs: v.optional(count(1)),
        keepAliveTimeoutMs: v.optional(count(1)),
        connections: v.optional(count(1)),
        drainTimeoutMs: v.optional(count(0)),
      }),
    ),
    keys: v.optional(
      v.strictObject({
        algorithm: v.optional(v.picklist(['ed25519', 'rs256'], 'one of ed25519, rs256')),
        encryptionAlgorithm: v.optional(
          v.picklist(['ECDH-ES+A256KW', 'RSA-OAEP-256'], 'one of ECDH-ES+A256KW, RSA-OAEP-256'),
        ),
        retireDays: v.optional(count(0)),
        leadSeconds: v.optional(count(0)),
      }),
    ),
    locations: v.optional(v.lazy((value) => (typeof value === 'string' ? text('a path') : locationsSchema))),
    egress: v.optional(
      v.strictObject({
        allowedNetworks: v.optional(v.array(network, 'a list of networks is expected')),
      }),
    ),
    development: v.optional(
      v.strictObject({
        allowUnsignedRequests: v.optional(flag),
        bypassBearerAuth: v.optional(flag),
        allowHttpCallbacks: v.optional(flag),
        allowInternalCallbackIps: v.optional(flag),
      }),
    ),
  },
  'an object is expected',
);

/** A value that {@link dciConfigSchema} accepts. */
export type ValidConfig = v.InferOutput<typeof dciConfigSchema>;

/**
 * Checks a configuration against the schema.
 *
 * @param value - what the configuration file exports
 * @returns the typed configuration, and every fault as `path: what is wrong`; no fault repeats a value
 */
export function checkConfig(value: unknown): { readonly config: ValidConfig; readonly faults: readonly string[] } {
  const result = v.safeParse(dciConfigSchema, value);
  if (result.success) return { config: result.output, faults: [] };
  return { config: {}, faults: result.issues.map(describeIssue) };
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const keys = (issue.path ?? []).map((item) => String(item.key));
  const path = keys.reduce((left, key) => (/^\d+$/.test(key) ? `${left}[${key}]` : left ? `${left}.${key}` : key), '');
  if (issue.type !== 'strict_object' || issue.expected !== 'never') return `${path || 'config'}: ${issue.message}`;
  const nearest = nearestName(keys.at(-1) ?? '', knownKeys(keys.slice(0, -1)));
  return `${path}: unknown key${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
}

/** The keys that the schema knows at a path. */
function knownKeys(path: readonly string[]): readonly string[] {
  let entries: Readonly<Record<string, unknown>> = dciConfigSchema.entries;
  for (const key of path) {
    const wrapped = (entries[key] as { wrapped?: { entries?: Record<string, unknown> } } | undefined)?.wrapped;
    entries = wrapped?.entries ?? {};
  }
  return Object.keys(entries);
}
