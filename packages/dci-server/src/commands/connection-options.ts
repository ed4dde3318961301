import { DciError, isJsonObject, type JsonObject, readJson } from 'dci-core';
import type { CliContext } from 'dci-host';
import type { PeerCredential } from '../senders/sender.ts';
import type { SenderConnection } from '../senders/sender-connection.ts';
import { listOption, textOption } from './command-input.ts';

/** Options that say how a sender is reached. Secrets come from files or the environment, never from the command line. */
export const connectionOptions = [
  { flags: '--callback-base <url>', description: 'callbacks go below this URL, whatever sender_uri a message names' },
  {
    flags: '--callback-host <host[:port]>',
    description: 'host that sender_uri of its messages may name (default: any)',
    repeatable: true,
  },
  {
    flags: '--callback-bearer-file <file>',
    description: 'bearer token to show when it is called; - reads standard input',
  },
  { flags: '--callback-bearer-env <variable>', description: 'the same, from an environment variable' },
  { flags: '--callback-basic-file <file>', description: 'user:password to show when it is called' },
  { flags: '--callback-basic-env <variable>', description: 'the same, from an environment variable' },
  { flags: '--encryption-key <file>', description: 'its public key for encryption, as JWK (default: from its JWKS)' },
  {
    flags: '--subscription-approval <how>',
    description: 'whether its subscriptions wait for an operator (default: automatic)',
    choices: ['automatic', 'manual'],
  },
] as const;

/** Names of the options that give a credential, by camel-cased name. */
const credentialOptions = ['callbackBearerFile', 'callbackBearerEnv', 'callbackBasicFile', 'callbackBasicEnv'] as const;

/**
 * Reads {@link connectionOptions}.
 *
 * @param context - the running command
 * @returns what was given, unchecked
 * @throws DciError `err.configuration.invalid` for a file or variable that does not hold what it should
 */
export async function readConnection(context: CliContext): Promise<SenderConnection> {
  const callbackBase = textOption(context, 'callbackBase');
  const callbackHosts = listOption(context, 'callbackHost');
  const callbackCredential = await readCredential(context);
  const encryptionKeyFile = textOption(context, 'encryptionKey');
  const approval = textOption(context, 'subscriptionApproval');
  return {
    ...(callbackBase === undefined ? {} : { callbackBase }),
    ...(callbackHosts.length === 0 ? {} : { callbackHosts }),
    ...(callbackCredential === undefined ? {} : { callbackCredential }),
    ...(encryptionKeyFile === undefined ? {} : { encryptionKey: await readJwk(context, encryptionKeyFile) }),
    ...(approval === undefined ? {} : { subscriptionApproval: approval as 'automatic' | 'manual' }),
  };
}

async function readCredential(context: CliContext): Promise<PeerCredential | undefined> {
  const [option, ...others] = credentialOptions.filter((name) => textOption(context, name) !== undefined);
  if (option === undefined) return undefined;
  if (others.length > 0) throw invalid('give one callback credential');
  const source = textOption(context, option) ?? '';
  const secret = option.endsWith('Env') ? environmentSecret(context, source) : await fileSecret(context, source);
  if (option.startsWith('callbackBearer')) return { kind: 'bearer', token: secret };
  const colon = secret.indexOf(':');
  if (colon < 1) throw invalid('the basic credential must be user:password');
  return { kind: 'basic', user: secret.slice(0, colon), password: secret.slice(colon + 1) };
}

function environmentSecret(context: CliContext, variable: string): string {
  const secret = context.env[variable]?.trim();
  if (secret === undefined || secret === '') throw invalid(`the environment variable ${variable} is not set`);
  return secret;
}

async function fileSecret(context: CliContext, file: string): Promise<string> {
  const secret = new TextDecoder().decode(await context.readInput(file)).trim();
  if (secret === '') throw invalid('the file of the callback credential is empty');
  return secret;
}

async function readJwk(context: CliContext, file: string): Promise<JsonObject> {
  const { value } = readJson(await context.readInput(file));
  if (!isJsonObject(value)) throw invalid('the encryption key must be a JWK');
  return value;
}

function invalid(message: string): DciError {
  return new DciError('err.configuration.invalid', message);
}
