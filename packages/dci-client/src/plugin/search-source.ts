import {
  crvs,
  DciError,
  dr,
  fr,
  ibr,
  type RegistryType,
  readPrivateKey,
  readPublicKey,
  resolveRegType,
  social,
  type VerificationKey,
} from 'dci-core';
import type { CliContext } from 'dci-host';
import { type DataSource, type PeerKeysOption, resolveDataSource } from '../data-source.ts';
import { type ClientCredentials, readCredentials } from './credentials.ts';
import { badOption, textOption } from './option.ts';

/** Registry types that `--registry` can name. */
export const registryTypes: readonly RegistryType[] = [social, crvs, ibr, dr, fr];

/** Where a host answers when its address is given without a path (protocol.md section 5). */
const DEFAULT_BASE_PATH = '/dci_api/v1';

/**
 * Reads from options, the file with the credentials and the environment, in this order, which registry is asked
 * and as whom.
 *
 * @param context - the running command
 * @returns the data source
 * @throws DciError `err.request.bad` or `err.configuration.invalid`; it says what is missing
 */
export async function readSearchSource(context: CliContext): Promise<DataSource> {
  const { env } = context;
  const file = textOption(context, 'credentials') ?? nonEmpty(env.DCI_CLIENT_CREDENTIALS);
  const credentials = file === undefined ? undefined : await readCredentials(context, file);
  const setting = (option: string, variable: string, given: keyof ClientCredentials): string | undefined =>
    textOption(context, option) ?? credentials?.[given] ?? nonEmpty(env[variable]);
  const required = (option: string, variable: string, given: keyof ClientCredentials): string => {
    const value = setting(option, variable, given);
    if (value === undefined) throw badOption(option, `is missing (or --credentials, or ${variable})`);
    return value;
  };

  const token = setting('token', 'DCI_CLIENT_TOKEN', 'token');
  const receiverId = setting('receiverId', 'DCI_CLIENT_RECEIVER_ID', 'receiverId');
  const timeoutSeconds = textOption(context, 'timeout');
  const peerKeys = await readPeerKeys(context);
  const source: DataSource = {
    baseUrl: withBasePath(required('url', 'DCI_URL', 'url')),
    registry: readRegistry(textOption(context, 'registry')),
    senderId: required('senderId', 'DCI_CLIENT_SENDER_ID', 'senderId'),
    keyId: required('keyId', 'DCI_CLIENT_KEY_ID', 'keyId'),
    key: await readPrivateKey(await readKeyFile(context, required('key', 'DCI_CLIENT_KEY', 'keyFile'))),
    ...(token !== undefined && { token: await readToken(context, token) }),
    ...(receiverId !== undefined && { receiverId }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds: Number(timeoutSeconds) }),
    ...(peerKeys !== undefined && { peerKeys }),
  };
  resolveDataSource(source);
  return source;
}

const nonEmpty = (text: string | undefined): string | undefined => (text?.trim() === '' ? undefined : text?.trim());

function withBasePath(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed?.pathname === '/' ? `${parsed.origin}${DEFAULT_BASE_PATH}` : url;
}

function readRegistry(text: string | undefined): RegistryType {
  const resolved = text === undefined ? undefined : resolveRegType(text, registryTypes);
  if (resolved !== undefined) return resolved.registryType;
  throw badOption(
    'registry',
    `${text === undefined ? 'is missing; it ' : ''}must be one of ${registryTypes.map(({ name }) => name).join(', ')}`,
  );
}

async function readKeyFile(context: CliContext, path: string): Promise<Uint8Array> {
  return await context.readInput(path);
}

/** A token on a command line shows in the list of processes; `env:` and `file:` keep it out of there. */
async function readToken(context: CliContext, token: string): Promise<string> {
  const separator = token.indexOf(':');
  const [kind, name] = [token.slice(0, separator), token.slice(separator + 1)];
  if (kind === 'env') {
    const value = nonEmpty(context.env[name]);
    if (value === undefined) throw badOption('token', `names the environment variable ${name}, which is not set`);
    return value;
  }
  return kind === 'file' ? new TextDecoder().decode(await context.readInput(name)).trim() : token;
}

async function readPeerKeys(context: CliContext): Promise<PeerKeysOption | undefined> {
  const file = textOption(context, 'serverKey');
  const jwksUrl = textOption(context, 'jwks');
  if (file !== undefined && jwksUrl !== undefined) {
    throw new DciError('err.request.bad', 'give either --server-key or --jwks');
  }
  if (jwksUrl !== undefined) return { jwksUrl };
  if (file === undefined) return undefined;
  const key: VerificationKey = { publicKey: await readPublicKey(await context.readInput(file)), state: 'active' };
  return { keys: [key] };
}
