import { type JsonObject, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { AsyncAction } from '../../callbacks/transactions.ts';
import type { AsyncState } from '../../dci-client.ts';
import type { ListedCallback, ListedRequest } from '../inspect/request-list.ts';
import { textOption } from '../option.ts';
import { createSqliteRequestList } from '../stores/sqlite/request-list.ts';
import { isoTime, limitOf, limitOption, shortAge, sourceOption } from './list-input.ts';

const actions = ['search', 'subscribe', 'unsubscribe', 'txn-status'] as const satisfies readonly AsyncAction[];
const states = ['open', 'answered', 'refused', 'expired'] as const satisfies readonly AsyncState[];

/** `dci requests list`. */
export const requestsList: CliCommand = {
  name: 'requests list',
  summary: 'list the requests that registries answer by callback, newest first; never what they ask',
  help: `open: the answer is still to come; answered: its last callback came; refused: the registry did not take it;
expired: no callback came in time.

Examples:
  dci requests list --state open
  dci requests list --source crvs_main --json`,
  options: [
    sourceOption,
    { flags: '--action <action>', description: 'only those of one kind', choices: actions },
    { flags: '--state <state>', description: 'only those in one state', choices: states },
    limitOption,
  ],
  run: async (context) => {
    const limit = limitOf(context);
    const source = textOption(context, 'source');
    const action = actions.find((known) => known === textOption(context, 'action'));
    const state = states.find((known) => known === textOption(context, 'state'));
    const { database, clock } = await context.openState();
    const now = clock.now();
    const found = await createSqliteRequestList(database).list(
      {
        limit,
        ...(source !== undefined && { source }),
        ...(action !== undefined && { action }),
        ...(state !== undefined && { state }),
      },
      now,
    );
    if (context.json) {
      context.print(writeJson(found.map((request) => requestView(request, now))));
      return 0;
    }
    if (found.length === 0) {
      context.print('There is no such request.');
      return 0;
    }
    context.table(
      ['transaction id', 'source', 'action', 'state', 'callbacks', 'age', 'expires'],
      found.map((request) => [
        request.transactionId,
        request.source,
        request.action,
        request.state,
        String(request.callbacks),
        shortAge((now - request.openedAt) / 1000),
        isoTime(request.expiresAt),
      ]),
    );
    if (found.length === limit) context.warn(`the newest ${limit}; see more with --limit`);
    return 0;
  },
};

/** `dci requests show`. */
export const requestsShow: CliCommand = {
  name: 'requests show',
  summary: 'show what became of one request; never what it asks and what was answered',
  arguments: [{ name: '<transaction-id>', description: 'the request, as `requests list` names it' }],
  run: async (context) => {
    const { database, clock } = await context.openState();
    const now = clock.now();
    const found = await createSqliteRequestList(database).find(context.arguments[0] ?? '', now);
    if (found === undefined) {
      context.warn('there is no request of this transaction id');
      return 1;
    }
    const view = requestView(found.request, now);
    const callbacks = found.callbacks.map(callbackView);
    if (context.json) {
      context.print(writeJson({ ...view, callbacks }));
      return 0;
    }
    context.table(
      ['property', 'value'],
      Object.entries(view).flatMap(([name, value]) =>
        value === undefined ? [] : [[name.replaceAll('_', ' '), String(value)]],
      ),
    );
    if (callbacks.length > 0) {
      context.print('');
      context.table(
        ['callback', 'status', 'final', 'received at'],
        callbacks.map((callback) => Object.values(callback).map(String)),
      );
    }
    return 0;
  },
};

function requestView(request: ListedRequest, now: number): JsonObject {
  return {
    transaction_id: request.transactionId,
    source: request.source,
    action: request.action,
    state: request.state,
    message_id: request.messageId,
    correlation_id: request.correlationId,
    handler: request.handler,
    items: request.items,
    callbacks: request.callbacks,
    opened_at: isoTime(request.openedAt),
    age_seconds: Math.max(0, Math.floor((now - request.openedAt) / 1000)),
    expires_at: isoTime(request.expiresAt),
  };
}

function callbackView({ messageId, status, final, receivedAt }: ListedCallback): JsonObject {
  return { message_id: messageId, status, final, received_at: isoTime(receivedAt) };
}
