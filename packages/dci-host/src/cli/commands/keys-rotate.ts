import { describeKey } from '../../keys/describe-key.ts';
import type { CliCommand } from '../command.ts';
import { keyOptions, readKeyOptions } from '../key-options.ts';
import { integerOption, textOption } from '../options.ts';

/** `dci keys rotate`: another key signs, or is encrypted to, from now on (protocol.md sections 3 and 11). */
export const keysRotateCommand: CliCommand = {
  name: 'keys rotate',
  summary: 'sign with a new key, or be encrypted to with it; the old ones go on while peers change over',
  help: `
A new key for signatures is published at once and signs after its lead time, so that peers know it by then.
Replaced keys for signatures stay published, replaced keys for encryption go on decrypting.

Examples:
  dci keys rotate
  dci keys rotate --retire-days 90
  dci keys rotate --lead-seconds 0                 sign with the new key from now on
  dci keys rotate --use enc
  dci keys rotate --key-id 2026-04-22-1f2e3d4c     take a pending key into use`,
  options: [
    ...keyOptions,
    { flags: '--key-id <id>', description: 'a pending key to take into use, instead of a new one' },
    {
      flags: '--retire-days <n>',
      description: 'days for which the old keys stay in use; default: keys.retireDays of the configuration',
    },
    {
      flags: '--lead-seconds <n>',
      description:
        'seconds for which the new key is published before it signs; default: keys.leadSeconds of the configuration',
    },
  ],
  async run(context) {
    const retireDays = integerOption(context, 'retireDays', { least: 0, most: 3650 });
    const leadSeconds = integerOption(context, 'leadSeconds', { least: 0, most: 30 * 24 * 3600 });
    const wanted = readKeyOptions(context);
    const keyId = textOption(context, 'keyId');
    const { keys, config, clock } = await context.openState();
    const { active, retiring } = await keys.rotate({
      ...wanted,
      ...(keyId === undefined ? {} : { keyId }),
      ...(retireDays === undefined ? {} : { retireDays }),
      ...(leadSeconds === undefined ? {} : { leadSeconds }),
    });
    if (context.json) {
      const describe = (key: typeof active) => describeKey(key, config.senderId);
      const result = { active: await describe(active), retiring: await Promise.all(retiring.map(describe)) };
      context.print(JSON.stringify(result));
    } else {
      const from = active.activatedAt ?? 0;
      const later = from > clock.now() ? ` signs from ${new Date(from).toISOString()}` : '';
      context.print(`active   ${active.keyId} (${active.algorithm})${later}`);
      for (const key of retiring) {
        const until = key.notAfter === undefined ? '' : ` until ${new Date(key.notAfter).toISOString().slice(0, 10)}`;
        context.print(`retiring ${key.keyId} (${key.algorithm})${until}`);
      }
    }
    return 0;
  },
};
