import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { AuditFault } from '../stores/audit.ts';
import { headOption, headText, openAudit } from './audit-input.ts';

const explanations: Readonly<Record<AuditFault['kind'], string>> = {
  missing: 'is missing',
  changed: 'was changed, or its place was',
  surplus: 'was not written by this host',
  index: 'is not indexed as it was: who saw a record may not be found',
  head: 'is not the one that the end of the chain, or the noted head, names',
  key: 'cannot be checked: the key of the audit is not one that this host sealed',
};

/** Rows after which a line tells how far the check is. */
const progressStep = 100_000;

/**
 * `dci audit verify`.
 *
 * @returns the command
 */
export function auditVerify(): CliCommand {
  return {
    name: 'audit verify',
    summary: 'check that no row of the audit was changed, added or taken away',
    help: `
Prints the head of the chain. Note it where nobody can change it together with the database, and give it next time with
--head: then a state that was put back as a whole shows too.`,
    options: [
      { flags: '--head <number:hash>', description: 'a head that was printed earlier and must be in the chain' },
    ],
    run: async (context) => {
      const expected = headOption(context);
      const audit = await openAudit(context);
      let told = 0;
      const { rows, head, fault } = await audit.verify({
        ...(expected === undefined ? {} : { expected }),
        progress: (checked, total) => {
          if (checked - told < progressStep) return;
          told = checked;
          context.warn(`${checked} of ${total} rows`);
        },
      });
      if (context.json) context.print(writeJson({ rows, head: headText(head), ...(fault && { fault: { ...fault } }) }));
      else if (fault === undefined) context.print(`${rows} rows are as they were written; head ${headText(head)}`);
      else
        context.print(
          `row ${fault.sequence} ${explanations[fault.kind]} (${fault.kind}); ${rows} rows before it are right`,
        );
      return fault === undefined ? 0 : 1;
    },
  };
}
