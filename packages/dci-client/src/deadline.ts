import { timedOut } from './failure.ts';

/**
 * Does some work within a total time, and gives up where the caller does.
 *
 * @param seconds - time for the whole work
 * @param caller - the caller's own signal
 * @param work - gets the signal that ends it; is left behind where it does not heed the signal
 * @returns what the work returns
 * @throws DciError `err.request.timeout` with the cause `timeout`; the reason of the caller's signal
 */
export async function withinDeadline<T>(
  seconds: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    // The promise first: what the work throws because of the signal must not be taken for the reason.
    reject(reason);
    controller.abort(reason);
  };
  const timer = setTimeout(() => end(timedOut(seconds)), seconds * 1000);
  const onCallerAbort = (): void => end(caller?.reason);
  caller?.addEventListener('abort', onCallerAbort, { once: true });
  try {
    return await Promise.race([ended, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', onCallerAbort);
    ended.catch(() => undefined);
  }
}
