import type { ComparisonOperator } from '../query/filter.ts';
import type { UnboundComparison, UnboundFilter, UnboundValue } from '../query/unbound-filter.ts';
import { noFormFor } from './query-refusal.ts';

const symbols: Readonly<Partial<Record<ComparisonOperator, string>>> = {
  eq: '==',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};

/** Words that are no names in CEL. */
const reserved = new Set(
  'as break const continue else false for function if import in let loop namespace null package return true var void while'.split(
    ' ',
  ),
);

const maxInteger = 2n ** 63n - 1n;

/**
 * Writes a query as a CEL predicate (protocol.md section 7). Texts are escaped, so that no value can become a condition.
 *
 * @param filter - the query, its attributes under the names that the peer knows
 * @returns for example `person.age >= 18 && !(person.sex == "male")`
 * @throws DciError `rjct.filter.invalid` for an identifier among other conditions, a name that CEL cannot write, and values
 *   that it does not have: `null`, half a surrogate pair, integers beyond 64 bits
 */
export function writeCel(filter: UnboundFilter): string {
  switch (filter.kind) {
    case 'and':
      return filter.filters.map(writePart).join(' && ');
    case 'or':
      return filter.filters.map(writePart).join(' || ');
    case 'not':
      return `!(${writeCel(filter.filter)})`;
    case 'exists':
      return `has(${nameOf(filter.attribute)})`;
    case 'in':
      return `${nameOf(filter.attribute)} in [${filter.values.map(literalOf).join(', ')}]`;
    case 'comparison':
      return comparisonOf(filter);
    case 'identifier':
      throw noFormFor('A predicate', 'an identifier among other conditions');
  }
}

function writePart(filter: UnboundFilter): string {
  const text = writeCel(filter);
  return filter.kind === 'and' || filter.kind === 'or' ? `(${text})` : text;
}

function comparisonOf({ attribute, operator, value }: UnboundComparison): string {
  const symbol = symbols[operator];
  const [name, literal] = [nameOf(attribute), literalOf(value)];
  return symbol === undefined ? `${name}.${operator}(${literal})` : `${name} ${symbol} ${literal}`;
}

function nameOf(attribute: string): string {
  const isName = attribute.split('.').every((part) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(part) && !reserved.has(part));
  if (!isName) throw noFormFor('A predicate', 'an attribute whose name is no CEL name');
  return attribute;
}

function literalOf(value: UnboundValue): string {
  switch (typeof value) {
    case 'string':
      return textOf(value);
    case 'number':
      // What is beyond the integers of CEL would be one without an exponent.
      return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
    case 'bigint':
      if (value > maxInteger || value < -maxInteger) throw noFormFor('A predicate', 'integers beyond 64 bits');
      return String(value);
    case 'boolean':
      return String(value);
    default:
      throw noFormFor('A predicate', 'a comparison with null');
  }
}

function textOf(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw noFormFor('A predicate', 'half a surrogate pair');
  return `"${text.replace(/["\\\p{Control}\p{Line_Separator}\p{Paragraph_Separator}]/gu, escapeOf)}"`;
}

function escapeOf(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
