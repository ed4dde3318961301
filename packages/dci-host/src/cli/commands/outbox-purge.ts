import { DciError } from 'dci-core';
import { createOutbox } from '../../stores/sqlite/outbox.ts';
import type { CliCommand } from '../command.ts';
import { integerOption, textOption } from '../options.ts';

const day = 24 * 60 * 60 * 1000;

/** `dci outbox purge`: dead jobs are removed. */
export const outboxPurgeCommand: CliCommand = {
  name: 'outbox purge',
  summary: 'remove dead jobs for ever',
  help: `
Pending jobs are never removed.

Example:
  dci outbox purge --dead --older-than 30`,
  options: [
    { flags: '--dead', description: 'remove dead jobs; says that this is meant', required: true },
    { flags: '--older-than <days>', description: 'only those that have been dead for this many days', required: true },
    { flags: '--queue <queue>', description: 'only those of this queue' },
  ],
  async run(context) {
    if (context.options.dead !== true) throw new DciError('err.request.bad', '--dead is required');
    const days = integerOption(context, 'olderThan', { least: 0, most: 36_500 }) ?? 0;
    const queue = textOption(context, 'queue');
    const { database, clock } = await context.openState();
    const outbox = createOutbox(database.durable);
    const count = await database.commit(() => outbox.purgeDead(clock.now() - days * day, queue));
    if (context.json) context.print(JSON.stringify({ count }));
    else context.print(count === 1 ? '1 dead job was removed' : `${count} dead jobs were removed`);
    return 0;
  },
};
