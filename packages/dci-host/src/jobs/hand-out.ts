/** Runs a bounded number of jobs at once, in the order in which they came. */
export class HandOut<Job> {
  readonly #concurrency: number;
  readonly #run: (job: Job) => Promise<void>;
  readonly #onEnded: () => void;
  #waiting: Job[] = [];
  #running = 0;
  #stopped = false;

  /**
   * @param concurrency - jobs at once
   * @param run - runs one; never rejects
   * @param onEnded - called after each
   */
  constructor(concurrency: number, run: (job: Job) => Promise<void>, onEnded: () => void = () => {}) {
    this.#concurrency = concurrency;
    this.#run = run;
    this.#onEnded = onEnded;
  }

  /** Jobs that wait for others to end. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** @param jobs - to be run after those that wait */
  add(jobs: readonly Job[]): void {
    this.#waiting.push(...jobs);
    this.#next();
  }

  /** Begins none any more. */
  stop(): void {
    this.#stopped = true;
    this.#waiting = [];
  }

  #next(): void {
    while (!this.#stopped && this.#running < this.#concurrency) {
      const job = this.#waiting.shift();
      if (job === undefined) return;
      this.#running += 1;
      void this.#run(job).finally(() => {
        this.#running -= 1;
        this.#onEnded();
        this.#next();
      });
    }
  }
}
