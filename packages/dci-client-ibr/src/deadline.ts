/**
 * Does some work, but waits for it no longer than allowed. Work that does not heed the signal is left behind.
 *
 * @param seconds - time for the whole work
 * @param caller - the caller's own signal
 * @param work - gets the signal that ends it
 * @returns what the work returned; `undefined` when it did not end in time
 * @throws the reason of the caller's signal; what the work throws
 */
export async function withinSeconds<T>(
  seconds: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  caller?.throwIfAborted();
  const controller = new AbortController();
  const { promise: over, resolve, reject } = Promise.withResolvers<undefined>();
  const onCallerAbort = (): void => {
    // The promise first: what the work throws because of the signal must not be taken for the reason.
    reject(caller?.reason);
    controller.abort(caller?.reason);
  };
  const timer = setTimeout(() => {
    resolve(undefined);
    controller.abort(new DOMException('The time for this source is over.', 'TimeoutError'));
  }, seconds * 1000);
  caller?.addEventListener('abort', onCallerAbort, { once: true });
  try {
    const done = work(controller.signal);
    // It may go on, and fail, after nobody waits for it any more.
    done.catch(() => undefined);
    return await Promise.race([over, done]);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener('abort', onCallerAbort);
  }
}
