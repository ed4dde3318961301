import {
  type AttributeValue,
  type ComparisonFilter,
  type ExistsFilter,
  evaluateFilter,
  type Filter,
  foldText,
  type IdentifierFilter,
  type InFilter,
} from 'dci-core';
import { type SqlValue, toSqlValue } from './index-record.ts';
import { operandType, type StoredAttribute, type StoredForm, type TableLayout } from './table-layout.ts';

/**
 * SQL, most often a condition on the record table, which is called `r`. Its text depends on the shape of the filter only:
 * every value is a parameter, and an `in` list is one parameter whatever its length.
 */
export interface SqlCondition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

const always = '1';
const never = '0';

/**
 * Translates a filter. In the condition NULL counts as false, which it does in WHERE, AND and OR by
 * themselves; every negation is written `IS NOT TRUE`, so that the logic is two-valued throughout.
 *
 * @param filter - a bound filter
 * @param layout - the tables of the record type that it is bound to
 * @param guard - a condition that is always true and ends a statement that takes too long; it is put into
 *   every subquery that may read many rows
 * @returns the condition; it holds for the records for which `evaluateFilter` of dci-core is true
 */
export function filterToSql(filter: Filter, layout: TableLayout, guard: string): SqlCondition {
  const parameters: SqlValue[] = [];
  const sql = new FilterWriter(layout, guard, parameters).write(filter);
  return { sql, parameters };
}

class FilterWriter {
  private readonly layout: TableLayout;
  private readonly guard: string;
  private readonly parameters: SqlValue[];

  constructor(layout: TableLayout, guard: string, parameters: SqlValue[]) {
    this.layout = layout;
    this.guard = guard;
    this.parameters = parameters;
  }

  /** Writes parts in the order of their text, since parameters are positional. */
  write(filter: Filter): string {
    switch (filter.kind) {
      case 'and':
        return `(${filter.filters.map((part) => this.write(part)).join(' AND ')})`;
      case 'or':
        return `(${filter.filters.map((part) => this.write(part)).join(' OR ')})`;
      case 'not':
        return `(${this.write(filter.filter)} IS NOT TRUE)`;
      case 'constant':
        return filter.value ? always : never;
      case 'identifier':
        return this.writeIdentifier(filter);
      case 'exists':
        return this.writeAttribute(filter, ({ value }) => `${value} IS NOT NULL`);
      case 'in':
        return this.writeAttribute(filter, (columns) => this.writeIn(columns, filter.values));
      case 'comparison':
        return this.writeAttribute(filter, (columns) => this.writeComparison(columns, filter));
    }
  }

  private writeAttribute(
    filter: ComparisonFilter | InFilter | ExistsFilter,
    condition: (columns: ValueColumns) => string,
  ): string {
    const { attributes, valueTable, recordType, registryType } = this.layout;
    const stored = attributes.get(filter.attribute);
    switch (stored?.kind) {
      case undefined:
        return never;
      case 'constant':
        return evaluateFilter(filter, {}, recordType, registryType) ? always : never;
      case 'column':
        return condition(columnsOf(stored));
      case 'rows': {
        this.parameters.push(stored.number);
        const some = condition({ value: 'v.value', folded: 'v.folded', form: stored.form });
        // The table is ordered by attribute, folded text, value; what is not text has an empty folded text.
        const ofAttribute = stored.form === 'text' ? 'v.attribute = ?' : "v.attribute = ? AND v.folded = ''";
        return `r.key IN (SELECT v.record FROM "${valueTable}" AS v WHERE ${this.guard} AND ${ofAttribute} AND ${some})`;
      }
    }
  }

  private writeComparison(columns: ValueColumns, { operator, value }: ComparisonFilter): string {
    if (typeof value !== operandType[columns.form]) return never;
    const { value: column, form } = columns;
    switch (operator) {
      case 'eq':
        if (form !== 'text') return this.compare(column, '=', value);
        return `(${this.compare(columns.folded, '=', foldText(String(value)))} AND ${this.compare(column, '=', value)})`;
      case 'gt':
        return this.compare(column, '>', value);
      case 'gte':
        return this.compare(column, '>=', value);
      case 'lt':
        return this.compare(column, '<', value);
      case 'lte':
        return this.compare(column, '<=', value);
      case 'contains':
      case 'startsWith':
      case 'endsWith':
        return this.matchText(columns, operator, foldText(String(value)));
    }
  }

