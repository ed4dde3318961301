import type { NotifiedEvent } from 'dci-client';
import { type Clock, crvs, type Logger, type RegistryType } from 'dci-core';
import { readVitalEvent } from '../events/fold-events.ts';
import { foldNotification } from '../events/fold-notification.ts';
import { type VitalEvent, type VitalEventOrigin, vitalEventTypes } from '../events/vital-event.ts';
import { type AppliedEvent, applyEvent, type EventOutcome } from '../sink/apply-event.ts';
import type { EventSink } from '../sink/event-sink.ts';
import { newRejectedEvent, newVitalEvent } from './event-keys.ts';
import { failureReason } from './failure-reason.ts';
import {
  type ClaimedEvent,
  type NewVitalEvent,
  originOf,
  type Settlement,
  type VitalEventLog,
} from './vital-event-log.ts';

/** What became of one event. */
export type ProcessResult =
  | { readonly kind: 'processed'; readonly outcome: EventOutcome }
  /** It is an error now; `retryAt` (Unix milliseconds) where it is tried again by itself. */
  | { readonly kind: 'error'; readonly reason: string; readonly retryAt?: number }
  /** Somebody works on it, or it is not due. */
  | { readonly kind: 'busy'; readonly until: number }
  /** It was processed before, waits for `retry`, or is not there. */
  | { readonly kind: 'settled' };

/** An event that was received. */
export interface ReceivedVitalEvent {
  readonly id: string;
  /** False for a repetition. */
  readonly isNew: boolean;
}

/** Logs vital events and applies them. */
export interface VitalEventProcessor {
  /**
   * Logs the vital events of a notification; durable when the promise resolves, in logs that are.
   *
   * @param event - the notified event
   * @returns its vital events; none for what has none, for example a change of address
   */
  receive(event: NotifiedEvent): Promise<readonly ReceivedVitalEvent[]>;
  /**
   * Logs vital events that were not notified, for example those that a search found.
   *
   * @param events - the events
   * @returns them in order
   */
  receiveEvents(events: readonly VitalEvent[]): Promise<readonly ReceivedVitalEvent[]>;
  /**
   * Applies one event, if it is due.
   *
   * @param id - of the event
   * @param signal - ends the attempt; it is an error then, and tried again
   * @returns what became of it; a sink that rejects is an outcome, not an error
   */
  process(id: string, signal?: AbortSignal): Promise<ProcessResult>;
  /**
   * Applies all events that are due, one after another.
   *
   * @param signal - ends the work after the event in hand
   * @returns how many attempts were made
   */
  processDue(signal?: AbortSignal): Promise<number>;
}

/** How events are processed. */
export interface ProcessorSettings {
  /** Milliseconds that one attempt may take. Default 60,000. */
  readonly attemptMs?: number;
  /** Milliseconds between the attempts of one round; afterwards an error waits for `retry`. Default: 8 attempts in 14 hours. */
  readonly retryDelaysMs?: readonly number[];
}

/** What {@link createEventProcessor} works with. */
export interface EventProcessorOptions extends ProcessorSettings {
  readonly log: VitalEventLog;
  readonly sink: EventSink;
  readonly clock: Clock;
  readonly registryType?: RegistryType;
  readonly logger?: Logger;
}

const minute = 60_000;
const defaultDelays: readonly number[] = [1, 5, 15, 45, 120, 240, 420].map((minutes) => minutes * minute);
/** Added to the time of an attempt, so that its settlement comes before anybody else takes the event up. */
const leaseMargin = minute;
const batch = 100;
/** Events of one commit: some milliseconds of work, so that no request waits for it. */
const receivedAtOnce = 20;

/**
 * Makes a processor. Processing is at least once and fenced: an event whose processor crashed is taken up again when its lease
 * is over, and a late settlement of the former changes nothing.
 *
 * @param options - log, sink, time
 * @returns the processor
 */
