import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { invalidFilter, unusableFilter } from './query-error.ts';
import type { QuerySize } from './query-limits.ts';
import { joinParts, membersOf, readComparison } from './query-parts.ts';
import type { UnboundFilter } from './unbound-filter.ts';

const rangeOperators = ['gt', 'gte', 'lt', 'lte', '$gt', '$gte', '$lt', '$lte'];

/**
 * Parses the standard's Mongo-style expression, without its wrapping: `{$and: [{poverty_score: {$lt: 5}}]}`
 * (protocol.md section 7). Members of one object are ANDed, and so are several operators of one attribute;
 * a bare value means `$eq`; comparison operators may stand without `$`, as in the standard's DR file
 * (`{"member.member_identifier": {"eq": "…"}}`); OpenCRVS ranges (`{createdAt: {type: "range", gte, lte}}`)
 * are read too. `$and $or $nor $not` always carry the `$`.
 *
 * @param expression - the content of `query`
 * @param size - counts what it holds
 * @returns the unbound filter
 * @throws DciError `rjct.filter.invalid`
 */
export function parseMongoExpression(expression: JsonObject, size: QuerySize): UnboundFilter {
  return readDocument(expression, 0);

  function readDocument(value: JsonValue | undefined, depth: number): UnboundFilter {
    if (!isJsonObject(value)) throw invalidFilter('A part of the expression is not an object.');
    const parts: UnboundFilter[] = [];
    for (const name of Object.keys(value)) {
      const content = value[name];
      if (content === undefined || name.startsWith('@')) continue;
      parts.push(name.startsWith('$') ? readGroup(name, content, depth) : readAttribute(name, content, depth));
    }
    return joinParts('and', parts);
  }

  function readGroup(name: string, content: JsonValue, depth: number): UnboundFilter {
    const kind = name.toLowerCase();
    if (kind === '$not') {
      size.group(depth + 1, 1);
      return { kind: 'not', filter: readDocument(content, depth + 1) };
    }
    if (kind !== '$and' && kind !== '$or' && kind !== '$nor') {
      throw invalidFilter('The expression has an operator that is not supported; groups are $and $or $nor $not.');
    }
    if (!isList(content)) throw invalidFilter('$and, $or and $nor take lists.');
    size.group(depth + 1, content.length);
    const parts = content.map((part) => readDocument(part, depth + 1));
    const group = joinParts(kind === '$and' ? 'and' : 'or', parts);
    return kind === '$nor' ? { kind: 'not', filter: group } : group;
  }

  function readAttribute(attribute: string, content: JsonValue, depth: number): UnboundFilter {
    if (!isJsonObject(content)) return readComparison(attribute, 'eq', content, size);
    const isRange = content.type === 'range';
    const parts: UnboundFilter[] = [];
    for (const operator of Object.keys(content)) {
      const value = content[operator];
      if (value === undefined || (isRange && (operator === 'type' || value === null))) continue;
      if (isRange && !rangeOperators.includes(operator)) throw invalidFilter('A range takes gt, gte, lt and lte.');
      if (operator.toLowerCase() === '$not') {
        size.group(depth + 1, 1);
        if (!isJsonObject(value) || membersOf(value).length === 0) throw unusableFilter();
        parts.push({ kind: 'not', filter: readAttribute(attribute, value, depth + 1) });
      } else {
        parts.push(readComparison(attribute, operator, value, size));
      }
    }
    return joinParts('and', parts);
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
