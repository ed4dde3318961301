import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { messageView } from './message-query.ts';
import { outgoingStoreOf } from './receiver-input.ts';

/** `dci messages show`. */
export const messagesShow: CliCommand = {
  name: 'messages show',
  summary: 'show what became of one callback or notification; never what it says',
  arguments: [{ name: '<message-id>', description: 'the message, as `messages list` names it' }],
  run: async (context) => {
    const message = await outgoingStoreOf(await context.openState()).find(context.arguments[0] ?? '');
    if (message === undefined) {
      context.warn('there is no message of this id');
      return 1;
    }
    const view = messageView(message);
    if (context.json) context.print(writeJson(view));
    else {
      context.table(
        ['property', 'value'],
        Object.entries(view).flatMap(([name, value]) =>
          value === undefined ? [] : [[name.replaceAll('_', ' '), String(value)]],
        ),
      );
    }
    return 0;
  },
};
