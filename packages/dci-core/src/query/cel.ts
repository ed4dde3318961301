import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js';
import { findDeepNegation } from './cel-negation.ts';
import { readDate } from './date-value.ts';
import type { ComparisonOperator } from './filter.ts';
import { invalidFilter, unusableFilter } from './query-error.ts';
import type { QuerySize } from './query-limits.ts';
import { joinParts } from './query-parts.ts';
import type { UnboundFilter, UnboundValue } from './unbound-filter.ts';

/** Longest predicate, in UTF-16 units: room for 1,000 values of 60 characters. */
const maxLength = 65_536;

/** Room in the CEL parser, beyond what {@link QuerySize} allows a predicate to hold. */
const parserLimits = { maxDepth: 64, maxAstNodes: 4096, maxListElements: 1000, maxCallArguments: 4, maxMapEntries: 1 };

const comparisonOperators: Readonly<Record<string, ComparisonOperator | 'ne'>> = {
  '==': 'eq',
  '!=': 'ne',
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
};

/** What an operator means when its operands change places. */
const mirrored: Readonly<Record<ComparisonOperator | 'ne', ComparisonOperator | 'ne'>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  gte: 'lte',
  lt: 'gt',
  lte: 'gte',
  contains: 'contains',
  startsWith: 'startsWith',
  endsWith: 'endsWith',
};

const textOperators: readonly string[] = ['contains', 'startsWith', 'endsWith'];

/**
 * Parses a CEL predicate such as `person.age >= 18 && person.has_disability == true` (protocol.md section
 * 7). A subset of CEL: comparisons of an attribute with a literal in either order, `in` with a list,
 * `&& || !`, `contains startsWith endsWith`, `has()`, `date("…")` and `timestamp("…")`, and a boolean
 * attribute alone. An attribute is written `a.b` or `a["b"]`. `"x" in attribute` is `attribute == "x"`.
 *
 * @param text - the predicate
 * @param size - counts what it holds
 * @returns the unbound filter
 * @throws DciError `rjct.filter.invalid` with the position of what cannot be compiled, counted in UTF-16
 *   units from 1, and never with a value
 */
export function parseCel(text: string, size: QuerySize): UnboundFilter {
  if (text.length > maxLength) throw invalidFilter(`The predicate is too long; at most ${maxLength} characters.`);
  if (text.trim() === '') throw unusableFilter();
  return readCondition(parseText(text), 0);

  function readCondition(node: ASTNode, depth: number): UnboundFilter {
    switch (node.op) {
      case '&&':
      case '||': {
        const operands = operandsOf(node, node.op);
        size.group(depth + 1, operands.length);
        return joinParts(
          node.op === '&&' ? 'and' : 'or',
          operands.map((operand) => readCondition(operand, depth + 1)),
        );
      }
      case '!_':
        size.group(depth + 1, 1);
        return { kind: 'not', filter: readCondition(node.args, depth + 1) };
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        return readComparison(node.op, node.args[0], node.args[1]);
      case 'in':
        return readIn(node.args[0], node.args[1]);
      case 'call':
        return readCall(node.args[0], node.args[1], node);
      case 'rcall':
        return readTextMatch(node.args[0], node.args[1], node.args[2], node);
      case 'id':
      case '.':
      case '[]':
        size.comparison();
        return { kind: 'comparison', attribute: readAttribute(node), operator: 'eq', value: true };
      case 'value':
        throw refused('a condition is expected, not a value', node);
      default:
        throw refused('this part of CEL is not supported', node);
    }
  }

  function readComparison(symbol: string, left: ASTNode, right: ASTNode): UnboundFilter {
    size.comparison();
    const operator = comparisonOperators[symbol] ?? 'eq';
    return isAttribute(left) || !isAttribute(right)
      ? compare(readAttribute(left), operator, readLiteral(right))
      : compare(readAttribute(right), mirrored[operator], readLiteral(left));
  }

  function readIn(left: ASTNode, right: ASTNode): UnboundFilter {
    size.comparison();
    if (right.op !== 'list') return compare(readAttribute(right), 'eq', readLiteral(left));
    size.inValues(right.args.length);
    if (right.args.length === 0) throw refused('a list of values is empty', right);
    return { kind: 'in', attribute: readAttribute(left), values: right.args.map(readLiteral) };
  }

  function readCall(name: string, args: readonly ASTNode[], node: ASTNode): UnboundFilter {
    const [argument] = args;
    if (name !== 'has' || argument === undefined || args.length !== 1) {
      throw refused('this function is not supported', node);
    }
    size.comparison();
    return { kind: 'exists', attribute: readAttribute(argument) };
  }

  function readTextMatch(name: string, receiver: ASTNode, args: readonly ASTNode[], node: ASTNode): UnboundFilter {
    const [argument] = args;
    if (!isTextOperator(name) || argument === undefined || args.length !== 1) {
      throw refused('this function is not supported', node);
    }
    size.comparison();
    return { kind: 'comparison', attribute: readAttribute(receiver), operator: name, value: readLiteral(argument) };
  }
}

