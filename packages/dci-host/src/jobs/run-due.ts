import type { Clock } from 'dci-core';
import type { JobDefinitions } from './job-definitions.ts';
import type { JobRunner } from './job-runner.ts';
import type { Outbox } from './outbox.ts';

/** What jobs are run with, whatever tells when. */
export interface JobParts {
  readonly definitions: JobDefinitions;
  readonly runner: JobRunner;
  /** For finding work. */
  readonly outbox: Outbox;
  readonly clock: Clock;
}

const mostRuns = 100_000;

/**
 * Runs every job that is due, one after another, with those that they request, until none is due.
 *
 * @param parts - outbox, definitions, runner
 * @returns how many attempts were made
 * @throws Error when jobs keep requesting themselves without end
 */
export async function runDue({ definitions, runner, outbox, clock }: JobParts): Promise<number> {
  let runs = 0;
  for (;;) {
    const before = runs;
    for (const definition of definitions.all()) {
      for (const jobId of outbox.due(definition.queue, clock.now(), 100)) {
        if (await runner.run(definition, jobId)) runs += 1;
      }
    }
    if (runs === before) return runs;
    if (runs > mostRuns) throw new Error('jobs request themselves without end');
  }
}
