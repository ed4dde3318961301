import type { CliCommand, CliCommandGroups } from 'dci-host';
import type { IbrOptions } from '../open-service.ts';
import { ibrCheck } from './ibr-check.ts';
import { ibrChecksList, ibrChecksResolve, ibrChecksShow } from './ibr-checks.ts';
import { ibrEnrolled } from './ibr-enrolled.ts';
import { ibrStatus } from './ibr-status.ts';

/** What the help says about the groups of {@link ibrCommands}. */
export const ibrCommandGroups: CliCommandGroups = {
  ibr: 'beneficiary registries: who is enrolled where',
  'ibr checks': 'what was checked for duplicates, and what was decided',
};

/**
 * The `dci ibr` commands.
 *
 * @param options - of the plug-in
 * @returns the commands
 */
export function ibrCommands(options: IbrOptions): readonly CliCommand[] {
  return [
    ibrCheck(options),
    ibrEnrolled(options),
    ibrStatus(options),
    ibrChecksList(options),
    ibrChecksShow(options),
    ibrChecksResolve(options),
  ];
}
