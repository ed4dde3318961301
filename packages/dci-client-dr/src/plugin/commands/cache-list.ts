import { countOption, textOption } from 'dci-client/service';
import { writeJson } from 'dci-core';
import type { CliCommand } from 'dci-host';
import type { DrOptions } from '../options.ts';
import { entryView } from './cache-view.ts';
import { cacheOf, openForCommand, sourceOption } from './command-input.ts';

const columns = ['key', 'source', 'record', 'fetched_at', 'age_seconds', 'expires_at'] as const;
const mostListed = 10_000;

/**
 * `dci dr cache list`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function cacheListCommand(options: DrOptions): CliCommand {
  return {
    name: 'dr cache list',
    summary: 'list what is kept, by keyed hash: when it was fetched, not what it says',
    options: [
      sourceOption,
      { flags: '--limit <n>', description: `at most as many, up to ${mostListed}`, default: '100' },
      { flags: '--after <key>', description: 'go on after this key' },
    ],
    run: async (context) => {
      const limit = countOption(context, 'limit', { most: mostListed }) ?? 100;
      const after = textOption(context, 'after');
      const opened = await openForCommand(context, options);
      const source = textOption(context, 'source');
      const now = context.clock.now();
      const answers = await cacheOf(opened).list({
        limit,
        ...(source !== undefined && { source }),
        ...(after !== undefined && { after }),
      });
      const views = answers.map((answer) => entryView(answer, now));
      if (context.json) context.print(writeJson(views));
      else if (views.length === 0) context.print('Nothing is kept.');
      else {
        context.table(
          columns.map((column) => column.replaceAll('_', ' ')),
          views.map((view) => columns.map((column) => String(view[column] ?? ''))),
        );
        const last = views.at(-1);
        if (views.length === limit && last !== undefined)
          context.warn(`${limit} are shown; more with --after ${last.key}`);
      }
      return 0;
    },
  };
}
