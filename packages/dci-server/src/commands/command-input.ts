import { DciError, isJsonObject, type RegistryType, readJson } from 'dci-core';
import type { CliContext } from 'dci-host';
import type { AccessPolicy, RegistryPolicy } from '../access/policy.ts';
import { validatePolicy } from '../access/policy-schema.ts';

/** The argument that names the sender. */
export const senderArgument = { name: '<sender-id>', description: 'the sender, as in the header of its messages' };

/** Options that say what a sender may do. */
export const policyOptions = [
  { flags: '--policy <file>', description: 'policy as JSON (see the README of dci-server); - reads standard input' },
  {
    flags: '--grant <registry[:types]>',
    description:
      'search in a registry, all its record types or those named, all fields that are not sensitive; for example social:Person,Group',
    repeatable: true,
  },
] as const;

/**
 * Reads an option that has one value.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @returns the value, or `undefined` when it was not given
 */
export function textOption(context: CliContext, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}

/**
 * Reads an option that can be repeated.
 *
 * @param context - the running command
 * @param name - camel-cased name of the option
 * @returns the values, possibly none
 */
export function listOption(context: CliContext, name: string): readonly string[] {
  const value = context.options[name];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value : [];
}

/**
 * Reads the sender that a command is about.
 *
 * @param context - the running command
 * @returns its id
 * @throws DciError `err.configuration.invalid` when it is missing
 */
export function senderIdOf(context: CliContext): string {
  const [senderId] = context.arguments;
  if (senderId === undefined) throw new DciError('err.configuration.invalid', 'name the sender');
  return senderId;
}

/**
 * Reads the policy from `--policy` or `--grant`.
 *
 * @param context - the running command
 * @param registryTypes - the registries that a policy can speak of
 * @returns the policy, or `undefined` when neither was given
 * @throws DciError `err.configuration.invalid` for a fault in it, or when both were given
 */
export async function policyOption(
  context: CliContext,
  registryTypes: readonly RegistryType[],
): Promise<AccessPolicy | undefined> {
  const file = textOption(context, 'policy');
  const grants = listOption(context, 'grant');
  if (file !== undefined && grants.length > 0) {
    throw new DciError('err.configuration.invalid', 'give either --policy or --grant');
  }
  if (file !== undefined) return readPolicy(await context.readInput(file), registryTypes, context.clock.now());
  if (grants.length === 0) return undefined;
  const registries: Record<string, RegistryPolicy> = {};
  for (const grant of grants) {
    const [name, policy] = readGrant(grant, registryTypes);
    registries[name] = policy;
  }
  return validatePolicy({ registries }, registryTypes, context.clock.now());
}

function readPolicy(bytes: Uint8Array, registryTypes: readonly RegistryType[], now: number): AccessPolicy {
  const { value } = readJson(bytes);
  if (!isJsonObject(value)) throw new DciError('err.configuration.invalid', 'the policy must be a JSON object');
  return validatePolicy(value, registryTypes, now);
}

function readGrant(grant: string, registryTypes: readonly RegistryType[]): readonly [string, RegistryPolicy] {
  const [name = '', types, ...rest] = grant.split(':');
  const registryType = registryTypes.find((type) => type.name === name);
  if (registryType === undefined || rest.length > 0) {
    const known = registryTypes.map((type) => type.name).join(', ');
    throw new DciError('err.configuration.invalid', `--grant must name one of ${known}, for example social:Person`);
  }
  const recordTypes = types?.split(',') ?? registryType.recordTypes.map((type) => type.name);
  return [
    name,
    {
      actions: ['search'],
      recordTypes: Object.fromEntries(recordTypes.map((recordType) => [recordType.trim(), { fields: ['*'] }])),
    },
  ];
}
