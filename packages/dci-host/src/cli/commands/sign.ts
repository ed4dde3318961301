import {
  DciError,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  readJson,
  readPrivateKey,
  signEnvelope,
} from 'dci-core';
import type { CliCommand } from '../command.ts';
import { integerOption, textOption } from '../options.ts';
import { readScheme, schemeNames } from '../signature-scheme.ts';

/** `dci sign`: signs an envelope with a key from a file (protocol.md section 3). */
export const signCommand: CliCommand = {
  name: 'sign',
  summary: 'sign an envelope and print it',
  help: `
Reads {"header": …, "message": …}; a signature that is there already is replaced. The printed text is what must be sent,
byte for byte.

Examples:
  dci sign --key private.pem --sender-id client.example.org --key-id k1 request.json > signed.json
  dci sign --key private.pem --sender-id client.example.org --key-id k1 < request.json | dci verify --key public.pem`,
  arguments: [{ name: '[file]', description: 'header and message; - or nothing: standard input' }],
  options: [
    { flags: '--key <pem>', description: 'file with the private key: PEM, JWK or 32 bytes', required: true },
    { flags: '--sender-id <id>', description: 'first part of keyId', required: true, env: 'DCI_SENDER_ID' },
    { flags: '--key-id <id>', description: 'second part of keyId', required: true },
    { flags: '--scheme <name>', description: 'signature scheme', choices: schemeNames, default: 'dci' },
    { flags: '--lifetime <seconds>', description: 'validity; default 300, for dci-legacy 3600' },
  ],
  async run(context) {
    const lifetimeSeconds = integerOption(context, 'lifetime', { least: 1, most: 3600 });
    const privateKey = await readPrivateKey(await context.readInput(textOption(context, 'key')));
    const envelope = readJson(await context.readInput(context.arguments[0])).value;
    const { text, signature } = await signEnvelope({
      header: part(envelope, 'header'),
      message: part(envelope, 'message'),
      key: {
        senderId: textOption(context, 'senderId') ?? '',
        keyId: textOption(context, 'keyId') ?? '',
        privateKey,
      },
      scheme: readScheme(textOption(context, 'scheme')),
      ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
      crypto: context.crypto,
      clock: context.clock,
    });
    context.print(text);
    if (context.interactive && !context.json) context.warn(`signature: ${signature}`);
    return 0;
  },
};

function part(envelope: JsonValue, name: string): JsonObject {
  const value = isJsonObject(envelope) ? envelope[name] : undefined;
  if (!isJsonObject(value)) throw new DciError('err.request.bad', `the envelope has no ${name}`, { path: name });
  return value;
}