  private compare(column: string, operator: '=' | '>' | '>=' | '<' | '<=', value: AttributeValue): string {
    this.parameters.push(toSqlValue(value));
    return `${column} ${operator} ?`;
  }

  /** None of these has wildcards, so there is nothing to escape; none stops at a NUL character either. */
  private matchText(columns: ValueColumns, operator: 'contains' | 'startsWith' | 'endsWith', text: string): string {
    if (columns.form !== 'text') return never;
    const searched = columns.folded;
    if (text === '') return `${searched} IS NOT NULL`;
    switch (operator) {
      case 'contains':
        this.parameters.push(text);
        return `instr(${searched}, ?) > 0`;
      case 'startsWith': {
        // The texts with a prefix are a range in code point order, which an index can serve.
        const lower = this.compare(searched, '>=', text);
        const end = afterPrefix(text);
        return end === undefined ? lower : `(${lower} AND ${this.compare(searched, '<', end)})`;
      }
      case 'endsWith':
        this.parameters.push(-Buffer.byteLength(text), text);
        return `substr(CAST(${searched} AS BLOB), ?) = CAST(? AS BLOB)`;
    }
  }

  private writeIn(columns: ValueColumns, values: readonly AttributeValue[]): string {
    const operands = values.filter((value) => typeof value === operandType[columns.form]);
    if (columns.form !== 'text') return this.isOneOf(columns.value, operands.map(toSqlValue));
    const folded = this.isOneOf(columns.folded, [...new Set(operands.map((value) => foldText(String(value))))]);
    return `(${folded} AND ${this.isOneOf(columns.value, operands.map(toSqlValue))})`;
  }

  private isOneOf(column: string, values: readonly SqlValue[]): string {
    this.parameters.push(JSON.stringify(values));
    return `${column} IN (SELECT value FROM json_each(?))`;
  }

  private writeIdentifier(filter: IdentifierFilter): string {
    const carriers = carriersToSql(filter, this.layout);
    if (carriers === undefined) return never;
    this.parameters.push(...carriers.parameters);
    return `r.key IN (${carriers.sql})`;
  }
}

/**
 * Translates an identifier filter into a statement of its own.
 *
 * @param filter - a bound identifier filter
 * @param layout - the tables of the record type that it is bound to
 * @returns a SELECT of the keys of the records that carry the identifier, which may repeat a key; `undefined`
 *   when no record can carry one
 */
export function carriersToSql(filter: IdentifierFilter, layout: TableLayout): SqlCondition | undefined {
  const paths = filter.paths.map((path) => layout.identifierPaths.get(path)).filter((path) => path !== undefined);
  if (paths.length === 0) return undefined;
  const oneOf = paths.map(() => '?').join(', ');
  const [value, ...others] = filter.values;
  if (value === undefined) return undefined;
  const [test, operand] =
    others.length === 0 ? ['= ?', value] : ['IN (SELECT value FROM json_each(?))', JSON.stringify(filter.values)];
  return {
    sql: `SELECT i.record FROM "${layout.identifierTable}" AS i WHERE i.value ${test} AND i.type = ? AND i.path IN (${oneOf})`,
    parameters: [operand, filter.identifierType, ...paths],
  };
}

interface ValueColumns {
  readonly value: string;
  /** Meaningful for the form `text` only. */
  readonly folded: string;
  readonly form: StoredForm;
}

function columnsOf(stored: StoredAttribute & { kind: 'column' }): ValueColumns {
  const value = `r."${stored.column}"`;
  return { value, folded: stored.folded === undefined ? value : `r."${stored.folded}"`, form: stored.form };
}

/** The smallest text, by code point, that is greater than every text with this prefix. */
function afterPrefix(prefix: string): string | undefined {
  const characters = Array.from(prefix);
  while (characters.length > 0) {
    const last = characters.pop()?.codePointAt(0) ?? 0;
    if (last >= 0x10ffff) continue;
    // There are no texts with surrogates alone; the next character after U+D7FF is U+E000.
    return characters.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}
