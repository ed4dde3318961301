import { createOutbox } from '../../stores/sqlite/outbox.ts';
import type { CliCommand } from '../command.ts';
import { printable } from '../terminal.ts';
import { describeJob } from './outbox-description.ts';

/** `dci outbox show`: one job that is not done. */
export const outboxShowCommand: CliCommand = {
  name: 'outbox show',
  summary: 'show a job that is not done',
  help: `
Example:
  dci outbox show 5b6f3a1e-0c55-8d2a-9a53-3f0f27ee1a2b`,
  arguments: [{ name: '<job-id>', description: 'as "dci outbox list" shows it' }],
  async run(context) {
    const { database } = await context.openState();
    const job = createOutbox(database.relaxed).get(context.arguments[0] ?? '');
    if (job === undefined) {
      context.warn('there is no job of that id; it may have been done');
      return 1;
    }
    const description = describeJob(job);
    if (context.json) context.print(JSON.stringify(description));
    else {
      for (const [name, value] of Object.entries(description)) {
        const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
        context.print(`${`${name.replaceAll('_', ' ')}:`.padEnd(14)}${printable(text)}`);
      }
    }
    return 0;
  },
};
