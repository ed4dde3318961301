import { compareCodePoints } from '../json/text-order.ts';
import type { AttributeValue } from './filter.ts';
import { foldText } from './fold-text.ts';

/**
 * Orders two normalised values of the same attribute: numbers by size, `false` before `true`, text,
 * codes, dates and date-times by code point.
 *
 * @param left - a normalised value
 * @param right - a normalised value of the same type
 * @returns a negative number, zero or a positive number; zero for values of different types
 */
export function compareValues(left: AttributeValue, right: AttributeValue): number {
  if (typeof left === 'string' && typeof right === 'string') return compareCodePoints(left, right);
  if (typeof left !== typeof right || left === right) return 0;
  return left < right ? -1 : 1;
}

/**
 * Orders two values of a sort key, ascending: as {@link compareValues}, but text by its folded form first.
 *
 * @param left - a normalised value
 * @param right - a normalised value of the same type
 * @returns a negative number, zero or a positive number
 */
export function compareSortValues(left: AttributeValue, right: AttributeValue): number {
  if (typeof left === 'string' && typeof right === 'string' && left !== right) {
    return compareCodePoints(foldText(left), foldText(right)) || compareCodePoints(left, right);
  }
  return compareValues(left, right);
}
