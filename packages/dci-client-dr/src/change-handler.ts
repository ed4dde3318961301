import type { CallbackHandler, NotifiedEvent } from 'dci-client';
import { type Clock, dr, identifiersOf, type JsonObject, parseTimestamp } from 'dci-core';
import type { AnswerCache, KnownAnswer } from './cache/answer-cache.ts';
import { withoutMessage } from './disability-source.ts';
import type { SeverityThreshold } from './functional-scores.ts';
import { judgeRecord } from './judge-record.ts';
import type { RegistrantIdentifier } from './registrant.ts';

/** What a handler of changes works with. */
export interface ChangeHandlerContext {
  /** Code of the data source. */
  readonly source: string;
  readonly clock: Clock;
  readonly answers: AnswerCache;
  readonly threshold: SeverityThreshold;
}

/** Clocks of two parties may differ by as much. */
const clockToleranceMs = 300_000;

/**
 * Names the handler of the changes that a disability registry notifies of.
 *
 * @param source - code of the data source
 * @returns the name, for `subscribe`
 */
export function changeHandlerName(source: string): string {
  return `dci-client-dr/${source}`;
}

/**
 * Makes the handler that keeps the cache right when the registry notifies of changes. A changed record of somebody whom
 * the cache knows takes the place of what it knows, if it says whether the person is disabled and is certainly younger;
 * in all other cases what is known is dropped, so that the next question goes to the registry. Nobody is added.
 *
 * @param context - data source, cache, time
 * @returns the handler
 */
export function createChangeHandler(context: ChangeHandlerContext): CallbackHandler {
  return {
    name: changeHandlerName(context.source),
    onEvent: async (event) => {
      if (event.source !== context.source) return;
      for (const record of event.records) await takeRecord(context, event, record);
    },
  };
}

async function takeRecord(
  { answers, threshold, clock }: ChangeHandlerContext,
  event: NotifiedEvent,
  record: JsonObject,
): Promise<void> {
  const identifiers = identifiersIn(record);
  if (identifiers.length === 0) return;
  const finding = judgeRecord(record, threshold);
  const tells = event.eventType !== 'DELETE' && finding.basis !== undefined;
  const changedAt = event.timestamp === undefined ? undefined : parseTimestamp(event.timestamp);
  const kept = await answers.read(identifiers);
  const replacing: KnownAnswer[] = [];
  const dropping: RegistrantIdentifier[] = [];
  identifiers.forEach((identifier, index) => {
    const known = kept[index];
    if (tells && known !== undefined && changedAt !== undefined && known.fetchedAt < changedAt - clockToleranceMs) {
      const fetchedAt = Math.min(changedAt, clock.now());
      replacing.push({ identifier, fetchedAt, finding, evidence: withoutMessage(event.evidence), fromCache: false });
    } else dropping.push(identifier);
  });
  await answers.invalidate(dropping);
  await answers.write(replacing);
}

function identifiersIn(record: JsonObject): readonly RegistrantIdentifier[] {
  const [shape] = dr.recordTypes;
  return (shape?.identifierPaths ?? [])
    .flatMap((path) => identifiersOf(record, path, dr))
    .map(({ identifierType: type, value }) => ({ type, value }));
}
