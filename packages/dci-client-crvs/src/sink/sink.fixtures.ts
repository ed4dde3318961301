import type { VitalEvent } from '../events/vital-event.ts';
import type { EventSink, SinkContext, SinkOutcome, SinkResult } from './event-sink.ts';

/** A sink that notes what it is told. */
export interface NotingSink extends EventSink {
  readonly calls: readonly { readonly method: string; readonly event: VitalEvent; readonly context: SinkContext }[];
  /** Sets what the next calls answer. */
  answer(next: () => Promise<SinkOutcome | SinkResult> | SinkOutcome | SinkResult): void;
}

/** @returns a sink that applies everything until it is told otherwise */
export function notingSink(): NotingSink {
  const calls: { method: string; event: VitalEvent; context: SinkContext }[] = [];
  let answer: () => Promise<SinkOutcome | SinkResult> | SinkOutcome | SinkResult = () => 'applied';
  const method = (name: string) => async (event: VitalEvent, context: SinkContext) => {
    calls.push({ method: name, event, context });
    return await answer();
  };
  return {
    calls,
    answer: (next) => {
      answer = next;
    },
    applyBirth: method('applyBirth'),
    applyDeath: method('applyDeath'),
    applyMaritalStatus: method('applyMaritalStatus'),
  };
}
