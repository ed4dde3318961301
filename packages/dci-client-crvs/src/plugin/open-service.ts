import type { DciClient } from 'dci-client';
import type { HostContext } from 'dci-host';
import { type CrvsService, crvsService } from '../crvs-service.ts';
import { createEventProcessor, type VitalEventProcessor } from '../log/event-processor.ts';
import type { VitalEventLog } from '../log/vital-event-log.ts';
import type { ResolvedOptions } from './options.ts';
import { createSqliteVitalEventLog } from './stores/sqlite/vital-event-log.ts';

/** The parts of the plug-in on the state of a host. */
export interface OpenedCrvs {
  readonly log: VitalEventLog;
  /** There with a sink only. */
  readonly processor?: VitalEventProcessor;
  /**
   * @param source - code of the data source
   * @returns its service, with the client as it is now: sources are changed while a host runs
   */
  service(source: string): Promise<CrvsService>;
}

/**
 * Opens the parts of the plug-in.
 *
 * @param options - of the plug-in
 * @param context - the state
 * @param open - gives the client of a data source
 * @returns log, processor and services
 */
export function openCrvs(
  options: ResolvedOptions,
  context: HostContext,
  open: (code: string) => Promise<DciClient>,
): OpenedCrvs {
  const { database, sealer, random, clock, logger, jobs } = context;
  const { sink, settings, registryType, recordsBy } = options;
  const log = createSqliteVitalEventLog({ database, sealer, random, jobs: jobs.writer });
  const processor =
    sink === undefined ? undefined : createEventProcessor({ log, sink, clock, logger, registryType, ...settings });
  return {
    log,
    ...(processor !== undefined && { processor }),
    service: async (source) =>
      crvsService({
        ...{ client: await open(source), clock, log, logger, registryType, settings, processing: 'later' },
        ...(sink !== undefined && { sink }),
        ...(recordsBy !== undefined && { recordsBy }),
      }),
  };
}