function parseText(text: string): ASTNode {
  const deepNegation = findDeepNegation(text);
  if (deepNegation !== undefined) throw refusedAt('too many negations follow one another', deepNegation);
  try {
    return new Environment({ limits: parserLimits }).parse(text).ast;
  } catch (error) {
    if (!(error instanceof ParseError)) throw invalidFilter('The predicate cannot be read.');
    const problem = error.code === 'limit_exceeded' ? 'it is nested too deep or too large' : 'a syntax error';
    throw refusedAt(problem, error.range?.start ?? 0);
  }
}

/** The operands of a chain like `a && b && c`, which the parser nests to the left, in their order. */
function operandsOf(chain: ASTNode, op: '&&' | '||'): readonly ASTNode[] {
  const operands: ASTNode[] = [];
  const pending: ASTNode[] = [chain];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.op === '&&' && op === '&&') pending.push(node.args[1], node.args[0]);
    else if (node.op === '||' && op === '||') pending.push(node.args[1], node.args[0]);
    else operands.push(node);
  }
  return operands;
}

function compare(attribute: string, operator: ComparisonOperator | 'ne', value: UnboundValue): UnboundFilter {
  if (operator !== 'ne') return { kind: 'comparison', attribute, operator, value };
  return { kind: 'not', filter: { kind: 'comparison', attribute, operator: 'eq', value } };
}

function isAttribute(node: ASTNode): boolean {
  return node.op === 'id' || node.op === '.' || node.op === '[]';
}

function isTextOperator(name: string): name is 'contains' | 'startsWith' | 'endsWith' {
  return textOperators.includes(name);
}

function readAttribute(node: ASTNode): string {
  const names: string[] = [];
  for (let current = node; ; ) {
    if (current.op === 'id') {
      names.push(current.args);
      return names.reverse().join('.');
    }
    if (current.op === '.') {
      names.push(current.args[1]);
      current = current.args[0];
    } else if (current.op === '[]' && current.args[1].op === 'value' && typeof current.args[1].args === 'string') {
      names.push(current.args[1].args);
      current = current.args[0];
    } else {
      throw refused('an attribute is expected', current);
    }
  }
}

function readLiteral(node: ASTNode): UnboundValue {
  if (node.op === 'value') {
    const value = node.args;
    if (value === null || typeof value !== 'object') return value;
    if (!(value instanceof Uint8Array)) return value.value;
  } else if (node.op === '-_' && node.args.op === 'value') {
    const value = node.args.args;
    if (typeof value === 'number' || typeof value === 'bigint') return -value;
  } else if (node.op === 'call' && (node.args[0] === 'date' || node.args[0] === 'timestamp')) {
    return readDateLiteral(node.args[0], node.args[1], node);
  }
  throw refused('a value is expected: text, a number, true, false, date("…") or timestamp("…")', node);
}

function readDateLiteral(name: 'date' | 'timestamp', args: readonly ASTNode[], node: ASTNode): string {
  const [argument] = args;
  const text = args.length === 1 && argument?.op === 'value' ? argument.args : undefined;
  const reading = typeof text === 'string' ? readDate(text) : undefined;
  if (typeof text !== 'string' || reading === undefined || (name === 'date' && reading.hasTime)) {
    throw refused(name === 'date' ? 'date() takes a text YYYY-MM-DD' : 'timestamp() takes an RFC 3339 text', node);
  }
  return text;
}

function refused(problem: string, node: ASTNode): Error {
  return refusedAt(problem, node.start);
}

function refusedAt(problem: string, offset: number): Error {
  return invalidFilter(`The predicate cannot be used: ${problem}, at character ${offset + 1}.`);
}
