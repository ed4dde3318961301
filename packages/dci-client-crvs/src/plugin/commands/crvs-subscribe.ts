import type { AsyncHandle } from 'dci-client';
import { argumentsOf, awaitAnswer, countOption, textOption } from 'dci-client/service';
import { DciError, isJsonObject, type JsonObject, type JsonValue, readJson, writeJson } from 'dci-core';
import { type CliCommand, type CliContext, type ExitCode, printable } from 'dci-host';
import type { ResolvedOptions } from '../options.ts';
import { serviceOf, sourceOption } from './command-input.ts';
import { withFailures } from './print-failure.ts';

const waitOption = {
  flags: '--wait <seconds>',
  description: 'time to wait for the callback, which the running host receives',
  default: '20',
};

/**
 * `dci crvs subscribe`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsSubscribe(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs subscribe',
    summary: 'subscribe to vital events; notifications go to the running host',
    help: `Exit code 0: subscribed, or acknowledged and not answered yet; 1: refused or rejected; 2: no answer, or bad input.

Examples:
  dci crvs subscribe LiveBirth Death
  dci crvs subscribe Death --filter '{"seq":[{"attribute":"death_place.name","operator":"=","value":"Region 2"}]}'`,
    arguments: [{ name: '<event...>', description: 'LiveBirth, Death, Marriage, Divorce, …' }],
    options: [
      { flags: '--filter <json>', description: 'only events of records that match this expression' },
      { flags: '--expires <time>', description: 'end of the subscription, RFC 3339' },
      waitOption,
      sourceOption(options.sources),
    ],
    run: (context) =>
      withFailures(context, async () => {
        const filter = filterOption(context);
        const expires = textOption(context, 'expires');
        const service = await serviceOf(context, options);
        const handle = await service.subscribeEvents({
          eventTypes: argumentsOf(context),
          ...(filter !== undefined && { filter, filterType: 'expression' as const }),
          ...(expires !== undefined && { expires }),
          signal: context.signal,
        });
        const reply = await answerOf(context, handle);
        if (reply === undefined) return printOpen(context, handle.transactionId);
        const { outcomes } = reply;
        const isRejected = outcomes.some(({ status }) => status === 'rjct');
        const views = outcomes.map(
          ({ status, codes, expires: end, code }): JsonObject => ({ status, codes, expires: end, code }),
        );
        if (context.json) {
          context.print(writeJson({ transaction_id: handle.transactionId, subscriptions: views }));
        } else {
          context.table(
            ['status', 'codes', 'expires', 'reason'],
            outcomes.map(({ status, codes, expires: end = '', code = '' }) => [status, codes.join(', '), end, code]),
          );
        }
        return isRejected ? 1 : 0;
      }),
  };
}

/**
 * `dci crvs unsubscribe`.
 *
 * @param options - of the plug-in
 * @returns the command
 */
export function crvsUnsubscribe(options: ResolvedOptions): CliCommand {
  return {
    name: 'crvs unsubscribe',
    summary: 'end subscriptions to vital events',
    help: `Exit code 0: ended, or acknowledged and not answered yet; 1: refused or rejected; 2: no answer, or bad input.

Example:
  dci crvs unsubscribe SUB-3f6c8a`,
    arguments: [{ name: '<code...>', description: 'codes of the subscriptions' }],
    options: [waitOption, sourceOption(options.sources)],
    run: (context) =>
      withFailures(context, async () => {
        const service = await serviceOf(context, options);
        const handle = await service.unsubscribeEvents(argumentsOf(context), { signal: context.signal });
        const reply = await answerOf(context, handle);
        if (reply === undefined) return printOpen(context, handle.transactionId);
        const { status, subscriptions, code } = reply;
        if (context.json) {
          const views = subscriptions.map((each): JsonObject => ({ ...each }));
          context.print(writeJson({ transaction_id: handle.transactionId, status, subscriptions: views, code }));
        } else {
          context.print(printable(status === 'rjct' ? `rejected: ${code ?? 'no reason'}` : 'ended'));
        }
        return status === 'rjct' ? 1 : 0;
      }),
  };
}

function filterOption(context: CliContext): JsonValue | undefined {
  const text = textOption(context, 'filter');
  if (text === undefined) return undefined;
  const { value } = readJson(text);
  if (!isJsonObject(value)) throw new DciError('err.request.bad', '--filter must be a JSON object');
  return value;
}

const answerOf = <T>(context: CliContext, handle: AsyncHandle<T>): Promise<T | undefined> =>
  awaitAnswer(context, handle, countOption(context, 'wait', { most: 3_600 }) ?? 20);

function printOpen(context: CliContext, transactionId: string): ExitCode {
  if (context.json) context.print(writeJson({ transaction_id: transactionId, status: 'open' }));
  else context.print(`acknowledged; the answer is still to come (transaction ${transactionId})`);
  return 0;
}
