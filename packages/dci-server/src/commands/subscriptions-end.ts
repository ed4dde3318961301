import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { codeArgument, namedSubscription } from './subscription-input.ts';

/** `dci subscriptions end`. */
export const subscriptionsEnd: CliCommand = {
  name: 'subscriptions end',
  summary: 'end a subscription at once; what was not sent yet is not sent any more',
  arguments: [codeArgument],
  run: async (context) => {
    const found = await namedSubscription(context);
    if (found === undefined) return 1;
    const { store, subscription } = found;
    const { code } = subscription;
    const ended = await store.end([code], { endedBy: 'operator', at: context.clock.now() });
    if (ended.length === 0) {
      context.warn(`the subscription has ended before: it is ${subscription.state}`);
      return 1;
    }
    context.print(context.json ? writeJson({ code, state: 'ended' }) : `subscription ${code} is ended`);
    return 0;
  },
};
