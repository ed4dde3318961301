/** What the worker thread of `createWorkerQueue` is started with. */
export interface QueueStart {
  /** Names of the queues: how many jobs run at once is the main thread's matter. */
  readonly queues: readonly string[];
  /** Where a start that has been made once is kept; absent: it is made anew each time. */
  readonly cacheDirectory?: string;
}

/** What the worker is told. */
export type QueueRequest =
  | { readonly kind: 'send'; readonly id: number; readonly queue: string; readonly jobIds: readonly string[] }
  /** The handler of a job has ended. */
  | { readonly kind: 'ended'; readonly id: number };

/** An error as it is told to another thread: a clone would lose its code. */
export interface ToldError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/** What the worker says. */
export type QueueReply =
  /** It has started. */
  | { readonly kind: 'ready' }
  /** It did not start. */
  | { readonly kind: 'failed'; readonly error: ToldError }
  | { readonly kind: 'sent'; readonly id: number }
  | { readonly kind: 'not-sent'; readonly id: number; readonly error: ToldError }
  /** A job that was sent; `id` names this time. */
  | { readonly kind: 'job'; readonly id: number; readonly queue: string; readonly jobId: string }
  /** Something failed that will be done again. */
  | { readonly kind: 'trouble'; readonly error: ToldError }
  | { readonly kind: 'broken'; readonly error: ToldError };

/**
 * @param error - whatever was thrown
 * @returns what another thread is told of it
 */
export function tellError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { name: 'Error', message: 'unknown error' };
  const { name, message, stack } = error;
  return {
    name,
    message,
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}

/**
 * @param told - what the other thread said
 * @returns the error
 */
export function readError({ message, ...rest }: ToldError): Error {
  return Object.assign(new Error(message), rest);
}
