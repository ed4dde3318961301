/** One queue of a {@link Queue}. */
export interface QueueSettings {
  readonly name: string;
  /** Jobs handed out at once. */
  readonly concurrency: number;
}

/**
 * Takes a job that was sent. The promise tells that the queue may forget it, whatever became of it; it never rejects.
 *
 * @param queue - name of the queue
 * @param jobId - as it was sent
 */
export type QueueHandler = (queue: string, jobId: string) => Promise<void>;

/**
 * Hands out ids of jobs. It may forget everything when it ends, and hand out an id twice: the truth is the outbox.
 * One object is started and stopped once. `testQueue` is its contract.
 */
export interface Queue {
  /**
   * Begins to hand out; what an earlier process left is forgotten.
   *
   * @param queues - every queue that will be sent to
   * @param handle - takes the jobs
   * @returns once jobs can be sent
   * @throws Error when it cannot work; it need not be stopped then
   */
  start(queues: readonly QueueSettings[], handle: QueueHandler): Promise<void>;
  /**
   * Adds jobs, which are handed out in about this order.
   *
   * @param queue - name of the queue
   * @param jobIds - the jobs
   * @throws Error when they could not be added
   */
  send(queue: string, jobIds: readonly string[]): Promise<void>;
  /** Hands out nothing any more; does not wait for handlers. Stopping twice does no harm. */
  stop(): Promise<void>;
  /** Resolves, with the reason, when a started queue cannot work any more; it stays pending otherwise. */
  readonly broken: Promise<Error>;
}
