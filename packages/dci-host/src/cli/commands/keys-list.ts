import { describeKey } from '../../keys/describe-key.ts';
import type { CliCommand } from '../command.ts';

/** `dci keys list`: the host's keys, newest first. */
export const keysListCommand: CliCommand = {
  name: 'keys list',
  summary: "list the host's keys, newest first",
  help: `
Of the keys with use sig, the first active one signs; active and retiring ones stand in the host's JWKS. Of those with
use enc, the active ones stand there; retiring ones still decrypt.

Examples:
  dci keys list
  dci keys list --json`,
  async run(context) {
    const { keys, config } = await context.openState();
    const descriptions = await Promise.all((await keys.list()).map((key) => describeKey(key, config.senderId)));
    if (context.json) {
      context.print(JSON.stringify(descriptions));
    } else if (descriptions.length === 0) {
      context.print('There is no key; the first one is made when the host starts, or by: dci keys generate');
    } else {
      const columns = ['key_id', 'use', 'algorithm', 'state', 'created_at', 'not_after'];
      context.table(
        ['key id', 'use', 'algorithm', 'state', 'created', 'not after'],
        descriptions.map((description) => columns.map((name) => String(description[name] ?? ''))),
      );
    }
    return 0;
  },
};
