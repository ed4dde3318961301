import { DciError } from 'dci-core';
import { definePlugin, type HealthCheck, type Plugin } from 'dci-host';
import type { DuplicationCheckLog } from './check-log.ts';
import { ibrCommandGroups, ibrCommands } from './plugin/commands/ibr-commands.ts';
import { type IbrOptions, type OpenedService, openService } from './plugin/open-service.ts';
import { createRetention } from './plugin/retention.ts';
import { migrations } from './plugin/stores/sqlite/migrations.ts';
import type { IbrService } from './service.ts';

export type { IbrOptions } from './plugin/open-service.ts';
export { createSqliteCheckLog, type SqliteCheckLogOptions } from './plugin/stores/sqlite/check-log.ts';
export { migrations as checkLogMigrations } from './plugin/stores/sqlite/migrations.ts';

/** The plug-in of beneficiary registries, with what the application uses of it. */
export interface IbrPlugin extends Plugin {
  /**
   * @returns the service; every check for duplicates is kept in the state database
   * @throws DciError `err.service.unavailable` while the host is not set up
   */
  service(): IbrService;
  /**
   * @returns the log of checks
   * @throws DciError `err.service.unavailable` while the host is not set up
   */
  checks(): DuplicationCheckLog;
}

/**
 * The plug-in of a host that asks beneficiary registries: the log of checks in the state database, `dci ibr`, a health
 * check.
 *
 * @param options - the client plug-in, and the codes of the sources
 * @returns the plug-in; it stands after the client plug-in
 * @throws DciError `err.configuration.invalid` for options that cannot be used
 */
export function ibr(options: IbrOptions): IbrPlugin {
  checkOptions(options);
  let opened: OpenedService | undefined;
  const whenOpened = (): OpenedService => {
    if (opened === undefined) throw new DciError('err.service.unavailable', 'the host is not set up yet');
    return opened;
  };
  const plugin = definePlugin({
    name: 'dci-client-ibr',
    migrations,
    commands: ibrCommands(options),
    commandGroups: ibrCommandGroups,
    setup: (context) => {
      opened = openService(options, context, (code) => options.client.client(code));
      const { checks } = opened;
      const { clock, logger } = context;
      const days = options.retentionDays;
      const retention = days === undefined ? undefined : createRetention({ checks, days, clock, logger });
      return {
        healthChecks: [healthCheck(checks)],
        ...(retention !== undefined && { start: retention.start, stop: retention.stop }),
      };
    },
  });
  return { ...plugin, service: () => whenOpened().service, checks: () => whenOpened().checks };
}

function checkOptions({ sources, timeoutSeconds, retentionDays }: IbrOptions): void {
  if (sources.length === 0 || new Set(sources).size !== sources.length) {
    throw invalid('sources', 'must name at least one data source, each once');
  }
  if (timeoutSeconds !== undefined && !(timeoutSeconds > 0 && timeoutSeconds <= 3600)) {
    throw invalid('timeoutSeconds', 'must be more than 0 and not exceed 3600');
  }
  if (retentionDays !== undefined && !(retentionDays >= 1)) throw invalid('retentionDays', 'must be at least 1');
}

/**
 * Whether checks can be kept. A data source that was disabled makes no host unready: it is told in the answers, and whether
 * registries answer is for `dci sources test` to say.
 */
function healthCheck(checks: DuplicationCheckLog): HealthCheck {
  return {
    name: 'dci-client-ibr log of checks',
    check: async () => {
      await checks.find('health');
    },
  };
}

function invalid(path: string, fault: string): DciError {
  return new DciError('err.configuration.invalid', `ibr: ${path} ${fault}`, { path });
}
