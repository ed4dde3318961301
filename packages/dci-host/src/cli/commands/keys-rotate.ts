import { describeKey } from '../../keys/describe-key.ts';
import type { CliCommand } from '../command.ts';
import { integerOption, textOption } from '../options.ts';

/** `dci keys rotate`: another key signs from now on (protocol.md section 3). */
export const keysRotateCommand: CliCommand = {
  name: 'keys rotate',
  summary: 'sign with a new key; the old ones stay published while peers change over',
  help: `
Examples:
  dci keys rotate
  dci keys rotate --retire-days 90
  dci keys rotate --key-id 2026-04-22-1f2e3d4c     take a pending key into use`,
  options: [
    {
      flags: '--algorithm <name>',
      description: 'algorithm of the new key; default: keys.algorithm of the configuration',
      choices: ['ed25519', 'rs256'],
    },
    { flags: '--key-id <id>', description: 'a pending key to sign with, instead of a new one' },
    {
      flags: '--retire-days <n>',
      description: 'days for which the old keys stay published; default: keys.retireDays of the configuration',
    },
  ],
  async run(context) {
    const retireDays = integerOption(context, 'retireDays', { least: 0, most: 3650 });
    const [algorithm, keyId] = [textOption(context, 'algorithm'), textOption(context, 'keyId')];
    const { keys, config } = await context.openState();
    const { active, retiring } = await keys.rotate({
      ...(algorithm === 'ed25519' || algorithm === 'rs256' ? { algorithm } : {}),
      ...(keyId === undefined ? {} : { keyId }),
      ...(retireDays === undefined ? {} : { retireDays }),
    });
    if (context.json) {
      const describe = (key: typeof active) => describeKey(key, config.senderId);
      const result = { active: await describe(active), retiring: await Promise.all(retiring.map(describe)) };
      context.print(JSON.stringify(result));
    } else {
      context.print(`active   ${active.keyId} (${active.algorithm})`);
      for (const key of retiring) {
        const until = key.notAfter === undefined ? '' : ` until ${new Date(key.notAfter).toISOString().slice(0, 10)}`;
        context.print(`retiring ${key.keyId} (${key.algorithm})${until}`);
      }
    }
    return 0;
  },
};
