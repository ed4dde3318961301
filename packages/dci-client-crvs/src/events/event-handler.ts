import type { CallbackHandler } from 'dci-client';
import { DciError } from 'dci-core';
import type { VitalEventProcessor } from '../log/event-processor.ts';
import { handlerName } from './subscribe-events.ts';

/** What {@link eventHandler} works with. */
export interface EventHandlerOptions {
  /** Code of the data source. */
  readonly source: string;
  readonly processor: Pick<VitalEventProcessor, 'receive' | 'process'>;
  /** `at-once`: a notification is done when its events are applied. `later`: when they are logged; jobs apply them. */
  readonly processing: 'at-once' | 'later';
}

/**
 * Makes the handler that turns notifications into vital events.
 *
 * @param options - data source, processor
 * @returns the handler; it is idempotent, because the log recognises repetitions. At once, it rejects when an event could not be
 *   applied and may be tried again, so that the notification is handled again later
 */
export function eventHandler({ source, processor, processing }: EventHandlerOptions): CallbackHandler {
  return {
    name: handlerName(source),
    onEvent: async (event, { signal }) => {
      const received = await processor.receive(event);
      if (processing === 'later') return;
      const failures: string[] = [];
      for (const { id } of received) {
        const result = await processor.process(id, signal);
        if (result.kind === 'busy') failures.push('busy');
        if (result.kind === 'error' && result.retryAt !== undefined) failures.push(result.reason);
      }
      const [reason] = failures;
      if (reason !== undefined) {
        throw new DciError('err.service.unavailable', `vital events not yet applied: ${failures.length} (${reason})`);
      }
    },
  };
}
