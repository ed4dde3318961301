import { DciError, type JsonObject, parseTimestamp, type RegistryType } from 'dci-core';
import type { DateRange } from '../dci-client.ts';

const dayForm = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Writes a range of dates as the standard's expression. A day means the whole day: compared with a timestamp it begins
 * with its first and ends with its last millisecond, in UTC; a timestamp compared with an attribute that is a date counts
 * as its day, as written.
 *
 * @param attribute - name of the attribute
 * @param range - first and last day or timestamp
 * @param registry - tells whether the attribute is a date or a timestamp
 * @param recordType - name of the record type, where one is wanted
 * @returns the expression, all of whose conditions must hold
 * @throws DciError `err.request.bad` for a range without ends, with its ends exchanged, or of what is no date
 */
export function dateRangeExpression(
  attribute: string,
  { from, to }: DateRange,
  registry: RegistryType,
  recordType?: string,
): JsonObject {
  if (from === undefined && to === undefined) throw badRange('from', 'or to must be given');
  const first = from === undefined ? Number.NEGATIVE_INFINITY : instantOf(from, 'from', 'first');
  const last = to === undefined ? Number.POSITIVE_INFINITY : instantOf(to, 'to', 'last');
  if (first > last) throw badRange('from', 'must not be after to');
  const type = attributeType(attribute, registry, recordType);
  const query = {
    $and: [
      ...(from === undefined ? [] : [{ [attribute]: { $gte: endOf(from, 'first', type) } }]),
      ...(to === undefined ? [] : [{ [attribute]: { $lte: endOf(to, 'last', type) } }]),
    ],
  };
  return {
    type: 'ns:org:QueryType:expression',
    value: { expression: { ...(recordType !== undefined && { collection: recordType }), query } },
  };
}

const firstTime = 'T00:00:00Z';
const lastTime = 'T23:59:59.999Z';

function endOf(text: string, end: 'first' | 'last', type: string | undefined): string {
  if (type === 'date') return text.slice(0, 10);
  if (type !== 'datetime' || !dayForm.test(text)) return text;
  return `${text}${end === 'first' ? firstTime : lastTime}`;
}

function instantOf(text: string, name: string, end: 'first' | 'last'): number {
  const time = dayForm.test(text) ? (end === 'first' ? firstTime : lastTime) : '';
  const instant = parseTimestamp(`${text}${time}`);
  if (instant === undefined) throw badRange(name, 'must be a day, YYYY-MM-DD, or an RFC 3339 timestamp with a zone');
  return instant;
}

/** By its name or an alias, in the record type wanted, else in the first that has it. */
function attributeType(text: string, registry: RegistryType, recordType: string | undefined): string | undefined {
  const name = text.replace(/^(?:person|group|member|r)\./, '');
  const wanted = registry.recordTypes.filter((each) => recordType === undefined || each.name === recordType);
  for (const { attributes } of wanted) {
    const own = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const found = own ?? Object.values(attributes).find(({ aliases = [] }) => aliases.includes(name));
    if (found !== undefined) return found.type;
  }
  return undefined;
}

function badRange(path: string, text: string): DciError {
  return new DciError('err.request.bad', `${path} ${text}`, { path });
}
