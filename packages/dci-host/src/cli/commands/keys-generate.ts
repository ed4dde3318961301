import { describeKey } from '../../keys/describe-key.ts';
import type { CliCommand } from '../command.ts';
import { keyOptions, readKeyOptions } from '../key-options.ts';
import { integerOption } from '../options.ts';

/** `dci keys generate`: makes a key for signatures or for encryption (protocol.md sections 3 and 11). */
export const keysGenerateCommand: CliCommand = {
  name: 'keys generate',
  summary: 'make a key, which is in use at once unless --pending is given',
  help: `
Prints the public key in PEM form, for peers that register keys instead of reading the host's JWKS.
A running host takes the new key into use with its next signature, or publishes it for encryption within a minute.

Examples:
  dci keys generate
  dci keys generate --algorithm rs256 --pending
  dci keys generate --use enc --algorithm RSA-OAEP-256     for peers that know only RSA, such as OpenCRVS`,
  options: [
    ...keyOptions,
    { flags: '--pending', description: 'do not use it before "dci keys rotate --key-id" names it' },
    { flags: '--valid-days <n>', description: 'days until it is used no more; default: no end' },
  ],
  async run(context) {
    const validDays = integerOption(context, 'validDays', { least: 1, most: 36_500 });
    const wanted = readKeyOptions(context);
    const { keys, config } = await context.openState();
    const key = await keys.generate({
      ...wanted,
      state: context.options.pending === true ? 'pending' : 'active',
      ...(validDays === undefined ? {} : { validDays }),
    });
    const description = await describeKey(key, config.senderId);
    if (context.json) {
      context.print(JSON.stringify(description));
    } else {
      context.print(`${key.state} ${key.use === 'enc' ? 'encryption ' : ''}key ${key.keyId} (${key.algorithm})\n`);
      context.print(String(description.public_key).trimEnd());
    }
    return 0;
  },
};
