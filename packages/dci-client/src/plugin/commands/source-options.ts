import { DciError, dialects, isJsonObject, readJson } from 'dci-core';
import type { CliContext, CliOption } from 'dci-host';
import { badOption, optionName, textOption } from '../option.ts';

const dialectNames = dialects.map(({ name }) => name).join(', ');

/** Options that describe a data source. */
export const sourceOptions: readonly CliOption[] = [
  { flags: '--settings <file>', description: 'all settings as JSON; - reads standard input; options win over it' },
  { flags: '--registry <name>', description: 'registry type: social, crvs, ibr, dr, fr or one of the configuration' },
  { flags: '--url <address>', description: 'base address of the registry' },
  { flags: '--name <text>', description: 'name for people' },
  { flags: '--dialect <name>', description: `how the registry speaks: ${dialectNames}` },
  { flags: '--sender-id <id>', description: 'our id there; default: that of this host' },
  { flags: '--receiver-id <id>', description: 'id of the registry; default: the one that its JWKS names' },
  { flags: '--jwks-url <address>', description: 'where the registry publishes its keys' },
  { flags: '--peer-key <file>', description: 'public key of the registry: PEM' },
  { flags: '--token <reference>', description: 'bearer token as env:NAME or file:PATH' },
  { flags: '--user <name>', description: 'user of HTTP Basic; with --password' },
  { flags: '--password <reference>', description: 'password as env:NAME or file:PATH' },
  { flags: '--token-url <address>', description: 'OAuth2 token endpoint; with --client-id and --client-secret' },
  { flags: '--client-id <id>', description: 'OAuth2 client id' },
  { flags: '--client-secret <reference>', description: 'OAuth2 client secret as env:NAME or file:PATH' },
  { flags: '--scope <text>', description: 'OAuth2 scope' },
  {
    flags: '--credentials-in <place>',
    description: 'where id and secret stand in a request for a token',
    choices: ['header', 'body', 'query', 'json'],
  },
  {
    flags: '--callback-base <address>',
    description: 'our address for its callbacks; default: that of the configuration',
  },
  {
    flags: '--callback-token <reference>',
    description: 'bearer token that its callbacks must show, as env:NAME or file:PATH',
  },
  { flags: '--timeout <seconds>', description: 'time for a whole call' },
  { flags: '--encrypt', description: 'encrypt messages to the registry' },
  { flags: '--receipts', description: 'send a receipt for every notified event that was handled' },
];

/** Members that one option sets each. */
const members: Readonly<Record<string, string>> = {
  registry: 'registry',
  url: 'baseUrl',
  name: 'name',
  dialect: 'dialect',
  senderId: 'senderId',
  receiverId: 'receiverId',
  callbackBase: 'callbackBase',
  callbackToken: 'callbackToken',
};

/** Options that mean nothing without another one. */
const companions: Readonly<Record<string, string>> = {
  password: 'user',
  clientId: 'tokenUrl',
  clientSecret: 'tokenUrl',
  scope: 'tokenUrl',
  credentialsIn: 'tokenUrl',
};

/**
 * Reads the settings of a data source from a file and from options.
 *
 * @param context - the running command
 * @param code - of the source
 * @returns the settings, not yet checked
 * @throws DciError `err.request.bad` for options that exclude or need each other, or a file that is no JSON object
 */
export async function readSettings(context: CliContext, code: string): Promise<Record<string, unknown>> {
  const settings: Record<string, unknown> = { ...(await readFile(context)), code };
  for (const [option, member] of Object.entries(members)) {
    const value = textOption(context, option);
    if (value !== undefined) settings[member] = value;
  }
  const timeout = textOption(context, 'timeout');
  if (timeout !== undefined) settings.timeoutSeconds = Number(timeout);
  if (context.options.encrypt === true) settings.encrypt = true;
  if (context.options.receipts === true) settings.receipts = true;
  const authorization = readAuthorization(context);
  if (authorization !== undefined) settings.authorization = authorization;
  const peerKeys = await readPeerKeys(context);
  if (peerKeys !== undefined) settings.peerKeys = peerKeys;
  return settings;
}

async function readFile(context: CliContext): Promise<Record<string, unknown>> {
  const file = textOption(context, 'settings');
  if (file === undefined) return {};
  const { value } = readJson(await context.readInput(file));
  if (!isJsonObject(value)) throw badOption('settings', 'must name a file with a JSON object');
  return { ...value };
}

function readAuthorization(context: CliContext): Record<string, unknown> | undefined {
  const option = (name: string): string | undefined => textOption(context, name);
  const [token, user, tokenUrl] = [option('token'), option('user'), option('tokenUrl')];
  const given = [token, user, tokenUrl].filter((value) => value !== undefined);
  if (given.length > 1) {
    throw new DciError('err.request.bad', 'give one way to authorize: --token, --user or --token-url');
  }
  for (const [name, needed] of Object.entries(companions)) {
    if (option(name) !== undefined && option(needed) === undefined)
      throw badOption(name, `needs ${optionName(needed)}`);
  }
  if (token !== undefined) return { kind: 'bearer', token };
  if (user !== undefined) return { kind: 'basic', user, password: option('password') };
  if (tokenUrl === undefined) return undefined;
  const [scope, credentialsIn] = [option('scope'), option('credentialsIn')];
  return {
    kind: 'oauth2',
    tokenUrl,
    clientId: option('clientId'),
    clientSecret: option('clientSecret'),
    ...(scope !== undefined && { scope }),
    ...(credentialsIn !== undefined && { credentialsIn }),
  };
}

async function readPeerKeys(context: CliContext): Promise<Record<string, unknown> | undefined> {
  const [jwksUrl, file] = [textOption(context, 'jwksUrl'), textOption(context, 'peerKey')];
  if (jwksUrl !== undefined && file !== undefined) throw badOption('jwksUrl', 'excludes --peer-key');
  if (jwksUrl !== undefined) return { jwksUrl };
  return file === undefined ? undefined : { pem: new TextDecoder().decode(await context.readInput(file)) };
}
