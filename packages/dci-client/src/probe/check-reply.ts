import { isJsonObject, type JsonObject, type JsonValue, readJson } from 'dci-core';
import type { ResolvedDataSource } from '../data-source.ts';
import type { SearchAttempt } from './check-search.ts';
import type { RecordedExchange } from './recording-fetch.ts';
import { findDeviations } from './reply-deviations.ts';
import type { ProbeCheck } from './report.ts';

/** A search and its reply, as far as they can be read. */
export interface ObservedSearch {
  readonly attempt: SearchAttempt;
  /** JSON of the reply; absent: there is none. */
  readonly body: JsonValue | undefined;
  /** Id of the registry. */
  readonly peerId: string | undefined;
}

/**
 * @param exchange - the search on the wire
 * @returns the JSON of the reply, `undefined` when there is none that can be read
 */
export function readBody(exchange: RecordedExchange | undefined): JsonValue | undefined {
  if (exchange === undefined || exchange.status < 200 || exchange.status > 299) return undefined;
  try {
    return readJson(exchange.body()).value;
  } catch {
    return undefined;
  }
}

/**
 * @param attempt - what came of a search
 * @returns header, transaction and items of the request as it was sent
 */
export function requestOf({ exchange, result }: SearchAttempt): {
  readonly header: JsonObject;
  readonly transactionId: JsonValue | undefined;
  readonly referenceIds: readonly string[];
} {
  const sent = exchange?.requestBody === undefined ? {} : readJson(exchange.requestBody).value;
  const { header, message } = isJsonObject(sent) ? sent : {};
  const { transaction_id: transactionId, search_request: items } = isJsonObject(message) ? message : {};
  const ids = (Array.isArray(items) ? items : []).flatMap((item) =>
    isJsonObject(item) && typeof item.reference_id === 'string' ? [item.reference_id] : [],
  );
  // An encrypted request does not show them.
  const known = result === undefined ? [] : [result.referenceId];
  return {
    header: isJsonObject(header) ? header : {},
    transactionId: transactionId ?? result?.evidence.transactionId,
    referenceIds: ids.length > 0 ? ids : known,
  };
}

/**
 * Reports where the reply to a search differs from the standard.
 *
 * @param observed - search and reply
 * @param source - the data source
 * @returns one check for each difference, or a single one
 */
export function checkReply({ attempt, body }: ObservedSearch, { registry }: ResolvedDataSource): readonly ProbeCheck[] {
  const name = 'reply';
  const { exchange, result } = attempt;
  if (exchange === undefined) return [{ name, status: 'skipped', text: 'There is no reply.' }];
  if (exchange.status < 200 || exchange.status > 299) {
    return [{ name, status: 'skipped', text: `The search was refused with HTTP status ${exchange.status}.` }];
  }
  if (body === undefined && result !== undefined) {
    return [{ name, status: 'skipped', text: 'The reply is too large to be looked at.' }];
  }
  if (body === undefined) return [{ name, status: 'failed', text: 'The reply is not acceptable JSON.' }];
  const { header: request, transactionId, referenceIds } = requestOf(attempt);
  const { contentType } = exchange;
  const message = result?.evidence.message;
  const deviations = findDeviations({ contentType, body, message, request, transactionId, referenceIds, registry });
  if (deviations.length === 0) return [{ name, status: 'ok', text: 'The reply is as the standard has it.' }];
  return deviations.map(({ code, text }) => ({ name, status: 'warning', text, deviation: code }));
}
