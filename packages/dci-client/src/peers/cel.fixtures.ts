/** A value that a name or literal of a CEL text stands for. */
export type CelValue = string | number | boolean | readonly CelValue[] | undefined;

/** A compiled CEL text: true where a row matches. */
export type CelTest = (attribute: (name: string) => CelValue) => boolean;

/** A text that is no CEL of the subset that peers know; the message tells where. */
export class CelError extends Error {}

type Term = (attribute: (name: string) => CelValue) => CelValue;

const tokenForm =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\d+(?:\.\d+)?)|([A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*)|(&&|\|\||[<>=!]=|[<>!()[\],]))/y;

const tests: Readonly<Record<string, (left: CelValue, right: CelValue) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => order(left, right) > 0,
  '>=': (left, right) => order(left, right) >= 0,
  '<': (left, right) => order(left, right) < 0,
  '<=': (left, right) => order(left, right) <= 0,
  in: (left, right) => Array.isArray(right) && right.includes(left),
};

function order(left: CelValue, right: CelValue): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left !== 'string' || typeof right !== 'string') return Number.NaN;
  return left === right ? 0 : left < right ? -1 : 1;
}

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  tokenForm.lastIndex = 0;
  while (text.slice(tokenForm.lastIndex).trim() !== '') {
    const at = tokenForm.lastIndex;
    const match = tokenForm.exec(text);
    if (match === null) throw new CelError(`character ${at + 1}`);
    tokens.push(match[0].trim());
  }
  return tokens;
}

/**
 * Compiles the part of CEL that registries use: comparisons, `in`, `&& || !`, parentheses, and the text methods.
 *
 * @throws CelError for anything else
 */
export function compileCel(text: string): CelTest {
  const tokens = tokensOf(text);
  let next = 0;
  const peek = (): string => tokens[next] ?? '';
  const take = (wanted?: string): string => {
    const token = tokens[next];
    if (token === undefined || (wanted !== undefined && token !== wanted)) throw new CelError(`token ${next + 1}`);
    next += 1;
    return token;
  };

  const chain = (operator: '&&' | '||', part: () => Term): Term => {
    const parts = [part()];
    while (peek() === operator) {
      take();
      parts.push(part());
    }
    const [only] = parts;
    if (only !== undefined && parts.length === 1) return only;
    return operator === '&&'
      ? (attribute) => parts.every((each) => each(attribute) === true)
      : (attribute) => parts.some((each) => each(attribute) === true);
  };
  const disjunction = (): Term => chain('||', () => chain('&&', negation));
  const negation = (): Term => {
    if (peek() !== '!') return comparison();
    take();
    const inner = negation();
    return (attribute) => inner(attribute) !== true;
  };
  const comparison = (): Term => {
    const left = operand();
    const test = tests[peek()];
    if (test === undefined) return left;
    take();
    const right = operand();
    return (attribute) => test(left(attribute), right(attribute));
  };
  const list = (close: string): readonly Term[] => {
    const items: Term[] = [];
    while (peek() !== close) {
      items.push(operand());
      if (peek() !== close) take(',');
    }
    take(close);
    return items;
  };
  const operand = (): Term => {
    const token = take();
    if (token === '(') {
      const inner = disjunction();
      take(')');
      return inner;
    }
    if (token === '[') {
      const items = list(']');
      return (attribute) => items.map((item) => item(attribute));
    }
    if (/^["']/.test(token)) {
      const literal = token.slice(1, -1).replace(/\\(.)/g, '$1');
      return () => literal;
    }
    if (/^\d/.test(token)) return () => Number(token);
    if (token === 'true' || token === 'false') return () => token === 'true';
    if (!/^[A-Za-z_]/.test(token)) throw new CelError(`token ${next}`);
    return peek() === '(' ? call(token) : (attribute) => attribute(token);
  };
  const call = (name: string): Term => {
    take('(');
    const items = list(')');
    const dot = name.lastIndexOf('.');
    const [owner, method] = dot < 0 ? ['', name] : [name.slice(0, dot), name.slice(dot + 1)];
    const [argument = () => undefined] = items;
    if (owner === '' && (method === 'date' || method === 'timestamp')) return argument;
    if (method !== 'contains' && method !== 'startsWith' && method !== 'endsWith')
      throw new CelError(`call of ${method}`);
    return (attribute) => {
      const [subject, part] = [attribute(owner), argument(attribute)];
      if (typeof subject !== 'string' || typeof part !== 'string') return false;
      if (method === 'contains') return subject.includes(part);
      return method === 'startsWith' ? subject.startsWith(part) : subject.endsWith(part);
    };
  };

  const term = disjunction();
  if (next < tokens.length) throw new CelError(`token ${next + 1}`);
  return (attribute) => term(attribute) === true;
}
