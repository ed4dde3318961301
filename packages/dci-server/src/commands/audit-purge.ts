import { DciError, writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import { headText, openAudit, timeOption } from './audit-input.ts';

/**
 * `dci audit purge`.
 *
 * @returns the command
 */
export function auditPurge(): CliCommand {
  return {
    name: 'audit purge',
    summary: 'delete the oldest rows of the audit for good; the rest stays verifiable',
    help: 'Export first what the law wants kept. The purge leaves a row of its own.',
    options: [{ flags: '--before <time>', description: 'rows older than this date or time', required: true }],
    run: async (context) => {
      const before = timeOption(context, 'before');
      if (before === undefined) throw new DciError('err.configuration.invalid', 'give --before');
      if (before > context.clock.now()) {
        throw new DciError('err.configuration.invalid', '--before must not lie in the future');
      }
      const { config } = await context.openState();
      const audit = await openAudit(context);
      const deleted = await audit.purge(before);
      if (deleted > 0) {
        const purpose = `${deleted} rows before ${new Date(before).toISOString()}`;
        await audit.append([
          { senderId: config.senderId, registry: '-', action: 'audit-purge', purpose, recordKeys: [], count: 0 },
        ]);
      }
      const [newest] = await audit.list({ limit: 1 });
      const head = newest === undefined ? undefined : headText(newest);
      context.print(
        context.json
          ? writeJson({ deleted, head })
          : `${deleted} rows deleted${head === undefined ? '' : `; head ${head}`}`,
      );
      return 0;
    },
  };
}
