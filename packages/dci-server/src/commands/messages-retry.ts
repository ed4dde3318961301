import { DciError, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { messageOptions, messageQuery } from './message-query.ts';
import { outgoingStoreOf } from './receiver-input.ts';

/** `dci messages retry`. */
export const messagesRetry: CliCommand = {
  name: 'messages retry',
  summary: 'deliver messages again that were given up, with all their attempts',
  help: `Access and consent are checked again before anything is sent. A receiver that is disabled must be enabled first.

Examples:
  dci messages retry --receiver mis.example.org
  dci messages retry --reason http_500
  dci messages retry --all`,
  options: [...messageOptions, { flags: '--all', description: 'every message that was given up' }],
  run: async (context) => {
    const query = messageQuery(context);
    if (Object.keys(query).length === 0 && context.options.all !== true) {
      throw new DciError('err.configuration.invalid', 'say which messages, or --all');
    }
    const count = await outgoingStoreOf(await context.openState()).retry(query, context.clock.now());
    context.print(context.json ? writeJson({ retried: count }) : `messages to be delivered again: ${count}`);
    return count === 0 ? 1 : 0;
  },
};
