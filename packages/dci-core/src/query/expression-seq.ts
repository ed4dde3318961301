import { isJsonObject, type JsonObject, type JsonValue } from '../json/value.ts';
import { invalidFilter, unusableFilter } from './query-error.ts';
import type { QuerySize } from './query-limits.ts';
import { joinParts, maxWrappings, readComparison, requireOnly, tooManyWrappings } from './query-parts.ts';
import type { UnboundFilter } from './unbound-filter.ts';

const conditionMembers = ['attribute', 'attribute_name', 'operator', 'value', 'attribute_value'];

/**
 * Tells whether an expression is written with `seq` and `or`, or is a single condition of that form.
 *
 * @param expression - an expression without its wrapping
 * @returns true when it is
 */
export function isSequenceExpression(expression: JsonObject): boolean {
  const { seq, or, or_, attribute, attribute_name, operator } = expression;
  return (
    [seq, or, or_].some((group) => group !== undefined) ||
    (operator !== undefined && (attribute !== undefined || attribute_name !== undefined))
  );
}

/**
 * Parses the seeds' and OpenSPP's expression: `{seq: […]}` (all hold), `{or: […]}` or `{or_: […]}` (one
 * holds), nested either way, with conditions `{attribute, operator, value}`, also spelled
 * `{attribute_name, operator, attribute_value}` (protocol.md section 7).
 *
 * @param expression - an expression without its wrapping
 * @param size - counts what it holds
 * @param combinesBoth - `seq` and `or` side by side: when true, `seq` OR each alternative, as OpenSPP
 *   computes it; when false, refused because it is ambiguous
 * @returns the unbound filter
 * @throws DciError `rjct.filter.invalid`
 */
export function parseSequenceExpression(expression: JsonObject, size: QuerySize, combinesBoth: boolean): UnboundFilter {
  return readPart(expression, 0);

  function readPart(value: JsonValue, depth: number): UnboundFilter {
    let part = value;
    for (let wrappings = 0; isJsonObject(part) && part.expression !== undefined; wrappings += 1) {
      if (wrappings === maxWrappings) throw tooManyWrappings();
      requireOnly(part, ['expression']);
      part = part.expression;
    }
    if (!isJsonObject(part)) throw invalidFilter('A part of the expression is neither a condition nor a group.');
    if (part.attribute !== undefined || part.attribute_name !== undefined) return readCondition(part);
    return readGroup(part, depth);
  }

  function readCondition(part: JsonObject): UnboundFilter {
    requireOnly(part, conditionMembers);
    const value = part.value === undefined ? part.attribute_value : part.value;
    return readComparison(part.attribute ?? part.attribute_name, part.operator, value, size);
  }

  function readGroup(group: JsonObject, depth: number): UnboundFilter {
    requireOnly(group, ['seq', 'or', 'or_']);
    const sequence = readParts(group.seq, depth);
    const alternatives = readParts(group.or, depth) ?? readParts(group.or_, depth);
    if (isList(group.or) && isList(group.or_)) throw invalidFilter('The expression has both "or" and "or_".');
    if (sequence === undefined && alternatives === undefined) throw unusableFilter();
    if (sequence === undefined) return joinParts('or', alternatives ?? []);
    if (alternatives === undefined) return joinParts('and', sequence);
    if (!combinesBoth) {
      throw invalidFilter(
        'The expression has "seq" and "or" side by side, which is ambiguous: put one of them inside the other.',
      );
    }
    if (sequence.length === 0 || alternatives.length === 0) {
      return sequence.length === 0 ? joinParts('or', alternatives) : joinParts('and', sequence);
    }
    return { kind: 'or', filters: [joinParts('and', sequence), ...alternatives] };
  }

  function readParts(list: JsonValue | undefined, depth: number): readonly UnboundFilter[] | undefined {
    if (list === undefined || list === null) return undefined;
    if (!isList(list)) throw invalidFilter('"seq" and "or" are lists.');
    size.group(depth + 1, list.length);
    return list.map((part) => readPart(part, depth + 1));
  }
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
