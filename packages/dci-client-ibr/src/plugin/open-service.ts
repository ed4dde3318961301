import type { DciClient } from 'dci-client';
import type { DciClientPlugin } from 'dci-client/plugin';
import type { HostContext } from 'dci-host';
import type { DuplicationCheckLog } from '../check-log.ts';
import { type IbrService, ibrService } from '../service.ts';
import { type BeneficiarySource, requireBeneficiaries } from '../source.ts';
import { createSqliteCheckLog } from './stores/sqlite/check-log.ts';

/** What the plug-in is given. */
export interface IbrOptions {
  /** The client plug-in of the same host; it stands before this one. */
  readonly client: Pick<DciClientPlugin, 'client' | 'clientFor'>;
  /** Codes of the data sources that are beneficiary registries. */
  readonly sources: readonly string[];
  /** Time for the questions to each source, in seconds; absent: 30. */
  readonly timeoutSeconds?: number;
  /** Whether a registry that shows no identifiers is believed that a record matches; absent: no. */
  readonly acceptUnshownIdentifiers?: boolean;
  /** Days after which a check and the decisions on it are removed; absent: they are kept. */
  readonly retentionDays?: number;
}

/** The service of a host, and the log that it writes. */
export interface OpenedService {
  readonly service: IbrService;
  readonly checks: DuplicationCheckLog;
}

/**
 * Makes the service on the state of a host.
 *
 * @param options - of the plug-in
 * @param context - the state
 * @param open - gives the client of a data source
 * @returns service and log
 */
export function openService(
  { sources, timeoutSeconds, acceptUnshownIdentifiers }: IbrOptions,
  context: HostContext,
  open: (code: string) => Promise<DciClient>,
): OpenedService {
  const checks = createSqliteCheckLog(context);
  const service = ibrService({
    clients: sources.map((code) => lateSource(code, () => open(code))),
    clock: context.clock,
    log: checks,
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(acceptUnshownIdentifiers !== undefined && { acceptUnshownIdentifiers }),
  });
  return { service, checks };
}

/**
 * A source whose client is fetched for each call: sources are changed and disabled while a host runs, and one that cannot
 * be asked must be a failed answer, not one source less.
 *
 * @param code - of the data source
 * @param open - gives its client
 * @returns the source
 */
export function lateSource(code: string, open: () => Promise<DciClient>): BeneficiarySource {
  const client = async (): Promise<DciClient> => {
    const opened = await open();
    requireBeneficiaries(opened);
    return opened;
  };
  return {
    source: code,
    registry: 'ibr',
    search: async (...call) => (await client()).search(...call),
    searchBatch: async (...call) => (await client()).searchBatch(...call),
    call: async (...call) => (await client()).call(...call),
    async *pages(...call) {
      yield* (await client()).pages(...call);
    },
  };
}
