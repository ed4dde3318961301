import { DciError, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { OutgoingState } from '../stores/outgoing.ts';
import { createSqliteReceiverStore } from '../stores/sqlite/receiver-store.ts';
import { messageOptions, messageQuery, stateOption } from './message-query.ts';
import { outgoingStoreOf } from './receiver-input.ts';

/** Why messages in a state are not delivered again. */
const refusals: Readonly<Record<Exclude<OutgoingState, 'dead'>, string>> = {
  pending: 'pending messages are tried again by themselves',
  delivered: 'delivered messages are not delivered again',
  withdrawn:
    'withdrawn messages cannot be delivered again: the access, the subscription or the sender that they were for had ended',
};

/** Messages that are counted to say that there are such. */
const mostCounted = 1_000;

/** `dci messages retry`. */
export const messagesRetry: CliCommand = {
  name: 'messages retry',
  summary: 'deliver messages again that were given up, with all their attempts',
  help: `Access and consent are checked again before anything is sent. A receiver that is disabled must be enabled first:
what is for it is given up again. Messages that were withdrawn stay so, also after their sender is enabled again.

Examples:
  dci messages retry --receiver mis.example.org
  dci messages retry --reason http_500
  dci messages retry --all`,
  options: [...messageOptions, stateOption, { flags: '--all', description: 'every message that was given up' }],
  run: async (context) => {
    const { state: wanted = 'dead', ...query } = messageQuery(context);
    if (wanted !== 'dead') throw new DciError('err.configuration.invalid', refusals[wanted]);
    if (Object.keys(query).length === 0 && context.options.all !== true && context.options.state === undefined) {
      throw new DciError('err.configuration.invalid', 'say which messages, or --all');
    }
    const state = await context.openState();
    const { receiverId } = query;
    if (receiverId !== undefined) {
      const { disabled } = await createSqliteReceiverStore(state.database).find(receiverId);
      if (disabled !== undefined) {
        context.warn(`receiver ${receiverId} is disabled; enable it first: dci receivers enable ${receiverId}`);
        return 1;
      }
    }
    const outgoing = outgoingStoreOf(state);
    const count = await outgoing.retry(query, context.clock.now());
    context.print(context.json ? writeJson({ retried: count }) : `messages to be delivered again: ${count}`);
    if (count > 0) return 0;
    const { length } = await outgoing.list({ ...query, state: 'withdrawn', limit: mostCounted });
    if (length > 0) {
      context.warn(
        `${length}${length === mostCounted ? ' or more' : ''} that match are withdrawn; ${refusals.withdrawn}`,
      );
    }
    return 1;
  },
};
