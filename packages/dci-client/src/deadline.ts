import { timedOut } from './failure.ts';

/**
 * Does some work within a total time, and gives up where the caller does.
 *
 * @param seconds - time for the whole work
 * @param caller - the caller's own signal
 * @param work - gets the signal that ends it; is left behind where it does not heed the signal
 * @param instead - what is returned when the time is over; absent: nothing, it throws
 * @returns what the work returns
 * @throws DciError `err.request.timeout` with the cause `timeout`; the reason of the caller's signal; what the work throws
 */
export async function withinDeadline<T>(
  seconds: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  instead?: () => T,
): Promise<T> {
  caller?.throwIfAborted();
  const controller = new AbortController();
  const { promise: ended, resolve, reject } = Promise.withResolvers<T>();
  // The promise first: what the work throws because of the signal must not be taken for the reason.
  const end = (reason: unknown): void => {
    reject(reason);
    controller.abort(reason);
  };
  const onTimeOver = (): void => {
    const reason = timedOut(seconds);
    if (instead !== undefined) resolve(instead());
    end(reason);
  };
  const timer = setTimeout(onTimeOver, seconds * 1000);
  const onCallerAbort = (): void => end(caller?.reason);
  caller?.addEventListener('abort', onCallerAbort, { once: true });
  try {
    const done = work(controller.signal);
    // It may go on, and fail, after nobody waits for it any more.
    done.catch(() => undefined);
    return await Promise.race([ended, done]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', onCallerAbort);
    ended.catch(() => undefined);
  }
}
