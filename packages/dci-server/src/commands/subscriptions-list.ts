import { DciError, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { SubscriptionState } from '../stores/subscriptions.ts';
import { textOption } from './command-input.ts';
import { isoTime } from './sender-view.ts';
import { subscriptionStoreOf } from './subscription-input.ts';
import { subscriptionView } from './subscription-view.ts';

const states = ['pending', 'active', 'ended', 'expired', 'rejected'] as const;

/** `dci subscriptions list`. */
export const subscriptionsList: CliCommand = {
  name: 'subscriptions list',
  summary: 'list subscriptions, newest first',
  options: [
    { flags: '--sender <sender-id>', description: 'only those of one sender' },
    { flags: '--registry <name>', description: 'only those of one registry, for example social' },
    { flags: '--state <state>', description: 'only those in one state', choices: states },
    { flags: '--limit <n>', description: 'at most as many, up to 1,000', default: '100' },
  ],
  run: async (context) => {
    const limit = Number(textOption(context, 'limit') ?? '100');
    if (!Number.isInteger(limit) || limit < 1 || limit > 1_000) {
      throw new DciError('err.configuration.invalid', '--limit must be a number from 1 to 1000');
    }
    const senderId = textOption(context, 'sender');
    const registry = textOption(context, 'registry');
    const state = states.find((known): known is SubscriptionState => known === textOption(context, 'state'));
    const found = await subscriptionStoreOf(await context.openState()).list({
      limit,
      ...(senderId === undefined ? {} : { senderId }),
      ...(registry === undefined ? {} : { registry }),
      ...(state === undefined ? {} : { state }),
    });
    if (context.json) {
      context.print(writeJson(found.map(subscriptionView)));
      return 0;
    }
    if (found.length === 0) {
      context.print('There is no such subscription.');
      return 0;
    }
    context.table(
      ['code', 'sender', 'registry', 'events', 'records', 'frequency', 'state', 'expires'],
      found.map((subscription) => [
        subscription.code,
        subscription.senderId,
        subscription.registry,
        subscription.eventTypes.join(', '),
        subscription.recordType,
        subscription.frequency ?? 'immediate',
        subscription.state,
        isoTime(subscription.expiresAt),
      ]),
    );
    return 0;
  },
};
