import type { AttributeValue, ComparisonOperator, Filter } from 'dci-core';
import { comparisonCases } from './comparison-cases.ts';

/** A search without sort, and the `id`s of the persons that it finds, in their order in `contractPersons`. */
export interface FilterCase {
  readonly name: string;
  readonly filter: Filter;
  readonly ids: readonly string[];
}

/** @returns a comparison of an attribute with one value */
export const compare = (attribute: string, operator: ComparisonOperator, value: AttributeValue): Filter => ({
  kind: 'comparison',
  attribute,
  operator,
  value,
});
const isIn = (attribute: string, values: readonly AttributeValue[]): Filter => ({ kind: 'in', attribute, values });
const exists = (attribute: string): Filter => ({ kind: 'exists', attribute });
const not = (filter: Filter): Filter => ({ kind: 'not', filter });
const and = (...filters: Filter[]): Filter => ({ kind: 'and', filters });
const or = (...filters: Filter[]): Filter => ({ kind: 'or', filters });
const carriesOneOf = (identifierType: string, values: readonly string[], ...paths: string[]): Filter => ({
  kind: 'identifier',
  identifierType,
  values,
  paths,
});
const carries = (identifierType: string, value: string, ...paths: string[]): Filter =>
  carriesOneOf(identifierType, [value], ...paths);

/** @returns a filter that every record satisfies, or none */
export const constant = (value: boolean): Filter => ({ kind: 'constant', value });

const everyone =
  'amina bola chidi deseret ligature composed decomposed dotted dotless sharp sigma arabic hindi chinese wildcards ' +
  'quotes last numbers unreadable empty';

