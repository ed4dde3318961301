import { setImmediate as nextTurn } from 'node:timers/promises';
import { DciError, type JsonObject, type SearchResponseItem, toRecordsForm } from 'dci-core';
import type { Disclosure } from '../access/audit.ts';
import { jsonBytes } from '../operations/json-bytes.ts';
import { foundAnswer, isSearchReason, largePage, refusedDisclosure, rejection } from '../operations/search-answer.ts';
import type { SearchScope } from '../operations/search-item.ts';
import { type FoundIdentifiers, findIdentifiers } from './find-identifiers.ts';
import type { IdentifierRow } from './identifier-row.ts';

/** What {@link answerRows} works on. */
export interface RowScope {
  readonly search: SearchScope;
  /** What the criteria of all rows have in common. */
  readonly criteria: JsonObject;
  /** Unix milliseconds of the callback: made again, its items keep their time. */
  readonly answeredAt: number;
  readonly signal: AbortSignal;
  readonly disclose: (disclosure: Disclosure) => void;
}

/** The answers to rows. */
export interface AnsweredRows {
  readonly answers: readonly SearchResponseItem[];
  /** Rows that are answered; the others do not fit. */
  readonly count: number;
  /** How many of them were rejected. */
  readonly rejected: number;
}

/** Rows that are answered before other work gets its turn. */
const rowsPerTurn = 100;

/**
 * Answers rows of identifiers, as many as one callback holds (`maxReplyBytes`, `maxRecords`), at least one. Each gets an
 * answer of its own, as a search item of a message would.
 *
 * @param rows - the rows
 * @param scope - search and criteria
 * @param isFixed - a callback is made again: all rows must be answered, and what does not fit is rejected
 * @returns the answers
 * @throws DciError `err.request.timeout` or `err.service.unavailable` when the registry does not answer
 */
export async function answerRows(
  rows: readonly IdentifierRow[],
  scope: RowScope,
  isFixed: boolean,
): Promise<AnsweredRows> {
  const { limits } = scope.search;
  const reply = new RowReply(scope);
  let at = 0;
  let size = rows.length;
  while (at < rows.length) {
    const slice = rows.slice(at, at + size);
    const found = await findRows(slice, scope);
    if (found === undefined && size > 1) {
      size = Math.ceil(size / 2);
      continue;
    }
    for (const row of slice) {
      if (reply.count > 0 && reply.count % rowsPerTurn === 0) await nextTurn();
      scope.signal.throwIfAborted();
      const outcome = 'error' in row ? row.error : (found?.get(row.identifierType) ?? tooManyRecords());
      const isIn = reply.add(row, outcome, !isFixed && reply.count > 0);
      if (!isIn) return reply.finish();
    }
    at += slice.length;
    if (!isFixed && reply.records >= limits.maxRecords) break;
  }
  return reply.finish();
}

type Outcomes = ReadonlyMap<string, FoundIdentifiers | DciError>;

/** @returns what was found for each type of identifier; `undefined` when it is too much at a time */
async function findRows(rows: readonly IdentifierRow[], scope: RowScope): Promise<Outcomes | undefined> {
  const values = new Map<string, string[]>();
  for (const row of rows) {
    if ('error' in row) continue;
    const known = values.get(row.identifierType);
    if (known === undefined) values.set(row.identifierType, [row.value]);
    else known.push(row.value);
  }
  const outcomes = new Map<string, FoundIdentifiers | DciError>();
  for (const [type, list] of values) {
    scope.signal.throwIfAborted();
    await nextTurn();
    try {
      const found = await findIdentifiers(type, list, scope.criteria, scope.search, scope.signal);
      if (found === undefined) return undefined;
      outcomes.set(type, found);
    } catch (error) {
      if (!(error instanceof DciError) || !isSearchReason(error.code)) throw error;
      outcomes.set(type, error);
    }
  }
  return outcomes;
}

/** The answers of one callback while it is filled. */
class RowReply {
  records = 0;
  count = 0;
  private readonly scope: RowScope;
  private readonly answers: SearchResponseItem[] = [];
  private readonly disclosed = new Map<FoundIdentifiers, { readonly records: Set<JsonObject>; values: number }>();
  private readonly reasons = new Map<string | undefined, SearchResponseItem>();
  private rejected = 0;
  private bytes = 0;

  constructor(scope: RowScope) {
    this.scope = scope;
  }

  /** @returns false for a row that may wait and does not fit */
  add(row: IdentifierRow, outcome: FoundIdentifiers | DciError, mayWait: boolean): boolean {
    const { search, answeredAt } = this.scope;
    const { limits, registry } = search;
    let answer: SearchResponseItem;
    if (outcome instanceof DciError || 'error' in row) {
      answer = rejection(row.referenceId, outcome instanceof DciError ? outcome : tooManyRecords(), answeredAt);
    } else {
      const records = outcome.recordsOf(row.value);
      answer = this.found(row.referenceId, records, outcome);
      const size = jsonBytes(answer.data?.reg_records, limits.maxReplyBytes + 1);
      const fits = this.bytes + size <= limits.maxReplyBytes && this.records + records.length <= limits.maxRecords;
      if (!fits && mayWait) return false;
      if (fits) {
        this.bytes += size;
        this.records += records.length;
        this.note(outcome, records);
      } else {
        answer = rejection(row.referenceId, largePage(), answeredAt);
      }
    }
    if (answer.status === 'rjct') {
      this.rejected += 1;
      this.reasons.set(answer.status_reason_code, answer);
    }
    this.count += 1;
    for (const item of toRecordsForm(answer, registry.type.recordsForm)) this.answers.push(item);
    return true;
  }

  /** Tells what is disclosed: once for all rows of a type, and once for each reason. */
  finish(): AnsweredRows {
    for (const [found, { records, values }] of this.disclosed) {
      this.scope.disclose(found.disclosure([...records], values));
    }
    for (const answer of this.reasons.values()) this.scope.disclose(refusedDisclosure(answer));
    const { answers, count, rejected } = this;
    return { answers, count, rejected };
  }

  private found(
    referenceId: string,
    records: readonly JsonObject[],
    { search: { access } }: FoundIdentifiers,
  ): SearchResponseItem {
    const { registry, limits } = this.scope.search;
    return foundAnswer({ reference_id: referenceId }, this.scope.answeredAt, {
      data: {
        version: '1.0.0',
        reg_type: registry.type.code,
        reg_record_type: access.recordType.name,
        reg_records: records.map((record) => access.project(record)),
      },
      pagination: { page_size: limits.maxPageSize, page_number: 1, total_count: records.length },
    });
  }

  private note(found: FoundIdentifiers, records: readonly JsonObject[]): void {
    const noted = this.disclosed.get(found) ?? { records: new Set(), values: 0 };
    for (const record of records) noted.records.add(record);
    noted.values += 1;
    this.disclosed.set(found, noted);
  }
}

function tooManyRecords(): DciError {
  return new DciError(
    'rjct.search.too_many_records_found',
    'the identifier finds more records than one callback may hold',
  );
}
