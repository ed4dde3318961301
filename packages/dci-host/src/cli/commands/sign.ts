import {
  DciError,
  isJsonObject,
  type JsonDocument,
  readJson,
  readPrivateKey,
  signatureSchemeNames,
  signDocument,
} from 'dci-core';
import type { CliCommand } from '../command.ts';
import { integerOption, textOption } from '../options.ts';
import { readScheme } from '../signature-scheme.ts';

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
    { flags: '--sender-id <id>', description: 'first part of kidId', required: true, env: 'DCI_SENDER_ID' },
    { flags: '--key-id <id>', description: 'second part of kidId', required: true },
    { flags: '--scheme <name>', description: 'signature scheme', choices: signatureSchemeNames, default: 'dci' },
    { flags: '--lifetime <seconds>', description: 'validity; default 300, for dci-legacy 3600' },
  ],
  withoutConfiguration: true,
  async run(context) {
    const lifetimeSeconds = integerOption(context, 'lifetime', { least: 1, most: 3600 });
    const privateKey = await readPrivateKey(await context.readInput(textOption(context, 'key')));
    const document = readEnvelope(await context.readInput(context.arguments[0]));
    const { text, signature } = await signDocument({
      document,
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

/** Signs the numbers as they are written in the file: 45.0 stays 45.0. */
function readEnvelope(bytes: Uint8Array): JsonDocument {
  const document = readJson(bytes);
  for (const name of ['header', 'message']) {
    const member = isJsonObject(document.value) ? document.value[name] : undefined;
    if (!isJsonObject(member)) throw new DciError('err.request.bad', `the envelope has no ${name}`, { path: name });
  }
  return document;
}