const others: readonly (readonly [string, Filter, string])[] = [
  ['every record', constant(true), everyone],
  ['no record', constant(false), ''],
  ['constant attribute, its value', compare('country', 'eq', 'KEN'), everyone],
  ['constant attribute, its value in capitals', compare('country', 'contains', 'ke'), everyone],
  ['constant attribute, another value', compare('country', 'eq', 'UGA'), ''],
  ['constant boolean', compare('is_registrant', 'eq', true), everyone],
  ['constant attribute exists', exists('country'), everyone],
  ['constant attribute in a list', isIn('country', ['UGA', 'KEN']), everyone],

  ['in, text', isIn('name.surname', ['Ahmed', 'MBEKI', '%', 'nobody']), 'bola decomposed wildcards'],
  [
    'in, text of several scripts',
    isIn('name.surname', ['\u{10428}', '王', "'", 'ı']),
    'deseret dotless chinese quotes',
  ],
  ['in, codes', isIn('sex', ['female', 'male']), 'amina bola chidi'],
  ['in, dates', isIn('birth_date', ['1985-01-01', '2000-01-01']), 'bola'],
  ['in, date-times', isIn('registered', ['2024-01-15T10:30:00.000Z']), 'amina'],
  ['in, whole numbers', isIn('children', [0, 10, Number.MAX_SAFE_INTEGER]), 'bola chidi numbers'],
  ['in, decimals', isIn('score', [0.30000000000000004, -3]), 'chidi numbers'],
  ['in, booleans', isIn('is_disabled', [false, true]), 'amina bola chidi'],
  ['in, values of another type', isIn('children', ['0', true]), ''],
  ['in, many values', isIn('phone', ['+254700000002', '+254700000003']), 'amina bola'],
  ['in, many numbers', isIn('weight', [0.1, 1e300]), 'bola numbers'],
  ['in, empty list', isIn('name', []), ''],
  ['in, a thousand values', isIn('name.surname', [...thousand('x'), 'Yusuf']), 'amina'],
  ['in, a thousand numbers', isIn('children', thousand('').map(Number)), 'amina bola chidi deseret ligature'],

  ['exists, text', exists('region'), 'amina bola chidi'],
  ['exists, date', exists('birth_date'), 'amina bola chidi'],
  ['exists, boolean', exists('is_disabled'), 'amina bola chidi'],
  ['exists, number', exists('children'), 'amina bola chidi deseret ligature numbers'],
  ['exists, many values', exists('phone'), 'amina bola'],
  ['exists, many booleans', exists('answer'), 'amina bola'],
  ['exists, unknown attribute', exists('no_such_attribute'), ''],
  ['exists, attribute that is derived from another', exists('age'), ''],

  ['identifier at the first path', carries('UIN', '1001', 'identifier'), 'amina'],
  ['identifier at the second path', carries('UIN', '1001', 'guardian.identifier'), 'bola'],
  ['identifier at two paths', carries('UIN', '1001', 'identifier', 'guardian.identifier'), 'amina bola'],
  ['one of several identifiers', carriesOneOf('UIN', ['1001', 'none', '1002'], 'identifier'), 'amina bola'],
  ['identifier in a list in a list', carries('UIN', '1009', 'household.member.identifier'), 'chidi'],
  ['identifier of an aliased type', carries('UIN', '1002', 'identifier', 'household.member.identifier'), 'bola chidi'],
  [
    'identifier and a condition that its record meets',
    and(carries('UIN', '1001', 'identifier'), compare('sex', 'eq', 'female')),
    'amina',
  ],
  [
    'identifier and a condition that its record does not meet',
    and(compare('sex', 'eq', 'male'), carries('UIN', '1001', 'identifier')),
    '',
  ],
  [
    'two identifiers of one record',
    and(carries('UIN', '1001', 'identifier'), carries('NATIONAL_ID', 'A%1', 'identifier')),
    'amina',
  ],
  ['identifier of another type', carries('NATIONAL_ID', '1001', 'identifier'), 'chidi'],
  ['identifier with a wildcard', carries('NATIONAL_ID', 'A%1', 'identifier'), 'amina'],
  ['identifier that a wildcard would match', carries('NATIONAL_ID', 'A%', 'identifier'), ''],
  ['identifier, white space counts', carries('UIN', '1003', 'identifier'), ''],
  ['identifier, case counts', carries('NATIONAL_ID', 'a%1', 'identifier'), ''],
  ['identifier that is a long number', carries('UIN', '123456789012345678901234567890', 'identifier'), 'numbers'],
  ['identifier of an unknown type', carries('PASSPORT', '1001', 'identifier'), ''],

  ['and', and(compare('children', 'eq', 2), exists('birth_date')), 'amina'],
  [
    'and of many values of one attribute',
    and(compare('phone', 'endsWith', '1'), compare('phone', 'endsWith', '2')),
    'amina',
  ],
  ['or', or(compare('sex', 'eq', 'female'), compare('name', 'startsWith', '100')), 'amina wildcards'],
  [
    'or of an identifier and a text',
    or(carries('UIN', '1001', 'identifier'), compare('sex', 'eq', 'male')),
    'amina bola chidi',
  ],
  [
    'not eq holds without a value',
    and(not(compare('children', 'eq', 2)), exists('name')),
    minus(everyone, 'amina deseret ligature numbers unreadable empty'),
  ],
  ['not in or', not(or(exists('name'), exists('sex'))), 'numbers unreadable empty'],
  ['not in and', not(and(exists('name'), not(exists('sex')))), 'amina bola chidi numbers unreadable empty'],
  ['not not', not(not(compare('score', 'gt', 0))), 'amina numbers'],
  ['not of many values', and(not(compare('language', 'eq', 'swa')), exists('language')), 'bola'],
  [
    'nested',
    and(
      or(compare('sex', 'eq', 'male'), compare('is_disabled', 'eq', true)),
      not(and(compare('children', 'lt', 1), compare('score', 'lt', 1))),
      or(compare('region', 'contains', 'COAST'), isIn('birth_date', ['1985-01-01'])),
    ),
    'amina chidi',
  ],
  ['eight levels', deep(8, compare('sex', 'eq', 'female')), 'amina'],
  [
    'sixty-four comparisons',
    or(
      ...thousand('')
        .slice(0, 63)
        .map((text) => compare('name', 'contains', `x${text}`)),
      compare('name', 'contains', 'amina'),
    ),
    'amina',
  ],
];

/** Every operator on every attribute type, missing values, Unicode, wildcards, and the ways to combine them. */
export const filterCases: readonly FilterCase[] = [
  ...comparisonCases.map(([attribute, operator, value, ids]) => ({
    name: `${attribute} ${operator} ${JSON.stringify(value)}`,
    filter: compare(attribute, operator, value),
    ids: words(ids),
  })),
  ...others.map(([name, filter, ids]) => ({ name, filter, ids: words(ids) })),
];

function words(text: string): readonly string[] {
  return text.split(' ').filter((word) => word !== '');
}

function minus(text: string, without: string): string {
  return words(text)
    .filter((word) => !words(without).includes(word))
    .join(' ');
}

function thousand(prefix: string): readonly string[] {
  return Array.from({ length: 999 }, (_, index) => `${prefix}${index}`);
}

/** The same filter, under alternating groups that do not change what it means. */
function deep(levels: number, filter: Filter): Filter {
  return levels === 0 ? filter : levels % 2 === 0 ? and(deep(levels - 1, filter)) : not(not(deep(levels - 1, filter)));
}
