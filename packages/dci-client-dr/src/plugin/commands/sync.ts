import { countOption, textOption } from 'dci-client/service';
import { DciError, type JsonObject, writeJson } from 'dci-core';
import type { CliCommand, CliContext, ExitCode } from 'dci-host';
import type { SyncCounts, SyncReport } from '../../sync-disability-data.ts';
import type { DrOptions } from '../options.ts';
import { cacheOf, maxAgeOption, openForCommand, sourceOf, sourceOption } from './command-input.ts';
import { readRegistrantFile } from './registrant-file.ts';

/** Between two lines of progress. */
const progressMs = 2_000;
/** Failures that are shown to people; `--json` has more. */
const mostShown = 20;

/**
 * `dci dr sync`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function syncCommand(options: DrOptions): CliCommand {
  return {
    name: 'dr sync',
    summary: 'fetch what the registry knows of many registrants into the cache',
    help: `The file has one registrant a line: UIN:123 or UIN,123; further identifiers of the same registrant follow on the
line. Who is known and not older than --max-age is not asked for, so that the same command goes on where it stopped.
Exit code 0: all are known now; 1: some were not answered for; 2: it ended before all were asked for.

Examples:
  dci dr sync --file ids.csv
  dci dr sync --file - --max-age 604800 --concurrency 4 --json < ids.csv`,
    options: [
      { flags: '--file <file>', description: 'the registrants, as CSV; - reads standard input', required: true },
      maxAgeOption,
      { flags: '--concurrency <n>', description: 'messages at once', default: '2' },
      { flags: '--batch-size <n>', description: 'registrants in one message', default: '25' },
      sourceOption,
    ],
    run: async (context) => {
      const registrants = readRegistrantFile(readText(await context.readInput(textOption(context, 'file'))));
      const maxAge = countOption(context, 'maxAge', { least: 0 });
      const concurrency = countOption(context, 'concurrency');
      const batchSize = countOption(context, 'batchSize');
      const opened = await openForCommand(context, options);
      cacheOf(opened);
      const service = await opened.service(sourceOf(context, opened));
      const report = await service.syncDisabilityData(registrants, {
        signal: context.signal,
        onProgress: progressOf(context, registrants.length),
        ...(maxAge !== undefined && { maxAge }),
        ...(concurrency !== undefined && { concurrency }),
        ...(batchSize !== undefined && { batchSize }),
      });
      print(context, report, registrants.length);
      return exitCodeOf(report, registrants.length);
    },
  };
}

function exitCodeOf({ stopped, done, failed }: SyncReport, total: number): ExitCode {
  if (stopped !== undefined && done < total) return 2;
  return failed > 0 ? 1 : 0;
}

function readText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DciError('err.request.bad', 'the file is not UTF-8 text');
  }
}

/** Progress goes to standard error, so that what is printed stays one document. */
function progressOf(context: CliContext, total: number): (counts: SyncCounts) => void {
  let last = context.clock.now();
  return ({ done, failed }) => {
    const now = context.clock.now();
    if (now - last < progressMs || done === total) return;
    last = now;
    context.warn(`${done} of ${total}${failed === 0 ? '' : `, ${failed} failed`}`);
  };
}

function print(context: CliContext, report: SyncReport, total: number): void {
  const { source, failures, stopped, ...counts } = report;
  if (context.json) {
    context.print(writeJson(viewOf(report, total)));
    return;
  }
  const { done, updated, unchanged, noRecord, fresh, failed } = counts;
  context.table(
    ['updated', 'unchanged', 'no record', 'fresh', 'failed', 'done', 'of'],
    [[updated, unchanged, noRecord, fresh, failed, done, total].map(String)],
  );
  for (const { index, kind, code } of failures.slice(0, mostShown)) {
    context.warn(`registrant ${index + 1}: ${kind} (${code})`);
  }
  if (failed > mostShown) context.warn(`and ${failed - Math.min(failures.length, mostShown)} more`);
  if (stopped !== undefined && done < total) {
    const reason = stopped === 'aborted' ? 'it was interrupted' : `${source} does not answer`;
    context.warn(`ended before all were asked for: ${reason}; the same command goes on from there`);
  }
}

function viewOf({ source, failures, stopped, noRecord, ...counts }: SyncReport, total: number): JsonObject {
  return {
    source,
    total,
    ...counts,
    no_record: noRecord,
    stopped,
    failures: failures.map(({ index, kind, code }) => ({ registrant: index + 1, kind, code })),
  };
}
