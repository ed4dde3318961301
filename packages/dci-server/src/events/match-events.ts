import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, CryptoProvider } from 'dci-core';
import type { JobDefinition, RunningJob } from 'dci-host';
import type { ConsentRequirement } from '../adapters/adapter.ts';
import type { ServedRegistry } from '../operations/served-registry.ts';
import type { KnownSender, SenderDirectory } from '../senders/directory.ts';
import type { EventStore, NewNotification, NotedEvent, RegistryEvent } from '../stores/events.ts';
import type { Subscription } from '../stores/subscriptions.ts';
import { eventReference, notificationId } from '../subscriptions/ids.ts';
import type { ActiveSubscriptions } from './active-subscriptions.ts';
import { newNotification } from './compose-notification.ts';
import { matchQueue } from './event-jobs.ts';
import { type AllowedEvent, isConsented, judgeEvent } from './judge-event.ts';

/** What the jobs of events work with. */
export interface EventWork {
  readonly registries: readonly ServedRegistry[];
  readonly events: EventStore;
  readonly subscriptions: ActiveSubscriptions;
  readonly directory: Pick<SenderDirectory, 'find'>;
  readonly clock: Clock;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  /** The host's own id. */
  readonly senderId: string;
}

/** Notifications written in one commit, so that no request waits long for it. */
const commitBatch = 200;

/** Subscriptions judged in one turn of the event loop. */
const turnBatch = 500;

/**
 * The job that finds out which subscriptions an event concerns and makes their notifications (protocol.md section 9). It
 * may run again at any point: messages are named after subscription and event, and what is there already stays.
 *
 * @param work - stores, registries, time
 * @returns the definition of its queue
 */
export function matchJobDefinition(work: EventWork): JobDefinition {
  return {
    queue: matchQueue,
    concurrency: 4,
    run: async (job: RunningJob) => {
      const event = await work.events.find(Number(job.payload.event));
      const registry = work.registries.find(({ type }) => type.name === event?.registry);
      // Purged, or of a registry that is no longer served.
      if (event === undefined || registry === undefined) return { kind: 'done' };
      await matchEvent(event, registry, job, work);
      return 'settled';
    },
  };
}

async function matchEvent(
  event: RegistryEvent,
  registry: ServedRegistry,
  job: RunningJob,
  work: EventWork,
): Promise<void> {
  const now = work.clock.now();
  const subscribers = rememberSenders(work.directory);
  const hasConsent = rememberConsent(event, registry);
  let notifications: NewNotification[] = [];
  const waiting: NotedEvent[] = [];
  let judged = 0;
  for (const active of await work.subscriptions.of(registry.type.name, event.eventType)) {
    judged += 1;
    if (judged % turnBatch === 0) await nextTurn();
    const { subscription } = active;
    const subscriber = await subscribers(subscription.senderId);
    if (subscriber === undefined) continue;
    const scope = { registry, subscriber, now };
    const allowed = judgeEvent(event, active, scope);
    if (allowed === undefined || !(await hasConsent(allowed))) continue;
    const noted = noteOf(subscription, event, work);
    if (subscription.frequency !== undefined) {
      // After the last digest nothing would ever take it away.
      if (subscription.nextDigestAt !== undefined) waiting.push(noted);
      continue;
    }
    const messageId = notificationId(subscription.code, event.number, work.crypto);
    const frame = { messageId, createdAt: now, senderId: work.senderId };
    notifications.push(newNotification(active, [{ noted, event, allowed }], frame, scope));
    if (notifications.length >= commitBatch) {
      job.signal.throwIfAborted();
      await work.events.noteMatches({ now, notifications, waiting: [], jobs: {} });
      notifications = [];
    }
  }
  await work.events.noteMatches({
    now,
    notifications,
    waiting,
    jobs: { settle: { job, outcome: { kind: 'done' } } },
  });
}

function noteOf({ code }: Subscription, { number }: RegistryEvent, { crypto }: EventWork): NotedEvent {
  return { code, eventNumber: number, referenceId: eventReference(code, number, crypto) };
}

/**
 * A sender has many subscriptions; its policy is asked for once.
 *
 * @param directory - the senders
 * @returns looks up a sender, each once
 */
export function rememberSenders(
  directory: Pick<SenderDirectory, 'find'>,
): (senderId: string) => Promise<KnownSender | undefined> {
  const known = new Map<string, Promise<KnownSender | undefined>>();
  return (senderId) => {
    const found = known.get(senderId) ?? directory.find(senderId);
    known.set(senderId, found);
    return found;
  };
}

/** Consent is a matter of recipient and purpose: many subscriptions share one question to the registry. */
function rememberConsent(event: RegistryEvent, registry: ServedRegistry): (allowed: AllowedEvent) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const nameOf = ({ recipient, purpose }: ConsentRequirement): string => JSON.stringify([recipient, purpose]);
  return (allowed) => {
    if (allowed.consent === undefined) return Promise.resolve(true);
    const name = nameOf(allowed.consent);
    const answer = known.get(name) ?? isConsented(event.record, allowed, { registry });
    known.set(name, answer);
    return answer;
  };
}
