import { DciError, isJsonObject, type JsonObject, readJson, writeJson } from 'dci-core';
import type { SqlValue } from './index-record.ts';

/** Records are checked when they are written; reading one back has no reason to refuse its depth. */
const maxDepth = 1000;

/**
 * Reads a document row.
 *
 * @param row - JSON text, and whether it holds integers that a double cannot hold
 * @returns the record
 */
export function readDocument([text, hasLongIntegers]: readonly SqlValue[]): JsonObject {
  // JSON.parse is many times faster and gives the same value, unless there are integers to keep exact.
  const value = hasLongIntegers === 1 ? readJson(String(text), { maxDepth }).value : JSON.parse(String(text));
  if (!isJsonObject(value)) throw new DciError('err.internal', 'A document of the record store is no record.');
  return value;
}

/**
 * Writes a record for a document row.
 *
 * @param record - a record
 * @returns JSON text, and whether it holds integers that a double cannot hold
 * @throws DciError `err.request.bad` when it holds what JSON text must not: a lone surrogate, NUL, infinity
 */
export function writeDocument(record: JsonObject): readonly [text: string, hasLongIntegers: 0 | 1] {
  const hasLongIntegers = holds(record, (value) => typeof value === 'bigint');
  // JSON.stringify is several times faster, and writes the same where nothing needs the strict writer.
  if (!hasLongIntegers && !holds(record, (value) => typeof value === 'number' && !Number.isFinite(value))) {
    const text = JSON.stringify(record);
    if (!/\\u(?:0000|d[89a-f])/.test(text)) return [text, 0];
  }
  try {
    return [writeJson(record), hasLongIntegers ? 1 : 0];
  } catch (cause) {
    throw new DciError('err.request.bad', 'The record cannot be written as JSON.', { cause });
  }
}

function holds(value: unknown, condition: (value: unknown) => boolean): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((member) => holds(member, condition));
  return condition(value);
}
