/**
 * Lets everybody who asks at the same time share one piece of work. It ends early only when the last of them has gone: one
 * who gives up does not end what others wait for.
 *
 * @param work - gets the signal that ends it
 * @returns starts the work, or waits for the one that is under way; rejects with the reason of the caller's signal
 */
export function shareWork<T>(work: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  interface Shared {
    readonly result: Promise<T>;
    readonly controller: AbortController;
    waiting: number;
  }
  let running: Shared | undefined;

  const start = (): Shared => {
    const controller = new AbortController();
    const shared: Shared = { result: work(controller.signal), controller, waiting: 0 };
    const end = (): void => {
      if (running === shared) running = undefined;
    };
    shared.result.then(end, end);
    return shared;
  };

  return async (signal) => {
    signal.throwIfAborted();
    running ??= start();
    const shared = running;
    shared.waiting += 1;
    const { promise: ended, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([shared.result, ended]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      shared.waiting -= 1;
      if (shared.waiting === 0) {
        // Whoever comes now must not join what is being ended.
        if (running === shared) running = undefined;
        shared.controller.abort(signal.reason);
      }
    }
  };
}
