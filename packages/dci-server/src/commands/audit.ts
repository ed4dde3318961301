import type { RegistryType } from 'dci-core';
import type { CliCommand, CliCommandGroups } from 'dci-host';
import { auditExport } from './audit-export.ts';
import { auditFind, auditList } from './audit-list.ts';
import { auditPurge } from './audit-purge.ts';
import { auditVerify } from './audit-verify.ts';

/** What the help says about the group of {@link auditCommands}. */
export const auditCommandGroups: CliCommandGroups = {
  audit: 'who was told what, and whether the record of it is whole',
};

/**
 * The `dci audit` commands.
 *
 * @param registryTypes - the registries that the configured server answers for
 * @returns the commands
 */
export function auditCommands(registryTypes: readonly RegistryType[]): readonly CliCommand[] {
  return [auditList(), auditFind(registryTypes), auditVerify(), auditExport(), auditPurge()];
}
