import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { messageOptions, messageQuery, messageView, stateOption } from './message-query.ts';
import { outgoingStoreOf } from './receiver-input.ts';

const columns = ['message_id', 'receiver_id', 'action', 'state', 'attempts', 'created_at', 'last_reason'] as const;

/** `dci messages list`. */
export const messagesList: CliCommand = {
  name: 'messages list',
  summary: 'list callbacks and notifications, newest first',
  help: `Examples:
  dci messages list --state dead
  dci messages list --receiver mis.example.org --state pending --json`,
  options: [
    ...messageOptions,
    stateOption,
    { flags: '--limit <n>', description: 'at most as many, up to 1,000', default: '100' },
  ],
  run: async (context) => {
    const query = messageQuery(context);
    const views = (await outgoingStoreOf(await context.openState()).list(query)).map(messageView);
    if (context.json) context.print(writeJson(views));
    else if (views.length === 0) context.print('There is no such message.');
    else {
      context.table(
        columns.map((column) => column.replaceAll('_', ' ')),
        views.map((view) => columns.map((column) => String(view[column] ?? ''))),
      );
      if (views.length === query.limit) context.warn(`the newest ${views.length}; see more with --limit`);
    }
    return 0;
  },
};
