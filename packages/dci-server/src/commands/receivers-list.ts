import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { createSqliteReceiverStore } from '../stores/sqlite/receiver-store.ts';
import { receiverView } from './receiver-view.ts';

const columns = ['receiver_id', 'state', 'failures', 'failing_since', 'last_reason', 'pending', 'dead'] as const;

/** `dci receivers list`. */
export const receiversList: CliCommand = {
  name: 'receivers list',
  summary: 'list the parties that messages went to, with what waits for them',
  run: async (context) => {
    const { database } = await context.openState();
    const now = context.clock.now();
    const views = (await createSqliteReceiverStore(database).list()).map((summary) => receiverView(summary, now));
    if (context.json) context.print(writeJson(views));
    else if (views.length === 0) context.print('Nothing has been sent yet.');
    else {
      context.table(
        columns.map((column) => column.replaceAll('_', ' ')),
        views.map((view) => columns.map((column) => String(view[column] ?? ''))),
      );
    }
    return 0;
  },
};
