import { identifierArgument, identifierArguments } from 'dci-client/service';
import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DrOptions } from '../options.ts';
import { entryView } from './cache-view.ts';
import { cacheOf, openForCommand, sourceOf, sourceOption } from './command-input.ts';
import { evidenceText, evidenceView, findingRows, findingView } from './views.ts';

/**
 * `dci dr cache show`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function cacheShowCommand(options: DrOptions): CliCommand {
  return {
    name: 'dr cache show',
    summary: 'show what is kept of a registrant, without asking the registry',
    help: 'Exit code 0: something is kept; 1: nothing.',
    arguments: [identifierArgument],
    options: [sourceOption],
    run: async (context) => {
      const [identifier] = identifierArguments(context);
      const opened = await openForCommand(context, options);
      const cache = cacheOf(opened);
      const key = cache.keyOf(sourceOf(context, opened), identifier);
      const answer = (await cache.find([key])).get(key);
      if (answer === undefined) {
        context.print(context.json ? 'null' : 'Nothing is kept of this registrant.');
        return 1;
      }
      const { finding, evidence } = answer;
      const view = entryView(answer, context.clock.now());
      if (context.json) {
        context.print(writeJson({ ...view, ...(finding && findingView(finding)), evidence: evidenceView(evidence) }));
      } else {
        context.table(
          ['property', 'value'],
          [
            ...(finding === undefined ? [] : findingRows(finding)),
            ...Object.entries(view).map(([name, value]) => [name.replaceAll('_', ' '), String(value)]),
            ['answered by', evidenceText(evidence)],
          ],
        );
      }
      return 0;
    },
  };
}
