import { type JsonObject, writeJson } from 'dci-core';
import type { CliCommand, HostContext } from 'dci-host';
import { inspectConnection } from '../../node/inspect-connection.ts';
import { probeDataSource } from '../../probe/probe.ts';
import type { ProbeReport } from '../../probe/report.ts';
import type { DciClientOptions } from '../client-plugin.ts';
import { textOption } from '../option.ts';
import { openSources } from '../sources/open-sources.ts';
import { namedSource, sourceArgument } from './source-input.ts';

/**
 * `dci sources test`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function sourcesTest(options: DciClientOptions): CliCommand {
  return {
    name: 'sources test',
    summary: 'find out whether a data source can be asked, and where it deviates from the standard',
    help: `Looks at the connection, the credential, the keys, the reply to a signed search for a made-up identifier that nobody
has, the clock, the dialect and the address for callbacks. Nothing is changed at the registry, and nobody is asked for.
A disabled data source can be tested too. Exit code 1: something failed; warnings alone are 0.

Examples:
  dci sources test crvs_main
  dci sources test crvs_main --identifier-type BRN --json`,
    arguments: [sourceArgument],
    options: [
      {
        flags: '--identifier-type <type>',
        description: 'type of the made-up identifier; default: the first of the registry type',
      },
    ],
    run: async (context) => {
      const state = await context.openState();
      const { directory, clients } = openSources(state, options);
      const entry = namedSource(context, directory);
      if (entry === undefined) return 1;
      const { context: opened, tls } = await clients.make(entry.settings);
      const { source, ...ports } = opened;
      const identifierType = textOption(context, 'identifierType');
      const report = await probeDataSource(
        source,
        {
          ...ports,
          ...(isPermitted(state, source.baseUrl) && { inspect: inspectConnection }),
          ...(options.dialects !== undefined && { dialects: options.dialects }),
        },
        { signal: context.signal, tls, ...(identifierType !== undefined && { search: { identifierType } }) },
      );
      if (context.json) {
        context.print(writeJson(JSON.parse(JSON.stringify(report)) as JsonObject));
      } else {
        context.table(
          ['check', 'result', 'what was found'],
          report.checks.map(({ name, status, text, hint }) => [
            name,
            status,
            hint === undefined ? text : `${text} ${hint}`,
          ]),
        );
        context.print(`\n${summaryOf(report)}`);
      }
      return report.status === 'failed' ? 1 : 0;
    },
  };
}

/** A look at the connection sends nothing; where the host would never send anything, there is nothing to look at either. */
function isPermitted({ egress }: HostContext, url: string): boolean {
  try {
    egress.checkUrl(url);
    return true;
  } catch {
    return false;
  }
}

function summaryOf({ source, status, checks }: ProbeReport): string {
  const count = (of: string): number => checks.filter((check) => check.status === of).length;
  if (status === 'ok') return `${source}: everything is as it should be`;
  return `${source}: ${count('failed')} failed, ${count('warning')} warnings`;
}
