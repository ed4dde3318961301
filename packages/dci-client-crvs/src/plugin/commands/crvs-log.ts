import { countOption, textOption } from 'dci-client/service';
import { DciError, type JsonObject, writeJson } from 'dci-core';
import { type CliCommand, type CliContext, printable } from 'dci-host';
import { readVitalEvent } from '../../events/fold-events.ts';
import { vitalEventTypes } from '../../events/vital-event.ts';
import {
  type LoggedEvent,
  type LogQuery,
  originOf,
  type RetryQuery,
  vitalEventStates,
} from '../../log/vital-event-log.ts';
import type { ResolvedOptions } from '../options.ts';
import { openBeside } from './command-input.ts';
import { identifierText, isoTime, loggedView, nameText } from './views.ts';

const outcomes = ['applied', 'unchanged', 'unknown_person', 'conflict', 'ignored'] as const;

const filterOptions = (sources: readonly string[]) => [
  { flags: '--type <event>', description: 'only one kind of event', choices: vitalEventTypes },
  { flags: '--source <code>', description: 'only those of one data source', choices: sources },
  { flags: '--reason <code>', description: 'only those whose last failure was this, for example conflict' },
];

function filters(context: CliContext): Pick<LogQuery, 'type' | 'source' | 'reason'> {
  const [type, source, reason] = ['type', 'source', 'reason'].map((name) => textOption(context, name));
  return {
    ...(type !== undefined && { type }),
    ...(source !== undefined && { source }),
    ...(reason !== undefined && { reason }),
  };
}

