import { envelopeDigest, readJson } from 'dci-core';
import type { CliCommand } from '../command.ts';

/** `dci digest`: the digest that a signature covers (protocol.md section 2). */
export const digestCommand: CliCommand = {
  name: 'digest',
  summary: "print the base64 digest of an envelope's header and message",
  help: `
The digest is base64(SHA-256(canonical JSON of {"header": …, "message": …})), computed from the text as it stands.

Examples:
  dci digest request.json
  curl -s https://example.org/envelope.json | dci digest`,
  arguments: [{ name: '[file]', description: 'envelope; - or nothing: standard input' }],
  withoutConfiguration: true,
  async run(context) {
    const document = readJson(await context.readInput(context.arguments[0]));
    const digest = envelopeDigest(document, context.crypto);
    context.print(context.json ? JSON.stringify({ digest }) : digest);
    return 0;
  },
};
