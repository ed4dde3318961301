import type { AsyncHandle, DciClient, SubscribeReply } from 'dci-client';
import {
  type Clock,
  type CryptoProvider,
  canonicalJson,
  DciError,
  type Logger,
  parseTimestamp,
  type RegistryType,
} from 'dci-core';
import { errorFields, type JobDefinition, type JobOutcome } from 'dci-host';
import { checkEventTypes, subscribeEvents, unsubscribeEvents } from '../events/subscribe-events.ts';
import { failureReason } from '../log/failure-reason.ts';
import type { KeptSubscription } from './options.ts';
import type { KeptSubscriptionState, KeptSubscriptionStore } from './stores/sqlite/kept-subscription-store.ts';

/** Queue of the work that keeps sources subscribed. */
export const subscribeQueue = 'dci-client-crvs/subscribe';

/** What {@link keepSubscribed} works with. */
export interface KeepSubscribedOptions {
  readonly client: (source: string) => Promise<DciClient>;
  readonly store: KeptSubscriptionStore;
  /** Absent: what was subscribed to before is ended. */
  readonly subscribe?: KeptSubscription;
  readonly registryType: RegistryType;
  readonly clock: Clock;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  readonly logger: Logger;
}

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;
/** A subscription is renewed when this much of it is left, or a tenth of it where that is less. */
const renewBefore = 2 * day;
/** Between attempts that fail. */
const failureDelays: readonly number[] = [1, 2, 5, 15, 60].map((minutes) => minutes * minute);
/** Between looks whether the callback with the codes has come. */
const lookDelays: readonly number[] = [1, 2, 5, 15, 60].map((seconds) => seconds * second);
/** A registry that has not answered until then is asked anew. */
const longestWait = 60 * minute;

/** A request that a registry has acknowledged and not answered yet. */
interface Pending {
  readonly fingerprint: string;
  readonly handle: AsyncHandle<SubscribeReply>;
  readonly since: number;
  readonly looks: number;
}

/**
 * Defines the work that keeps sources subscribed to what the configuration says: subscribes, renews before the end, ends what
 * is not wanted any more. A registry that rejects or cannot be reached is asked again. No attempt waits for a callback: it
 * looks again later, so that a host which stops need not wait either.
 *
 * @param options - clients, store, what is wanted
 * @returns the definition; its payload is `{ source }`
 */
export function keepSubscribed(options: KeepSubscribedOptions): JobDefinition {
  const { clock, logger } = options;
  const pending = new Map<string, Pending>();
  const failures = new Map<string, number>();
  return {
    queue: subscribeQueue,
    concurrency: 2,
    run: async ({ payload, signal }): Promise<JobOutcome> => {
      const source = String(payload.source);
      try {
        const next = await keepOne(source, options, pending, signal);
        failures.delete(source);
        return next === undefined ? { kind: 'done' } : { kind: 'retry', dueAt: next, reason: 'not_due' };
      } catch (error) {
        const count = failures.get(source) ?? 0;
        failures.set(source, count + 1);
        pending.delete(source);
        logger.warn(
          { ...errorFields(error), registry: source },
          'subscribing to vital events failed; it is tried again',
        );
        return { kind: 'retry', dueAt: clock.now() + delayOf(failureDelays, count), reason: failureReason(error) };
      }
    },
  };
}

function delayOf(delays: readonly number[], count: number): number {
  return delays[Math.min(count, delays.length - 1)] ?? minute;
}

