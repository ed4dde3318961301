import {
  type Clock,
  DciError,
  isJsonObject,
  type JsonDocument,
  readJson,
  readJwks,
  readPublicKey,
  remoteJwks,
  signatureSchemeNames,
  type VerificationKey,
  verifyEnvelope,
} from 'dci-core';
import type { CliCommand, CliContext } from '../command.ts';
import { integerOption, textOption } from '../options.ts';
import { readScheme } from '../signature-scheme.ts';

/** `dci verify`: checks the signature of an envelope (protocol.md section 3). */
export const verifyCommand: CliCommand = {
  name: 'verify',
  summary: 'verify the signature of an envelope',
  help: `
Prints "valid", or the reason why not and exits with 1.

Examples:
  dci verify --key public.pem signed.json
  dci verify --jwks https://registry.example.org/.well-known/jwks.json signed.json
  dci verify --key public.pem --at 1776854400 signed.json     as of that time`,
  arguments: [{ name: '[file]', description: 'signed envelope; - or nothing: standard input' }],
  options: [
    { flags: '--key <pem>', description: 'file with the public key: PEM, JWK or 32 bytes' },
    { flags: '--jwks <file or url>', description: "the sender's JWKS" },
    { flags: '--at <unix seconds>', description: 'time for which to judge validity; default: now' },
    { flags: '--scheme <name>', description: 'signature scheme', choices: signatureSchemeNames, default: 'dci' },
  ],
  withoutConfiguration: true,
  async run(context) {
    const at = integerOption(context, 'at', { least: 0, most: 99_999_999_999 });
    const clock = at === undefined ? context.clock : { now: () => at * 1000 };
    const document = readJson(await context.readInput(context.arguments[0]));
    const senderId = senderOf(document);
    const verification = await verifyEnvelope({
      document,
      senderId,
      keys: await readKeys(context, senderId, clock),
      schemes: [readScheme(textOption(context, 'scheme'))],
      crypto: context.crypto,
      clock,
    });
    if (context.json) context.print(JSON.stringify(verification));
    else context.print(verification.valid ? 'valid' : verification.reason);
    return verification.valid ? 0 : 1;
  },
};

function senderOf(document: JsonDocument): string {
  const header = isJsonObject(document.value) ? document.value.header : undefined;
  const senderId = isJsonObject(header) ? header.sender_id : undefined;
  if (typeof senderId === 'string') return senderId;
  throw new DciError('err.request.bad', 'the header has no sender_id', { path: 'header.sender_id' });
}

async function readKeys(context: CliContext, senderId: string, clock: Clock): Promise<readonly VerificationKey[]> {
  const [key, jwks] = [textOption(context, 'key'), textOption(context, 'jwks')];
  if (key !== undefined && jwks === undefined) {
    return [{ publicKey: await readPublicKey(await context.readInput(key)), state: 'active' }];
  }
  if (jwks === undefined || key !== undefined) {
    throw new DciError('err.request.bad', 'give either --key or --jwks');
  }
  if (/^https?:\/\//.test(jwks)) return remoteJwks({ url: jwks, fetch: context.fetch, clock, senderId }).keys();
  return readJwks(new TextDecoder().decode(await context.readInput(jwks)), { senderId });
}
