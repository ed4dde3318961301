import { createOutbox } from '../../stores/sqlite/outbox.ts';
import type { CliCommand } from '../command.ts';
import { integerOption, textOption } from '../options.ts';
import { describeJob } from './outbox-description.ts';

const columns = ['job_id', 'queue', 'state', 'attempt', 'due_at', 'last_reason'] as const;

/** `dci outbox list`: the jobs that are not done. */
export const outboxListCommand: CliCommand = {
  name: 'outbox list',
  summary: 'list jobs that are not done, those due first at first',
  help: `
A job is pending until it is done. One that was given up is dead: it stays until "dci outbox retry" or "dci outbox
purge", and its reason is a code such as err.service.unavailable.

Examples:
  dci outbox list --state dead
  dci outbox list --queue dci-server/deliver --limit 1000 --json`,
  options: [
    { flags: '--state <state>', description: 'only jobs of this state', choices: ['pending', 'dead'] },
    { flags: '--queue <queue>', description: 'only jobs of this queue' },
    { flags: '--limit <n>', description: 'how many at most', default: '100' },
  ],
  async run(context) {
    const limit = integerOption(context, 'limit', { least: 1, most: 100_000 }) ?? 100;
    const [state, queue] = [textOption(context, 'state'), textOption(context, 'queue')];
    const { database } = await context.openState();
    const jobs = createOutbox(database.relaxed)
      .list({
        limit,
        ...(state === 'pending' || state === 'dead' ? { state } : {}),
        ...(queue === undefined ? {} : { queue }),
      })
      .map(describeJob);
    if (context.json) context.print(JSON.stringify(jobs));
    else if (jobs.length === 0) context.print('There is no such job.');
    else {
      const headings = columns.map((column) => column.replace('_', ' '));
      context.table(
        headings,
        jobs.map((job) => columns.map((column) => String(job[column] ?? ''))),
      );
      if (jobs.length === limit) context.warn(`the first ${limit}; see more with --limit`);
    }
    return 0;
  },
};
