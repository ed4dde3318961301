import type { DciClient, SubscribeReply } from 'dci-client';
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

const minute = 60_000;
const day = 24 * 60 * minute;
/** A subscription is renewed when this much of it is left, or a tenth of it where that is less. */
const renewBefore = 2 * day;
/** Between two attempts, growing. */
const delays: readonly number[] = [1, 2, 5, 15, 60].map((minutes) => minutes * minute);
/** The callback with the codes may take its time. */
const answerMs = 10 * minute;

/**
 * Defines the work that keeps sources subscribed to what the configuration says: subscribes, renews before the end, ends what
 * is not wanted any more. A registry that rejects or cannot be reached is asked again.
 *
 * @param options - clients, store, what is wanted
 * @returns the definition; its payload is `{ source }`
 */
export function keepSubscribed(options: KeepSubscribedOptions): JobDefinition {
  const { clock, logger } = options;
  return {
    queue: subscribeQueue,
    concurrency: 2,
    timeoutMs: answerMs,
    run: async ({ payload, attempt, signal }): Promise<JobOutcome> => {
      const source = String(payload.source);
      try {
        const next = await keepOne(source, options, signal);
        return next === undefined ? { kind: 'done' } : { kind: 'retry', dueAt: next, reason: 'renewal' };
      } catch (error) {
        const delay = delays[Math.min(attempt, delays.length) - 1] ?? minute;
        logger.warn(
          { ...errorFields(error), registry: source },
          'subscribing to vital events failed; it is tried again',
        );
        return { kind: 'retry', dueAt: clock.now() + delay, reason: failureReason(error) };
      }
    },
  };
}

/** @returns when to look again; `undefined` when there is nothing more to do */
async function keepOne(
  source: string,
  { client: open, store, subscribe, registryType, clock, crypto, logger }: KeepSubscribedOptions,
  signal: AbortSignal,
): Promise<number | undefined> {
  const known = await store.find(source);
  if (known === undefined && subscribe === undefined) return undefined;
  const client = await open(source);
  const wanted = subscribe === undefined ? undefined : fingerprintOf(subscribe, registryType, crypto);
  let state = known;
  if (subscribe !== undefined && wanted !== undefined && !isCurrent(known, wanted, clock.now())) {
    const handle = await subscribeEvents({ client, registryType }, { ...subscribe, signal });
    const same = known?.fingerprint === wanted ? known : undefined;
    const made = readReply(await handle.result({ signal }), same, clock.now());
    const formerCodes = [...(known?.formerCodes ?? []), ...(known?.codes ?? [])];
    state = {
      source,
      fingerprint: wanted,
      ...made,
      formerCodes: formerCodes.filter((code) => !made.codes.includes(code)),
    };
    await store.save(state, clock.now());
    logger.info({ registry: source, count: made.codes.length }, 'subscribed to vital events');
  }
  if (state === undefined) return undefined;
  const ending = subscribe === undefined ? [...state.formerCodes, ...state.codes] : state.formerCodes;
  if (ending.length > 0) {
    const { status, code } = await (await unsubscribeEvents(client, ending, { signal })).result({ signal });
    // What the registry does not know any more is over, too.
    if (status === 'rjct' && code !== 'rjct.event.already_unsubscribed' && code !== 'rjct.subscription_code.invalid') {
      throw new DciError('err.service.unavailable', 'the registry does not end a subscription');
    }
  }
  if (subscribe === undefined) {
    await store.remove(source);
    return undefined;
  }
  if (ending.length > 0) await store.save({ ...state, formerCodes: [] }, clock.now());
  return state.renewAt;
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
      : { codes, expiresAt, renewAt: expiresAt + 1_000 };
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
