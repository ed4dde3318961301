import { countOption, textOption } from 'dci-client/service';
import { writeJson } from 'dci-core';
import { type CliCommand, type CliContext, type ExitCode, printable } from 'dci-host';
import type { EventPage, EventQuery } from '../../events/search-events.ts';
import type { VitalEvent } from '../../events/vital-event.ts';
import type { ResolvedOptions } from '../options.ts';
import { serviceOf, sourceOption } from './command-input.ts';
import { withFailures } from './print-failure.ts';
import { eventView, identifierText, nameText } from './views.ts';

const mostEvents = 10_000;

/**
 * `dci crvs events`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsEvents(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs events',
    summary: 'list the vital events of some days',
    help: `Exit code 0: there are events; 1: there is none, or an answer that cannot be trusted; 2: no answer, or bad input.

Examples:
  dci crvs events --type LiveBirth --from 2026-04-01 --to 2026-04-30
  dci crvs events --type Death --from 2026-04-01 --to 2026-04-30 --all --json`,
    options: [
      { flags: '--type <event>', description: 'LiveBirth, Death, Marriage or Divorce', required: true },
      { flags: '--from <day>', description: 'first day', required: true },
      { flags: '--to <day>', description: 'last day', required: true },
      { flags: '--by <day>', description: 'which day counts', choices: ['event', 'registration'], default: 'event' },
      { flags: '--page <n>', description: 'number of the page, from 1' },
      { flags: '--page-size <n>', description: 'records a page' },
      { flags: '--all', description: `all pages, at most ${mostEvents} events` },
      sourceOption(options.sources),
    ],
    run: (context) =>
      withFailures(context, async () => {
        const query = queryOf(context);
        const service = await serviceOf(context, options);
        const events: VitalEvent[] = [];
        let last: EventPage | undefined;
        for await (const page of service.eventPages(query)) {
          events.push(...page.events);
          last = page;
          if (context.options.all !== true || events.length >= mostEvents) break;
        }
        return print(context, events, last);
      }),
  };
}

function queryOf(context: CliContext): EventQuery {
  const number = countOption(context, 'page', { most: 1_000_000 });
  const size = countOption(context, 'pageSize', { most: 10_000 });
  return {
    eventType: textOption(context, 'type') ?? '',
    from: textOption(context, 'from') ?? '',
    to: textOption(context, 'to') ?? '',
    ...(textOption(context, 'by') === 'registration' && { by: 'registration' as const }),
    page: { ...(number !== undefined && { number }), ...(size !== undefined && { size }) },
    signal: context.signal,
  };
}

function print(context: CliContext, events: readonly VitalEvent[], last: EventPage | undefined): ExitCode {
  const code = events.length > 0 ? 0 : 1;
  if (context.json) {
    context.print(writeJson({ events: events.map(eventView), total_count: last?.totalCount }));
    return code;
  }
  if (events.length > 0) {
    context.table(
      ['date', 'event', 'number', 'name', 'identifiers'],
      events.map(({ date, type, registrationNumber = '', person, identifiers }) => [
        ...[date, type, registrationNumber, nameText(person.name)],
        identifiers.map(identifierText).join(', '),
      ]),
    );
    context.print('');
  }
  const total = last?.totalCount === undefined ? '' : ` of ${last.totalCount} records`;
  context.print(`${events.length} ${events.length === 1 ? 'event' : 'events'}${total}`);
  const skipped = last?.skipped ?? 0;
  if (skipped > 0) context.warn(`records of which no such event can be made: ${skipped}`);
  const { number } = last?.next ?? {};
  if (number !== undefined) context.print(printable(`next page: the same with --page ${number}`));
  else if (last?.next !== undefined && context.options.all !== true) context.print('there are more: --all');
  return code;
}
