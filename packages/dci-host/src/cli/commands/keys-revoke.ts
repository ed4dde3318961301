import { describeKey } from '../../keys/describe-key.ts';
import type { CliCommand } from '../command.ts';

/** `dci keys revoke`: a key is used no more (protocol.md section 3). */
export const keysRevokeCommand: CliCommand = {
  name: 'keys revoke',
  summary: 'revoke a key at once and for ever; its private part is deleted',
  help: `
A running host neither signs nor decrypts with it nor publishes it from its next request on. To replace a key without a gap, use
"dci keys rotate".

Example:
  dci keys revoke 2026-04-22-1f2e3d4c`,
  arguments: [{ name: '<key-id>', description: 'as "dci keys list" shows it' }],
  async run(context) {
    const { keys, config } = await context.openState();
    const known = (await keys.list()).some(({ keyId }) => keyId === context.arguments[0]);
    if (!known) {
      context.warn('there is no key of that id');
      return 1;
    }
    const key = await keys.revoke(context.arguments[0] ?? '');
    const remaining = (await keys.list()).filter(({ use, state }) => use === key.use && state === 'active').length;
    if (context.json) context.print(JSON.stringify(await describeKey(key, config.senderId)));
    else context.print(`revoked ${key.keyId} (${key.algorithm})`);
    if (remaining === 0) {
      context.warn(
        key.use === 'sig'
          ? 'warning: no active key is left; the host cannot sign. Run: dci keys generate'
          : 'warning: no active key is left; peers cannot encrypt to the host. Run: dci keys generate --use enc',
      );
    }
    return 0;
  },
};