export function createEventProcessor(options: EventProcessorOptions): VitalEventProcessor {
  const { log, sink, clock, registryType = crvs, logger } = options;
  const { attemptMs = minute, retryDelaysMs = defaultDelays } = options;

  const receive = async (entries: readonly NewVitalEvent[]): Promise<readonly ReceivedVitalEvent[]> => {
    if (entries.length === 0) return [];
    const received: ReceivedVitalEvent[] = [];
    for (let start = 0; start < entries.length; start += receivedAtOnce) {
      received.push(...(await log.receive(entries.slice(start, start + receivedAtOnce), clock.now())));
    }
    for (const [position, { source, rejection, type }] of entries.entries()) {
      const { id, isNew } = received[position] ?? {};
      if (rejection === undefined || isNew !== true) continue;
      logger?.warn(
        { reference_id: id, registry: source, reason: rejection, event_type: shortType(type) },
        'no vital event can be applied of a record',
      );
    }
    return received;
  };

  const settle = async ({ event, fence }: ClaimedEvent, settlement: Settlement): Promise<ProcessResult> => {
    if (!(await log.settle(event.id, fence, settlement, clock.now()))) return { kind: 'settled' };
    const fields = { reference_id: event.id, event_type: event.type, state: settlement.state, attempt: event.attempts };
    if (settlement.state === 'processed') {
      const { outcome } = settlement;
      logger?.info({ ...fields, reason: outcome }, 'vital event processed');
      return { kind: 'processed', outcome };
    }
    const { reason, retryAt } = settlement;
    logger?.warn({ ...fields, reason }, 'vital event not applied');
    return { kind: 'error', reason, ...(retryAt !== undefined && { retryAt }) };
  };

  const attempt = async (
    { event: { id }, attempt: number }: ClaimedEvent,
    origin: VitalEventOrigin,
    signal: AbortSignal | undefined,
  ): Promise<Settlement> => {
    try {
      const event = readVitalEvent(origin, clock, registryType);
      const applied = await within(attemptMs, signal, (limit) =>
        applyEvent(sink, event, { eventId: id, attempt: number, signal: limit }),
      );
      return settlementOf(applied);
    } catch (error) {
      const delay = retryDelaysMs[number - 1];
      return {
        state: 'error',
        reason: failureReason(error),
        ...(delay !== undefined && { retryAt: clock.now() + delay }),
      };
    }
  };

  const process: VitalEventProcessor['process'] = async (id, signal) => {
    const now = clock.now();
    const claim = await log.claim(id, now, now + attemptMs + leaseMargin);
    if (claim.kind === 'busy') return claim;
    if (claim.kind !== 'claimed') return { kind: 'settled' };
    const type = vitalEventTypes.find((known) => known === claim.event.type);
    const origin = type === undefined ? undefined : originOf(claim.event, type);
    if (origin === undefined) return settle(claim, { state: 'error', reason: 'no_content' });
    return await settle(claim, await attempt(claim, origin, signal));
  };

  return {
    receive: async (event) => {
      const { events, rejected } = foldNotification(event, { clock, registryType });
      const entries = [
        ...events.map((each) => newVitalEvent(each, registryType)),
        ...rejected.map((each, position) => newRejectedEvent(each, event.source, { id: event.id }, position)),
      ];
      return await receive(entries);
    },
    receiveEvents: (events) => receive(events.map((event) => newVitalEvent(event, registryType))),
    process,
    processDue: async (signal) => {
      let attempts = 0;
      const seen = new Set<string>();
      for (;;) {
        const ids = (await log.due(clock.now(), batch)).filter((id) => !seen.has(id));
        if (ids.length === 0) return attempts;
        for (const id of ids) {
          if (signal?.aborted === true) return attempts;
          seen.add(id);
          await process(id, signal);
          attempts += 1;
        }
      }
    },
  };
}

function settlementOf({ outcome, fields }: AppliedEvent): Settlement {
  return outcome === 'conflict'
    ? { state: 'error', reason: 'conflict', outcome, fields }
    : { state: 'processed', outcome, fields };
}

function shortType(type: string): string {
  return vitalEventTypes.find((known) => known === type) ?? 'other';
}

/** Lets a call end in time also where it does not heed the signal. */
async function within<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(milliseconds);
  const limit = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  limit.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(limit.reason);
    limit.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([run(limit), aborted]);
  } finally {
    if (stop !== undefined) limit.removeEventListener('abort', stop);
  }
}
