import { describeKey } from '../../keys/describe-key.ts';
import type { CliCommand } from '../command.ts';
import { integerOption, textOption } from '../options.ts';

/** `dci keys generate`: makes a signing key (protocol.md section 3). */
export const keysGenerateCommand: CliCommand = {
  name: 'keys generate',
  summary: 'make a signing key, which signs at once unless --pending is given',
  help: `
Prints the public key in PEM form, for peers that register keys instead of reading the host's JWKS.
A running host takes the new key into use with its next signature.

Examples:
  dci keys generate
  dci keys generate --algorithm rs256 --pending`,
  options: [
    {
      flags: '--algorithm <name>',
      description: 'algorithm; default: keys.algorithm of the configuration',
      choices: ['ed25519', 'rs256'],
    },
    { flags: '--pending', description: 'do not sign with it before "dci keys rotate --key-id" names it' },
    { flags: '--valid-days <n>', description: 'days until it neither signs nor is published; default: no end' },
  ],
  async run(context) {
    const validDays = integerOption(context, 'validDays', { least: 1, most: 36_500 });
    const algorithm = textOption(context, 'algorithm');
    const { keys, config } = await context.openState();
    const key = await keys.generate({
      ...(algorithm === 'ed25519' || algorithm === 'rs256' ? { algorithm } : {}),
      state: context.options.pending === true ? 'pending' : 'active',
      ...(validDays === undefined ? {} : { validDays }),
    });
    const description = await describeKey(key, config.senderId);
    if (context.json) {
      context.print(JSON.stringify(description));
    } else {
      context.print(`${key.state} key ${key.keyId} (${key.algorithm})\n`);
      context.print(String(description.public_key).trimEnd());
    }
    return 0;
  },
};
