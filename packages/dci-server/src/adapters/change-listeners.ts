import type { Logger } from 'dci-core';

/** Those who want to hear of changes. */
export class ChangeListeners {
  private readonly logger: Logger | undefined;
  private readonly listeners = new Set<() => void>();

  /** @param logger - hears of a listener that fails */
  constructor(logger: Logger | undefined) {
    this.logger = logger;
  }

  /**
   * @param listener - called for every {@link ChangeListeners.notify}
   * @returns ends it
   */
  add(listener: () => void): () => void {
    // A function that is given twice is called twice, and ended one by one.
    const own = () => listener();
    this.listeners.add(own);
    return () => {
      this.listeners.delete(own);
    };
  }

  /** Calls everyone. The change is done by now, so a listener that throws cannot take it back. */
  notify(): void {
    for (const listener of [...this.listeners]) {
      try {
        listener();
      } catch {
        this.logger?.error({}, 'a listener of record changes failed');
      }
    }
  }
}
