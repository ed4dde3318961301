import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { auditView, openAudit, timeOption } from './audit-input.ts';

/** Rows that are read at a time. */
const pageRows = 1_000;

/**
 * `dci audit export`.
 *
 * @returns the command
 */
export function auditExport(): CliCommand {
  return {
    name: 'audit export',
    summary: 'print the audit as JSON lines, oldest first',
    help: 'For an archive before `dci audit purge`, or for a log system. Records are named by keyed hashes only.',
    options: [{ flags: '--since <time>', description: 'only rows from this date or time on' }],
    run: async (context) => {
      const since = timeOption(context, 'since') ?? Number.NEGATIVE_INFINITY;
      const audit = await openAudit(context);
      for (let after = 0; !context.signal.aborted; ) {
        const rows = await audit.page(after, pageRows);
        const lines = rows.filter(({ at }) => at >= since).map((row) => writeJson(auditView(row)));
        if (lines.length > 0) context.print(lines.join('\n'));
        const last = rows.at(-1);
        if (last === undefined) return 0;
        after = last.sequence;
      }
      return 2;
    },
  };
}
