import { DciError } from 'dci-core';
import { createOutbox } from '../../stores/sqlite/outbox.ts';
import type { CliCommand } from '../command.ts';
import { textOption } from '../options.ts';

/** `dci outbox retry`: jobs are due now, dead ones as if they were new. */
export const outboxRetryCommand: CliCommand = {
  name: 'outbox retry',
  summary: 'run a job, or all dead ones, as soon as the host can',
  help: `
A dead job is pending again, with all its attempts before it. A pending one is due at once. A running host finds them
within a second; without one they run when it starts.

Examples:
  dci outbox retry 5b6f3a1e-0c55-8d2a-9a53-3f0f27ee1a2b
  dci outbox retry --all --queue dci-server/process`,
  arguments: [{ name: '[job-id]', description: 'as "dci outbox list" shows it' }],
  options: [
    { flags: '--all', description: 'every dead job' },
    { flags: '--queue <queue>', description: 'with --all: only those of this queue' },
  ],
  async run(context) {
    const [jobId] = context.arguments;
    const all = context.options.all === true;
    const queue = textOption(context, 'queue');
    if ((jobId === undefined) === !all) throw new DciError('err.request.bad', 'name either a job or --all');
    if (queue !== undefined && !all) throw new DciError('err.request.bad', '--queue goes with --all');
    const { database, clock } = await context.openState();
    const outbox = createOutbox(database.durable);
    const count = await database.commit(() =>
      jobId === undefined ? outbox.retryDead(queue, clock.now()) : Number(outbox.retry(jobId, clock.now())),
    );
    if (jobId !== undefined && count === 0) {
      context.warn('there is no job of that id; it may have been done');
      return 1;
    }
    if (context.json) context.print(JSON.stringify({ count }));
    else context.print(count === 1 ? '1 job is due now' : `${count} jobs are due now`);
    return 0;
  },
};
