import { parseIdentifier } from 'dci-client';
import { badOption, countOption, textOption } from 'dci-client/service';
import { DciError, formatTimestamp, writeJson } from 'dci-core';
import type { CliCommand, CliContext } from 'dci-host';
import { checkVerdicts, type LoggedCheck } from '../../check-log.ts';
import { duplicationStatuses } from '../../duplication.ts';
import { programmeLabel } from '../../enrollment.ts';
import type { IbrOptions } from '../open-service.ts';
import { openBeside, timeOption, wordOption } from './command-input.ts';
import { checkView } from './views.ts';

const checkArgument = { name: '<check-id>', description: 'as "dci ibr checks list" shows it' };

/**
 * `dci ibr checks list`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function ibrChecksList(options: IbrOptions): CliCommand {
  return {
    name: 'ibr checks list',
    summary: 'list what was checked, the latest first',
    options: [
      { flags: '--status <status>', description: 'no_match, possible, confirmed or incomplete' },
      { flags: '--undecided', description: 'what somebody must still decide on' },
      { flags: '--identifier <type:value>', description: 'checks that asked for this identifier' },
      { flags: '--asked-by <label>', description: 'checks of this caller' },
      { flags: '--since <time>', description: 'date or RFC 3339 time, included' },
      { flags: '--until <time>', description: 'date or RFC 3339 time, not included' },
      { flags: '--limit <n>', description: 'at most this many; default 100' },
    ],
    run: async (context) => {
      const identifier = textOption(context, 'identifier');
      const status = wordOption(context, 'status', duplicationStatuses);
      const askedBy = textOption(context, 'askedBy');
      const [since, until] = [timeOption(context, 'since'), timeOption(context, 'until')];
      const query = {
        ...(identifier !== undefined && { identifier: parseIdentifier(identifier) }),
        ...(status !== undefined && { status }),
        ...(askedBy !== undefined && { askedBy }),
        undecided: context.options.undecided === true,
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
        limit: countOption(context, 'limit', { most: 1_000 }) ?? 100,
      };
      const { checks } = await openBeside(context, options);
      const found = await checks.list(query);
      if (context.json) context.print(writeJson(found.map(checkView)));
      else if (found.length === 0) context.print('There is no such check.');
      else {
        context.table(
          ['check', 'at', 'status', 'complete', 'asked by', 'programmes', 'decision'],
          found.map((check) => [
            check.checkId,
            formatTimestamp(check.at),
            check.status,
            check.complete ? 'yes' : 'no',
            check.askedBy ?? '',
            [...new Set(check.matches.map(({ programme }) => programmeLabel(programme)))].join(', '),
            check.decisions.at(-1)?.verdict ?? '',
          ]),
        );
      }
      return 0;
    },
  };
}

/**
 * `dci ibr checks show`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function ibrChecksShow(options: IbrOptions): CliCommand {
  return {
    name: 'ibr checks show',
    summary: 'show a check: what every source said, what was found, what was decided',
    arguments: [checkArgument],
    run: async (context) => {
      const { checks } = await openBeside(context, options);
      const check = await checks.find(checkIdOf(context));
      if (check === undefined) {
        context.warn('there is no check of this id');
        return 1;
      }
      printCheck(context, check);
      return 0;
    },
  };
}

/**
 * `dci ibr checks resolve`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function ibrChecksResolve(options: IbrOptions): CliCommand {
  return {
    name: 'ibr checks resolve',
    summary: 'note the decision of a caseworker on a check',
    help: `duplicate: the same person, enrolled already. no_duplicate: another person, or an enrolment that does not stand in
the way. permitted: both enrolments may stand. An earlier decision stays on record; the last one counts.`,
    arguments: [checkArgument],
    options: [
      { flags: '--verdict <verdict>', description: checkVerdicts.join(', '), required: true },
      { flags: '--by <name>', description: 'who decided', required: true },
      { flags: '--note <text>', description: 'why' },
    ],
    run: async (context) => {
      const verdict = wordOption(context, 'verdict', checkVerdicts);
      const by = textOption(context, 'by');
      if (verdict === undefined || by === undefined) throw badOption('verdict', 'and --by must be given');
      const { checks } = await openBeside(context, options);
      const checkId = checkIdOf(context);
      if ((await checks.find(checkId)) === undefined) {
        context.warn('there is no check of this id');
        return 1;
      }
      const check = await checks.resolve(checkId, verdict, by, textOption(context, 'note'));
      if (context.json) context.print(writeJson(checkView(check)));
      else context.print(`check ${checkId}: ${verdict}`);
      return 0;
    },
  };
}

function checkIdOf(context: CliContext): string {
  const [checkId] = context.arguments;
  if (checkId === undefined) throw new DciError('err.request.bad', 'name the check');
  return checkId;
}

function printCheck(context: CliContext, check: LoggedCheck): void {
  if (context.json) {
    context.print(writeJson(checkView(check)));
    return;
  }
  const { askedBy, programme, sources, matches, decisions } = check;
  context.table(
    ['property', 'value'],
    [
      ['check', check.checkId],
      ['at', formatTimestamp(check.at)],
      ['asked by', askedBy ?? ''],
      ['programme', programme ?? ''],
      ['status', check.status],
      ['complete', check.complete ? 'yes' : 'no'],
      ['identifiers', String(check.identifierHashes.length)],
    ],
  );
  context.print('');
  context.table(
    ['source', 'status', 'failures'],
    sources.map(({ source, status, failures }) => [source, status, failures.join(', ')]),
  );
  if (matches.length > 0) {
    context.print('');
    context.table(
      ['match', 'programme', 'state', 'enrolled on', 'source', 'doubts'],
      matches.map((match) => [
        match.level,
        programmeLabel(match.programme),
        match.state,
        match.enrolledOn ?? '',
        match.source,
        match.doubts.join(', '),
      ]),
    );
  }
  if (decisions.length > 0) {
    context.print('');
    context.table(
      ['decision', 'by', 'at', 'note'],
      decisions.map(({ verdict, by, at, note }) => [verdict, by, formatTimestamp(at), note ?? '']),
    );
  }
}
