import type { VitalEvent } from '../events/vital-event.ts';
import type { EventSink, SinkContext, SinkOutcome } from './event-sink.ts';

/** What becomes of an event that is done with, one way or another. */
export type EventOutcome = SinkOutcome | 'ignored';

/** An outcome, with names of local fields that it is about. */
export interface AppliedEvent {
  readonly outcome: EventOutcome;
  readonly fields: readonly string[];
}

const outcomes: readonly SinkOutcome[] = ['applied', 'unchanged', 'unknown_person', 'conflict'];
const fieldName = /^[\p{L}_][\p{L}\p{N}_.-]{0,63}$/u;
const mostFields = 32;

/**
 * Calls the method of a sink that an event is for.
 *
 * @param sink - the application's
 * @param event - the event
 * @param context - id, attempt, signal
 * @returns what it came to; names of fields that are none are left out, lest they carry values into the log
 * @throws what the sink throws; TypeError for an answer that is none
 */
export async function applyEvent(sink: EventSink, event: VitalEvent, context: SinkContext): Promise<AppliedEvent> {
  const answer = await call(sink, event, context);
  if (answer === undefined) return { outcome: 'ignored', fields: [] };
  const result = typeof answer === 'string' ? { outcome: answer } : answer;
  if (!outcomes.includes(result.outcome)) throw new TypeError('the sink answered with no outcome');
  const fields = [...new Set(result.fields ?? [])].filter((name) => fieldName.test(name)).slice(0, mostFields);
  return { outcome: result.outcome, fields };
}

async function call(sink: EventSink, event: VitalEvent, context: SinkContext) {
  switch (event.type) {
    case 'LiveBirth':
      return await sink.applyBirth(event, context);
    case 'Death':
      return await sink.applyDeath({ ...event, deactivation: { reason: 'deceased', date: event.date } }, context);
    case 'Marriage':
    case 'Divorce':
      return await sink.applyMaritalStatus(event, context);
    default:
      return await sink.applyOther?.(event, context);
  }
}
