import { DciError, type JsonObject, writeJson } from 'dci-core';
import type { CliCommand, CliContext, CliOption } from 'dci-host';
import type { NotifiedEventState } from '../../callbacks/notifications.ts';
import type { EventQuery, ListedEvent } from '../inspect/event-list.ts';
import { textOption } from '../option.ts';
import { createSqliteEventList } from '../stores/sqlite/event-list.ts';
import { isoTime, limitOf, limitOption, sourceOption } from './list-input.ts';

const states = ['received', 'processed', 'error'] as const satisfies readonly NotifiedEventState[];

const queryOptions: readonly CliOption[] = [
  sourceOption,
  { flags: '--handler <name>', description: 'only those of one handler' },
  { flags: '--reason <code>', description: 'only those whose last failure was this' },
];

function queryOf(context: CliContext): Omit<EventQuery, 'state'> {
  const [source, handler, reason] = ['source', 'handler', 'reason'].map((name) => textOption(context, name));
  return {
    ...(source !== undefined && { source }),
    ...(handler !== undefined && { handler }),
    ...(reason !== undefined && { reason }),
  };
}

/** `dci events list`. */
export const eventsList: CliCommand = {
  name: 'events list',
  summary: 'list the events that registries notified, newest first; never whom they are about',
  help: `received: the handler has not succeeded yet; processed: it has; error: it failed the last time. Without a handler nobody
handles the event: the subscription names none.

Examples:
  dci events list --state error
  dci events list --source crvs_main --json`,
  options: [
    ...queryOptions,
    { flags: '--state <state>', description: 'only those in one state', choices: states },
    limitOption,
  ],
  run: async (context) => {
    const limit = limitOf(context);
    const state = states.find((known) => known === textOption(context, 'state'));
    const list = createSqliteEventList(await context.openState());
    const found = await list.list({ ...queryOf(context), limit, ...(state !== undefined && { state }) });
    if (context.json) {
      context.print(writeJson(found.map(eventView)));
      return 0;
    }
    if (found.length === 0) {
      context.print('There is no such event.');
      return 0;
    }
    context.table(
      ['event id', 'source', 'event', 'record', 'state', 'handler', 'attempts', 'reason', 'receipt', 'received'],
      found.map((event) => [
        event.eventId,
        event.source,
        event.eventType,
        event.recordType,
        event.state,
        event.handler ?? '',
        String(event.attempts),
        event.reason ?? '',
        event.receipt,
        isoTime(event.receivedAt),
      ]),
    );
    if (found.length === limit) context.warn(`the newest ${limit}; see more with --limit`);
    return 0;
  },
};

/** `dci events show`. */
export const eventsShow: CliCommand = {
  name: 'events show',
  summary: 'show what became of one notified event; never its records',
  arguments: [{ name: '<event-id>', description: 'the event, as `events list` names it' }],
  run: async (context) => {
    const event = await createSqliteEventList(await context.openState()).find(context.arguments[0] ?? '');
    if (event === undefined) {
      context.warn('there is no event of this id');
      return 1;
    }
    const view = eventView(event);
    if (context.json) {
      context.print(writeJson(view));
      return 0;
    }
    context.table(
      ['property', 'value'],
      Object.entries(view).flatMap(([name, value]) =>
        value === undefined ? [] : [[name.replaceAll('_', ' '), String(value)]],
      ),
    );
    return 0;
  },
};

/** `dci events retry`. */
export const eventsRetry: CliCommand = {
  name: 'events retry',
  summary: 'have events handled again whose handler failed, and receipts sent that were not; the running host does it',
  help: `What was given up gets all its attempts again, what waits for its next attempt is due at once. Exit code 0: some are tried
again; 1: none.

Examples:
  dci events retry 9a1f0c5e-…
  dci events retry --reason err.service.unavailable
  dci events retry --all`,
  arguments: [{ name: '[event-id]', description: 'one event' }],
  options: [...queryOptions, { flags: '--all', description: 'every event that is not through' }],
  run: async (context) => {
    const [eventId] = context.arguments;
    const query = { ...queryOf(context), ...(eventId !== undefined && { eventId }) };
    if (Object.keys(query).length === 0 && context.options.all !== true) {
      throw new DciError('err.request.bad', 'say which events, or --all');
    }
    const count = await createSqliteEventList(await context.openState()).retry(query);
    context.print(context.json ? writeJson({ retried: count }) : `events to be handled again: ${count}`);
    return count > 0 ? 0 : 1;
  },
};

function eventView(event: ListedEvent): JsonObject {
  return {
    event_id: event.eventId,
    source: event.source,
    message_id: event.messageId,
    event_type: event.eventType,
    record_type: event.recordType,
    subscription_code: event.subscriptionCode,
    reference_id: event.referenceId,
    state: event.state,
    handler: event.handler,
    attempts: event.attempts,
    reason: event.reason,
    receipt: event.receipt,
    received_at: isoTime(event.receivedAt),
  };
}
