import type { OutgoingKind } from '../stores/outgoing.ts';

/** A call that is under way. */
export interface Flight {
  /** Aborted when the call must end. */
  readonly signal: AbortSignal;
  /** To be called when no byte leaves any more. */
  end(): void;
}

interface Entry {
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

/** The calls that are under way, by what they are about (reliability.md WH6). */
export class InFlight {
  readonly #flights = new Map<string, Set<Entry>>();

  /**
   * @param kind - of the message
   * @param subject - of the message
   * @returns the call; whatever decides about it must be read after this
   */
  begin(kind: OutgoingKind, subject: string): Flight {
    const name = nameOf(kind, subject);
    const flights = this.#flights.get(name) ?? new Set();
    this.#flights.set(name, flights);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const entry: Entry = { controller: new AbortController(), ended };
    flights.add(entry);
    return {
      signal: entry.controller.signal,
      end: () => {
        flights.delete(entry);
        if (flights.size === 0 && this.#flights.get(name) === flights) this.#flights.delete(name);
        resolve();
      },
    };
  }

  /**
   * Aborts the calls about some subjects.
   *
   * @param kind - of the messages
   * @param subjects - of the messages
   * @returns resolves once none of them sends any more
   */
  async interrupt(kind: OutgoingKind, subjects: readonly string[]): Promise<void> {
    const entries = subjects.flatMap((subject) => [...(this.#flights.get(nameOf(kind, subject)) ?? [])]);
    for (const { controller } of entries) controller.abort(new DOMException('no longer wanted', 'AbortError'));
    await Promise.all(entries.map(({ ended }) => ended));
  }
}

function nameOf(kind: OutgoingKind, subject: string): string {
  return `${kind} ${subject}`;
}
