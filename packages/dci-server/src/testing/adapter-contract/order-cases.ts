import type { SortKey } from 'dci-core';

/** A sort order, and the `id`s of all persons in it. */
export interface OrderCase {
  readonly name: string;
  readonly sort: readonly SortKey[];
  readonly ids: readonly string[];
}

const asc = (attribute: string): SortKey => ({ attribute, order: 'asc' });
const desc = (attribute: string): SortKey => ({ attribute, order: 'desc' });

const cases: readonly (readonly [string, readonly SortKey[], string])[] = [
  [
    'no sort key: the order in which the records came in',
    [],
    'amina bola chidi deseret ligature composed decomposed dotted dotless sharp sigma arabic hindi chinese wildcards ' +
      'quotes last numbers unreadable empty',
  ],
  [
    'text, ascending: folded, then exact, by code point; missing last',
    [asc('name.surname')],
    'wildcards quotes bola chidi dotted decomposed composed sharp amina dotless sigma arabic hindi chinese ligature ' +
      'deseret last numbers unreadable empty',
  ],
  [
    'text, descending; missing last all the same',
    [desc('name.surname')],
    'last deseret ligature chinese hindi arabic sigma dotless amina sharp composed decomposed dotted chidi bola ' +
      'quotes wildcards numbers unreadable empty',
  ],
  [
    'whole number, ascending, with ties',
    [asc('children')],
    'bola amina deseret ligature chidi numbers composed decomposed dotted dotless sharp sigma arabic hindi chinese ' +
      'wildcards quotes last unreadable empty',
  ],
  [
    'whole number, descending: ties keep their order',
    [desc('children')],
    'numbers chidi amina deseret ligature bola composed decomposed dotted dotless sharp sigma arabic hindi chinese ' +
      'wildcards quotes last unreadable empty',
  ],
  [
    'decimal, ascending',
    [asc('score')],
    'chidi bola numbers amina deseret ligature composed decomposed dotted dotless sharp sigma arabic hindi chinese ' +
      'wildcards quotes last unreadable empty',
  ],
  [
    'date, descending',
    [desc('birth_date')],
    'amina chidi bola deseret ligature composed decomposed dotted dotless sharp sigma arabic hindi chinese wildcards ' +
      'quotes last numbers unreadable empty',
  ],
  [
    'date-time, descending',
    [desc('registered')],
    'bola amina chidi deseret ligature composed decomposed dotted dotless sharp sigma arabic hindi chinese wildcards ' +
      'quotes last numbers unreadable empty',
  ],
  [
    'boolean, ascending: false first',
    [asc('is_disabled')],
    'bola chidi amina deseret ligature composed decomposed dotted dotless sharp sigma arabic hindi chinese wildcards ' +
      'quotes last numbers unreadable empty',
  ],
  [
    'code, then date, then decimal, in different directions',
    [desc('sex'), asc('birth_date'), desc('score')],
    'bola chidi amina numbers deseret ligature composed decomposed dotted dotless sharp sigma arabic hindi chinese ' +
      'wildcards quotes last unreadable empty',
  ],
  [
    'whole number, then text descending, missing values in both',
    [asc('children'), desc('name.surname')],
    'bola deseret ligature amina chidi numbers last chinese hindi arabic sigma dotless sharp composed decomposed ' +
      'dotted quotes wildcards unreadable empty',
  ],
  [
    'an attribute with several paths: the first value counts',
    [asc('region'), asc('country')],
    'amina chidi bola deseret ligature composed decomposed dotted dotless sharp sigma arabic hindi chinese wildcards ' +
      'quotes last numbers unreadable empty',
  ],
];

/** Orders of all persons: every attribute type, both directions, ties, missing values, several keys. */
export const orderCases: readonly OrderCase[] = cases.map(([name, sort, ids]) => ({
  name,
  sort,
  ids: ids.split(' '),
}));
