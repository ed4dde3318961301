import { type JsonObject, writeJson } from 'dci-core';
import { type CliCommand, type CliContext, printable } from 'dci-host';
import type { HeldSubscription } from '../../callbacks/subscriptions.ts';
import { awaitAnswer } from '../await-answer.ts';
import type { DciClientOptions } from '../client-plugin.ts';
import { countOption } from '../option.ts';
import { openSources } from '../sources/open-sources.ts';
import { isoTime } from './list-input.ts';
import { sourceArgument } from './source-input.ts';

/**
 * `dci sources subscriptions list`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function sourcesSubscriptionsList(options: DciClientOptions): CliCommand {
  return {
    name: 'sources subscriptions list',
    summary: 'list the subscriptions that this host holds at registries, newest first',
    help: `pending: the registry has not decided yet; active; ending: it was asked to end it; ended. Those that others hold here
are listed by dci subscriptions list.`,
    arguments: [{ ...sourceArgument, name: '[code]', description: 'only those of one data source' }],
    options: [{ flags: '--ended', description: 'ended ones too' }],
    run: async (context) => {
      const { subscriptions } = openSources(await context.openState(), options);
      const found = await subscriptions.list(context.arguments[0], { ended: context.options.ended === true });
      if (context.json) {
        context.print(writeJson(found.map(subscriptionView)));
        return 0;
      }
      if (found.length === 0) {
        context.print('There is no subscription.');
        return 0;
      }
      context.table(
        ['subscription', 'source', 'events', 'records', 'state', 'handler', 'receipts', 'since', 'expires'],
        found.map((held) => [
          held.code,
          held.source,
          held.eventTypes.join(', '),
          held.recordType ?? '',
          held.state,
          held.handler ?? '',
          held.receipts ? 'yes' : 'no',
          isoTime(held.since),
          held.expiresAt === undefined ? '' : isoTime(held.expiresAt),
        ]),
      );
      return 0;
    },
  };
}

/**
 * `dci sources subscriptions end`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function sourcesSubscriptionsEnd(options: DciClientOptions): CliCommand {
  return {
    name: 'sources subscriptions end',
    summary: 'end a subscription that this host holds at a registry',
    help: `The registry is asked, and answers at the running host. Exit code 0: ended, or acknowledged and not answered yet;
1: rejected, or there is no such subscription; 2: not acknowledged, or bad input.

Examples:
  dci sources subscriptions end crvs_main SUB-3f6c8a
  dci sources subscriptions end crvs_main SUB-3f6c8a --only-here`,
    arguments: [
      sourceArgument,
      { name: '<subscription>', description: 'its code, as `sources subscriptions list` has it' },
    ],
    options: [
      { flags: '--wait <seconds>', description: 'wait for the answer', default: '20' },
      { flags: '--only-here', description: 'do not ask the registry, which may be gone; what it notifies is refused' },
    ],
    run: async (context) => {
      const [source = '', code = ''] = context.arguments;
      const seconds = countOption(context, 'wait', { least: 0, most: 3_600 }) ?? 20;
      const { subscriptions, clients } = openSources(await context.openState(), options);
      const held = await subscriptions.find(source, code);
      if (held === undefined) {
        context.warn('there is no such subscription');
        return 1;
      }
      if (context.options.onlyHere === true) {
        await subscriptions.setState(source, code, 'ended');
        return printEnd(context, held, { state: 'ended' });
      }
      const { client } = await clients.open(source);
      const handle = await client.unsubscribe([code], { signal: context.signal });
      const reply = await awaitAnswer(context, handle, seconds);
      const now = (await subscriptions.find(source, code)) ?? held;
      const { status, code: reason } = reply ?? {};
      const isRejected = status === 'rjct' && now.state !== 'ended';
      return printEnd(context, held, {
        state: now.state,
        transactionId: handle.transactionId,
        ...(isRejected && { rejected: reason ?? 'no reason' }),
      });
    },
  };
}

interface End {
  readonly state: HeldSubscription['state'];
  readonly transactionId?: string;
  readonly rejected?: string;
}

function printEnd(context: CliContext, { source, code }: HeldSubscription, end: End): 0 | 1 {
  const { state, transactionId, rejected } = end;
  if (context.json) {
    context.print(writeJson({ source, code, state, transaction_id: transactionId, rejected }));
  } else if (rejected !== undefined) {
    context.warn(printable(`the registry goes on with it: ${rejected}`));
  } else if (state === 'ended') {
    context.print(printable(`subscription ${code} of ${source} is ended`));
  } else {
    context.print(
      printable(`subscription ${code} of ${source} is ending; the answer is still to come (${transactionId})`),
    );
  }
  return rejected === undefined ? 0 : 1;
}

function subscriptionView(held: HeldSubscription): JsonObject {
  return {
    code: held.code,
    source: held.source,
    state: held.state,
    event_types: held.eventTypes,
    record_type: held.recordType,
    handler: held.handler,
    receipts: held.receipts,
    transaction_id: held.transactionId,
    since: isoTime(held.since),
    expires_at: held.expiresAt === undefined ? undefined : isoTime(held.expiresAt),
  };
}