/**
 * `dci crvs log list`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsLogList(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs log list',
    summary: 'list vital events that were received, the last first',
    help: `Whose events they are is not shown; see dci crvs log show --record.

Examples:
  dci crvs log list --state error
  dci crvs log list --type Death --outcome unknown_person --json`,
    options: [
      { flags: '--state <state>', description: 'only those in one state', choices: vitalEventStates },
      { flags: '--outcome <outcome>', description: 'only those that came to this', choices: outcomes },
      ...filterOptions(options.sources),
      { flags: '--limit <n>', description: 'at most as many, up to 1,000', default: '100' },
    ],
    run: async (context) => {
      const state = vitalEventStates.find((known) => known === textOption(context, 'state'));
      const outcome = outcomes.find((known) => known === textOption(context, 'outcome'));
      const limit = countOption(context, 'limit', { most: 1_000 }) ?? 100;
      const { log } = await openBeside(context, options);
      const events = await log.list({
        ...filters(context),
        ...(state !== undefined && { state }),
        ...(outcome !== undefined && { outcome }),
        limit,
      });
      if (context.json) {
        context.print(writeJson({ events: events.map(loggedView), counts: { ...(await log.counts()) } }));
        return 0;
      }
      if (events.length === 0) context.print('There is no such event.');
      else {
        context.table(
          ['id', 'event', 'source', 'state', 'outcome', 'reason', 'attempts', 'received', 'changed'],
          events.map((event) => [
            ...[event.id, event.type, event.source, event.state, event.outcome ?? '', reasonOf(event)],
            ...[String(event.attempts), isoTime(event.receivedAt), isoTime(event.changedAt)],
          ]),
        );
      }
      if (events.length === limit) context.warn(`the last ${limit}; see more with --limit`);
      const counts = Object.entries(await log.counts()).map(([name, count]) => `${count} ${name}`);
      context.print(`in all: ${counts.join(', ')}`);
      return 0;
    },
  };
}

function reasonOf({ reason, fields }: LoggedEvent): string {
  return [reason ?? '', ...(fields.length > 0 ? [`(${fields.join(', ')})`] : [])].join(' ').trim();
}

/**
 * `dci crvs log show`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsLogShow(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs log show',
    summary: 'show one vital event, and with --record whose it is',
    help: `--preview shows what applying it would change here, without changing anything, where the sink can tell. Both show personal
data.

Examples:
  dci crvs log show 1f0c… --record
  dci crvs log show 1f0c… --preview --json`,
    arguments: [{ name: '<id>', description: 'of the event, as dci crvs log list shows it' }],
    options: [
      { flags: '--record', description: 'also the day, the person and the record' },
      { flags: '--preview', description: 'also what applying it would change here' },
    ],
    run: async (context) => {
      const { log, state } = await openBeside(context, options);
      const found = await log.find(context.arguments[0] ?? '');
      if (found === undefined) {
        context.warn('there is no event of this id');
        return 1;
      }
      const type = vitalEventTypes.find((known) => known === found.type);
      const origin = type === undefined ? undefined : originOf(found, type);
      const event = origin === undefined ? undefined : readVitalEvent(origin, state.clock, options.registryType);
      const { record, preview } = context.options;
      const shown: JsonObject = {
        ...loggedView(found),
        ...(record === true && {
          date: found.content?.date,
          identifiers: event?.identifiers.map(identifierText),
          name: event === undefined ? undefined : nameText(event.person.name),
          notification: found.content?.notification && { ...found.content.notification },
          record: found.content?.record,
        }),
      };
      if (preview !== true) {
        print(context, shown);
        return 0;
      }
      const foreseen = event === undefined ? undefined : await options.sink?.preview?.(event);
      if (foreseen === undefined) {
        print(context, shown);
        context.warn(event === undefined ? 'the record is forgotten' : 'the sink cannot tell beforehand');
        return 1;
      }
      const { outcome, changes, conflicts } = foreseen;
      const differences = (list: typeof changes): readonly JsonObject[] =>
        list.map(({ field, local, registry }) => ({ field, local: String(local ?? ''), registry: String(registry) }));
      const views = { outcome, changes: differences(changes), conflicts: differences(conflicts) };
      if (context.json) print(context, { ...shown, preview: views });
      else {
        print(context, shown);
        context.print('');
        context.print(`applying it would come to: ${outcome}`);
        const rows = [
          ...views.changes.map((each) => ['change', each] as const),
          ...views.conflicts.map((each) => ['conflict', each] as const),
        ];
        if (rows.length > 0) {
          context.table(
            ['', 'field', 'here', 'registry'],
            rows.map(([kind, { field, local, registry }]) => [kind, ...[field, local, registry].map(String)]),
          );
        }
      }
      return 0;
    },
  };
}

function print(context: CliContext, shown: JsonObject): void {
  if (context.json) {
    context.print(writeJson(shown));
    return;
  }
  context.table(
    ['property', 'value'],
    Object.entries(shown).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, printable(typeof value === 'string' ? value : writeJson(value))]];
    }),
  );
}

/**
 * `dci crvs log retry`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsLogRetry(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs log retry',
    summary: 'apply events again that failed; the running host does it',
    help: `Events of which none can be made (no_date, no_identifier, …), and those whose record is forgotten, are not tried again.
Exit code 0: some are tried again; 1: none.

Examples:
  dci crvs log retry 1f0c…
  dci crvs log retry --reason conflict
  dci crvs log retry --unknown-person     those whose person was not registered here when they came
  dci crvs log retry --all`,
    arguments: [{ name: '[id]', description: 'one event' }],
    options: [
      ...filterOptions(options.sources),
      { flags: '--unknown-person', description: 'processed events whose person was unknown' },
      { flags: '--all', description: 'every event that failed' },
    ],
    run: async (context) => {
      const [id] = context.arguments;
      const query: RetryQuery = { ...filters(context), ...(id !== undefined && { id }) };
      const isUnknown = context.options.unknownPerson === true;
      if (Object.keys(query).length === 0 && !isUnknown && context.options.all !== true) {
        throw new DciError('err.request.bad', 'say which events, or --all');
      }
      const { log, state } = await openBeside(context, options);
      const now = state.clock.now();
      const unknown = isUnknown || id !== undefined;
      const ids = [
        ...(isUnknown ? [] : await log.retry(query, now)),
        ...(unknown ? await log.retry({ ...query, outcome: 'unknown_person' }, now) : []),
      ];
      if (context.json) context.print(writeJson({ retried: ids }));
      else context.print(`events to be applied again: ${ids.length}`);
      return ids.length > 0 ? 0 : 1;
    },
  };
}
