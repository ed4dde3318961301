import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { decisionJob, digestJob } from '../events/event-jobs.ts';
import type { Subscription } from '../stores/subscriptions.ts';
import { parseCron } from '../subscriptions/cron.ts';
import { codeArgument, namedSubscription } from './subscription-input.ts';

/** `dci subscriptions approve`. */
export const subscriptionsApprove = decideCommand('approve', 'active', 'begin to notify a subscriber that waits');

/** `dci subscriptions reject`. */
export const subscriptionsReject = decideCommand('reject', 'rejected', 'refuse a subscription that waits');

/** The subscriber is told by the running host, as soon as it sees the job. */
function decideCommand(verb: string, state: 'active' | 'rejected', summary: string): CliCommand {
  return {
    name: `subscriptions ${verb}`,
    summary: `${summary}; it is told so`,
    arguments: [codeArgument],
    run: async (context) => {
      const found = await namedSubscription(context);
      if (found === undefined) return 1;
      const { store, subscription } = found;
      const { code } = subscription;
      const at = context.clock.now();
      const nextDigestAt = state === 'active' ? firstDigest(subscription, at) : undefined;
      const isDecided = await store.decide({
        code,
        state,
        at,
        ...(nextDigestAt === undefined ? {} : { nextDigestAt }),
        jobs: {
          enqueue: [decisionJob(code), ...(nextDigestAt === undefined ? [] : [digestJob(code, nextDigestAt)])],
        },
      });
      if (!isDecided) {
        context.warn(`the subscription does not wait for a decision: it is ${subscription.state}`);
        return 1;
      }
      context.print(context.json ? writeJson({ code, state }) : `subscription ${code} is ${state}`);
      return 0;
    },
  };
}

function firstDigest({ frequency, startsAt, expiresAt }: Subscription, now: number): number | undefined {
  if (frequency === undefined) return undefined;
  const next = parseCron(frequency).next(Math.max(now, startsAt - 1));
  return next === undefined || next > expiresAt ? undefined : next;
}