/** @returns when to look again; `undefined` when there is nothing more to do */
async function keepOne(
  source: string,
  options: KeepSubscribedOptions,
  pending: Map<string, Pending>,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { store, subscribe, registryType, clock, crypto, logger } = options;
  const known = await store.find(source);
  if (known === undefined && subscribe === undefined) return undefined;
  const client = await options.client(source);
  if (subscribe === undefined) {
    await endAll(client, [...(known?.formerCodes ?? []), ...(known?.codes ?? [])], signal);
    await store.remove(source);
    return undefined;
  }
  const wanted = fingerprintOf(subscribe, registryType, crypto);
  let state = known;
  if (!isCurrent(known, wanted, clock.now())) {
    const asked = await pendingOf(source, wanted, pending, clock.now(), () =>
      subscribeEvents({ client, registryType }, { ...subscribe, signal }),
    );
    if ((await asked.handle.state()) === 'open') {
      pending.set(source, { ...asked, looks: asked.looks + 1 });
      return clock.now() + delayOf(lookDelays, asked.looks);
    }
    const same = known?.fingerprint === wanted ? known : undefined;
    const made = readReply(await asked.handle.result({ signal }), same, clock.now());
    const formerCodes = [...(known?.formerCodes ?? []), ...(known?.codes ?? [])];
    state = {
      source,
      fingerprint: wanted,
      ...made,
      formerCodes: formerCodes.filter((code) => !made.codes.includes(code)),
    };
    await store.save(state, clock.now());
    pending.delete(source);
    logger.info({ registry: source, count: made.codes.length }, 'subscribed to vital events');
  }
  if (state !== undefined && state.formerCodes.length > 0) {
    await endAll(client, state.formerCodes, signal);
    await store.save({ ...state, formerCodes: [] }, clock.now());
  }
  return state?.renewAt;
}

/** The request that waits for its answer, or a new one where none does, or it asked for something else, or waits too long. */
async function pendingOf(
  source: string,
  fingerprint: string,
  pending: Map<string, Pending>,
  now: number,
  ask: () => Promise<AsyncHandle<SubscribeReply>>,
): Promise<Pending> {
  const there = pending.get(source);
  if (there?.fingerprint === fingerprint && now - there.since < longestWait) return there;
  const asked = { fingerprint, handle: await ask(), since: now, looks: 0 };
  pending.set(source, asked);
  return asked;
}

/** From the ACK on the client takes no notifications of them, whatever the registry answers. */
async function endAll(client: DciClient, codes: readonly string[], signal: AbortSignal): Promise<void> {
  if (codes.length > 0) await unsubscribeEvents(client, codes, { signal });
}

function isCurrent(known: KeptSubscriptionState | undefined, wanted: string, now: number): boolean {
  return known?.fingerprint === wanted && (known.renewAt === undefined || known.renewAt > now);
}

/** A registry that has the subscription already is as good as one that makes it. */
function readReply(
  { outcomes }: SubscribeReply,
  known: KeptSubscriptionState | undefined,
  now: number,
): Pick<KeptSubscriptionState, 'codes' | 'expiresAt' | 'renewAt'> {
  const rejections = outcomes.filter(({ status }) => status === 'rjct');
  if (rejections.some(({ code }) => code !== 'rjct.event.already_subscribed')) {
    throw new DciError('err.service.unavailable', 'the registry rejects the subscription');
  }
  const made = [...new Set(outcomes.flatMap((outcome) => outcome.codes))];
  if (rejections.length > 0) {
    const codes = [...new Set([...made, ...(known?.codes ?? [])])];
    // Some registries renew nothing before its end, so it is asked for again right after it.
    const expiresAt = known?.expiresAt;
    return expiresAt === undefined || expiresAt <= now
      ? { codes, renewAt: now + day }
      : { codes, expiresAt, renewAt: expiresAt + second };
  }
  const ends = outcomes.flatMap(({ expires }) => {
    const end = expires === undefined ? undefined : parseTimestamp(expires);
    return end === undefined ? [] : [end];
  });
  if (ends.length === 0) return { codes: made };
  const expiresAt = Math.min(...ends);
  const renewAt = expiresAt - Math.min(renewBefore, (expiresAt - now) / 10);
  return { codes: made, expiresAt, renewAt: Math.max(Math.round(renewAt), now + minute) };
}

function fingerprintOf(
  { eventTypes, filter, filterType, frequency, receipts, consent, authorize }: KeptSubscription,
  registryType: RegistryType,
  crypto: Pick<CryptoProvider, 'sha256'>,
): string {
  const wanted = canonicalJson({
    eventTypes: checkEventTypes(eventTypes, registryType).toSorted(),
    filter,
    filterType,
    frequency: frequency === undefined ? undefined : { ...frequency },
    receipts,
    consent,
    authorize,
  });
  return Array.from(crypto.sha256(new TextEncoder().encode(wanted)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
