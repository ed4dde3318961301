import type { Logger } from 'dci-core';
import { errorFields, type JobDefinition, type JobOutcome, type RunningJob } from 'dci-host';
import { jsonBytes } from '../operations/json-bytes.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import type { DigestPart, NewNotification, NotedEvent } from '../stores/events.ts';
import type { Subscription } from '../stores/subscriptions.ts';
import { parseCron } from '../subscriptions/cron.ts';
import { notificationId } from '../subscriptions/ids.ts';
import type { SubscriptionSettings } from '../subscriptions/settings.ts';
import type { ActiveSubscription } from './active-subscriptions.ts';
import { type NotifiedEvent, newNotification, projectRecord } from './compose-notification.ts';
import { digestJob, digestQueue } from './event-jobs.ts';
import { type EventScope, isConsented, judgeEvent } from './judge-event.ts';
import type { EventWork } from './match-events.ts';

/** What the digests work with. */
export interface DigestWork extends EventWork {
  readonly settings: Pick<SubscriptionSettings, 'maxNotifiedEvents' | 'maxNotificationBytes'>;
  readonly logger: Logger;
}

/** Attempts after which the next digest is scheduled all the same; it takes what this one could not send. */
const mostAttempts = 10;

/** Two digests of a subscription are at least so far apart, but for {@link usualDelay}. */
const shortestPause = 60_000;
/** A digest that is sent so much later than it was due still counts as sent then. */
const usualDelay = 10_000;

/**
 * The job that sends the digest of a subscription: all events that wait, in notifications of bounded size, then schedules
 * the next (protocol.md section 9). Where nothing waits nothing is sent. Events are handed over in the commit that makes
 * their notification, so that a digest that is interrupted goes on where it was.
 *
 * @param work - stores, registries, time
 * @returns the definition of its queue
 */
export function digestJobDefinition(work: DigestWork): JobDefinition {
  return {
    queue: digestQueue,
    concurrency: 4,
    run: async (job: RunningJob): Promise<JobOutcome | 'settled'> => {
      const at = Number(job.payload.at);
      const active = await work.subscriptions.find(String(job.payload.code));
      // Ended, or this digest was sent and the next scheduled.
      if (active === undefined || active.subscription.nextDigestAt !== at) return { kind: 'done' };
      const registry = work.registries.find(({ type }) => type.name === active.subscription.registry);
      try {
        if (registry !== undefined) await sendWaiting(active, registry, job, work);
      } catch (error) {
        if (job.attempt < mostAttempts) throw error;
        work.logger.error(
          { ...errorFields(error), registry: active.subscription.registry },
          'a digest could not be made; its events wait for the next',
        );
      }
      await scheduleNext(active.subscription, at, job, work);
      return 'settled';
    },
  };
}

/**
 * @param subscription - with a frequency
 * @param at - when the digest before was due
 * @param now - Unix milliseconds at which it was sent
 * @returns when the next digest is due; `undefined` when there is none before the subscription ends
 */
export function nextDigestAt(
  { frequency, expiresAt }: Pick<Subscription, 'frequency' | 'expiresAt'>,
  at: number,
  now: number,
): number | undefined {
  if (frequency === undefined) return undefined;
  // Digests that were due while the host was down are sent as one, and the pause begins with that one.
  const sentAt = now - at <= usualDelay ? at : now;
  const next = parseCron(frequency).next(sentAt + shortestPause - 1);
  return next === undefined || next > expiresAt ? undefined : next;
}

async function scheduleNext(
  subscription: Subscription,
  at: number,
  job: RunningJob,
  { events, clock }: DigestWork,
): Promise<void> {
  const now = clock.now();
  const next = nextDigestAt(subscription, at, now);
  await events.noteDigest({
    now,
    notifications: [],
    dropped: [],
    next: { code: subscription.code, at: next },
    jobs: {
      enqueue: next === undefined ? [] : [digestJob(subscription.code, next)],
      settle: { job, outcome: { kind: 'done' } },
    },
  });
}

async function sendWaiting(
  active: ActiveSubscription,
  registry: ServedRegistry,
  job: RunningJob,
  work: DigestWork,
): Promise<void> {
  const { code, senderId } = active.subscription;
  for (;;) {
    job.signal.throwIfAborted();
    const waiting = await work.events.waiting(code, work.settings.maxNotifiedEvents);
    if (waiting.length === 0) return;
    const now = work.clock.now();
    const subscriber = await work.directory.find(senderId);
    const part: DigestPart =
      subscriber === undefined
        ? { now, notifications: [], dropped: waiting, jobs: {} }
        : await partOf(waiting, active, { registry, subscriber, now }, work);
    await work.events.noteDigest(part);
  }
}

async function partOf(
  waiting: readonly NotedEvent[],
  active: ActiveSubscription,
  scope: EventScope,
  work: DigestWork,
): Promise<DigestPart> {
  const dropped: NotedEvent[] = [];
  const notified: NotifiedEvent[] = [];
  for (const noted of waiting) {
    const event = await work.events.find(noted.eventNumber);
    const allowed = event === undefined ? undefined : judgeEvent(event, active, scope);
    if (event === undefined || allowed === undefined || !(await isConsented(event.record, allowed, scope))) {
      dropped.push(noted);
    } else {
      notified.push({ noted, event, allowed });
    }
  }
  const notifications = inMessages(notified, active, work.settings.maxNotificationBytes).map(
    (events): NewNotification => {
      const first = events[0]?.event.number ?? 0;
      const messageId = notificationId(active.subscription.code, first, work.crypto);
      return newNotification(active, events, { messageId, createdAt: scope.now, senderId: work.senderId }, scope);
    },
  );
  return { now: scope.now, notifications, dropped, jobs: {} };
}

/** Divides events among messages of bounded size. */
function inMessages(
  events: readonly NotifiedEvent[],
  active: ActiveSubscription,
  maxBytes: number,
): readonly (readonly NotifiedEvent[])[] {
  const messages: NotifiedEvent[][] = [];
  let bytes = 0;
  for (const event of events) {
    const size = jsonBytes(projectRecord(event, active), maxBytes);
    const last = messages.at(-1);
    if (last === undefined || bytes + size > maxBytes) {
      messages.push([event]);
      bytes = size;
    } else {
      last.push(event);
      bytes += size;
    }
  }
  return messages;
}
