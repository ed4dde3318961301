/** What a job is told: ids and numbers, never personal data, tokens or keys. */
export type JobPayload = Readonly<Record<string, string | number>>;

/** Work that must happen after what it belongs to is committed. */
export interface JobRequest {
  /** Name of the queue: the plug-in's name, a slash, and a name of its own, for example `dci-server/deliver`. */
  readonly queue: string;
  /** Names the work within its queue: while it is unfinished or dead, a second request of the same key has no effect. */
  readonly key: string;
  readonly payload: JobPayload;
  /** Unix milliseconds; absent: at once. */
  readonly dueAt?: number;
}

/** A job in the hands of its handler. */
export interface RunningJob {
  /** Deterministic: follows from queue and key. */
  readonly jobId: string;
  readonly queue: string;
  readonly key: string;
  readonly payload: JobPayload;
  /** From 1. */
  readonly attempt: number;
  /** Unix milliseconds at which the work was requested. */
  readonly requestedAt: number;
  /** Grows with every lease: whoever settles with an older one is refused (reliability.md CR5). */
  readonly fence: number;
  /** Aborted when its time is over or the host stops. */
  readonly signal: AbortSignal;
}

/** How an attempt ended. Reasons are codes such as `http_503`, without personal data. */
export type JobOutcome =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'retry';
      /** Unix milliseconds. */
      readonly dueAt: number;
      readonly reason: string;
    }
  | { readonly kind: 'dead'; readonly reason: string };

/** What happens to jobs in one transaction of the state database. */
export interface JobChanges {
  readonly enqueue?: readonly JobRequest[];
  readonly settle?: {
    readonly job: Pick<RunningJob, 'jobId' | 'fence'>;
    readonly outcome: JobOutcome;
  };
}

/**
 * Writes to the outbox inside a transaction of the caller, so that the work and what it belongs to are committed
 * together or not at all (protocol.md section 6).
 */
export interface JobWriter {
  /**
   * Must be called inside `StateDatabase.commit`. Jobs run after the commit; nobody needs to be told. The running job is
   * settled first, so that it may request its own key anew.
   *
   * @param changes - requests and the settlement of the running job
   * @throws DciError err.state.conflict when the job has been leased anew or ended meanwhile: roll back
   */
  apply(changes: JobChanges): void;
}

/** What a plug-in registers for one queue. */
export interface JobDefinition {
  /** Name of the queue. */
  readonly queue: string;
  /** Jobs of this queue that run at once in one process. Default 8. */
  readonly concurrency?: number;
  /** Milliseconds after which an attempt is aborted and its job leased anew. Default 60,000. */
  readonly timeoutMs?: number;
  /**
   * Does the work. It runs at least once, so it must be idempotent. A rejection, or a time that is over, is retried with
   * exponential backoff (1 s to 5 min) and becomes a dead letter after 20 in a row; an outcome that asks for a retry
   * counts them anew. The code of the error is kept and logged, never its text.
   *
   * @param job - the job
   * @returns how it ended; `settled` when the handler has settled it in a commit of its own
   */
  run(job: RunningJob): Promise<JobOutcome | 'settled'>;
}

/** The jobs of a host, as its plug-ins see them. */
export interface Jobs {
  /** For stores; the same object for all. */
  readonly writer: JobWriter;
  /**
   * Registers a queue; during `setup` only. A job of a queue that nobody registered waits.
   *
   * @throws DciError err.configuration.invalid when the queue is taken
   */
  define(definition: JobDefinition): void;
  /**
   * Requests work in a commit of its own, where it belongs to nothing else.
   *
   * @param requests - the work
   */
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  /**
   * Makes jobs due now that wait for a later time, because what they wait for has come sooner. It is a hint that is not
   * worth an fsync: where the state cannot take it, they run at their time. Jobs that are done or dead stay as they are.
   *
   * @param queue - of the jobs
   * @param keys - of the jobs
   */
  hasten(queue: string, keys: readonly string[]): void;
  /**
   * Makes jobs due now, in a commit of its own; dead ones are pending again, with all their attempts before them. For an
   * operator who has removed what made them fail.
   *
   * @param queue - of the jobs
   * @param keys - of the jobs
   * @returns how many of them there are
   */
  retry(queue: string, keys: readonly string[]): Promise<number>;
}
