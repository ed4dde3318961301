import { identifierArguments, listOption, textOption } from 'dci-client/service';
import { writeJson } from 'dci-core';
import type { CliCommand, CliContext, ExitCode } from 'dci-host';
import type { CheckDuplicationOptions } from '../../check-duplication.ts';
import { type DuplicationResult, isClear } from '../../duplication.ts';
import type { Registrant } from '../../registrant.ts';
import type { IbrOptions } from '../open-service.ts';
import { openBeside, secondsOption } from './command-input.ts';
import { enrollmentCells, enrollmentHeadings, matchView, programmeView, sourceView, warnOfFailures } from './views.ts';

/**
 * `dci ibr check`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function ibrCheck(options: IbrOptions): CliCommand {
  return {
    name: 'ibr check',
    summary: 'is somebody enrolled already? asks all beneficiary registries',
    help: `Exit code 0: every registry answered and has nothing; 1: an enrolment was found; 2: nothing was found, but not every
registry answered. The check is kept: dci ibr checks list

  dci ibr check UIN:1234567897 NationalID:X-5550123 --programme CASH-2026 --birth-date 1990-05-17`,
    arguments: [{ name: '<type:value...>', description: 'all identifiers that are known, for example UIN:1234567897' }],
    options: [
      { flags: '--programme <id>', description: 'programme in which the person is to be enrolled' },
      {
        flags: '--exclude <id>',
        description: 'programme in which an enrolment is no duplicate; repeatable',
        repeatable: true,
      },
      { flags: '--surname <name>', description: 'shows wrong matches' },
      { flags: '--given-name <name>', description: 'shows wrong matches' },
      { flags: '--birth-date <day>', description: 'shows wrong matches; for example 1990-05-17' },
      { flags: '--sex <sex>', description: 'shows wrong matches; female, male, …' },
      { flags: '--demographic', description: 'search by surname and birth date too' },
      { flags: '--asked-by <label>', description: 'who asks, for the log' },
      { flags: '--timeout <seconds>', description: 'time for each registry' },
    ],
    run: async (context) => {
      const registrant = readPerson(context);
      const call = readOptions(context);
      const { service } = await openBeside(context, options);
      return print(context, await service.checkDuplication(registrant, call));
    },
  };
}

function readPerson(context: CliContext): Registrant {
  const [surname, givenName] = [textOption(context, 'surname'), textOption(context, 'givenName')];
  const [birthDate, sex] = [textOption(context, 'birthDate'), textOption(context, 'sex')];
  return {
    identifiers: identifierArguments(context),
    name: { ...(surname !== undefined && { surname }), ...(givenName !== undefined && { givenName }) },
    ...(birthDate !== undefined && { birthDate }),
    ...(sex !== undefined && { sex }),
  };
}

function readOptions(context: CliContext): CheckDuplicationOptions {
  const programme = textOption(context, 'programme');
  const askedBy = textOption(context, 'askedBy');
  const timeoutSeconds = secondsOption(context, 'timeout');
  return {
    ...(programme !== undefined && { programme }),
    exclude: listOption(context, 'exclude'),
    demographic: context.options.demographic === true,
    ...(askedBy !== undefined && { askedBy }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    signal: context.signal,
  };
}

function print(context: CliContext, result: DuplicationResult): ExitCode {
  const clear = isClear(result);
  if (context.json) {
    context.print(
      writeJson({
        status: result.status,
        clear,
        complete: result.complete,
        checked_at: result.checkedAt,
        check_id: result.checkId,
        programmes: result.programmes.map(({ level, sources, ...programme }) => ({
          ...programmeView(programme),
          level,
          sources,
        })),
        matches: result.matches.map(matchView),
        excluded: result.excluded.map(matchView),
        sources: result.sources.map(sourceView),
      }),
    );
  } else {
    printTable(context, result);
  }
  return clear ? 0 : result.matches.length > 0 ? 1 : 2;
}

const headlines = {
  no_match: 'no match: every registry answered, and none has an enrolment',
  possible: 'possible match: somebody must look at it',
  confirmed: 'confirmed: enrolled already',
  incomplete: 'incomplete: nothing was found, but not every registry answered',
};

function printTable(context: CliContext, { status, matches, excluded, sources, complete, checkId }: DuplicationResult) {
  context.print(headlines[status]);
  const rows = [
    ...matches.map((match) => [
      ...enrollmentCells(match.enrollment, match.source),
      match.level,
      match.doubts.join(', '),
    ]),
    ...excluded.map((match) => [...enrollmentCells(match.enrollment, match.source), 'excluded', '']),
  ];
  if (rows.length > 0) {
    context.print('');
    context.table([...enrollmentHeadings, 'match', 'doubts'], rows);
    context.print('');
  }
  if (!complete && status !== 'incomplete') context.print('not every registry answered, so that there may be more');
  if (checkId !== undefined) context.print(`check ${checkId}`);
  warnOfFailures(context, sources);
}
