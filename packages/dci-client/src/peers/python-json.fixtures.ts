/** A number as Python prints it: `45.0` stays `45.0`, an integer of any length keeps its digits. */
export class PythonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A value as `json.loads` makes it. */
export type PythonValue =
  | null
  | boolean
  | string
  | PythonNumber
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/** A dict of Python. */
export type PythonDict = { readonly [key: string]: PythonValue };

export function isDict(value: PythonValue | undefined): value is PythonDict {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof PythonNumber);
}

export function isList(value: PythonValue | undefined): value is readonly PythonValue[] {
  return Array.isArray(value);
}

/** `repr` of a float: shortest digits; with an exponent below -4 and from 16 on, of two digits at least. */
export function floatText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [, sign = '', first = '', rest = '', exponentText = '0'] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? [];
  const exponent = Number(exponentText);
  const digits = first + rest;
  if (exponent < -4 || exponent >= 16) {
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${first}${rest === '' ? '' : `.${rest}`}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function numberOf(lexeme: string): PythonNumber {
  return new PythonNumber(/[.eE]/.test(lexeme) ? floatText(Number(lexeme)) : BigInt(lexeme).toString());
}

/** `json.loads`. */
export function loads(text: string): PythonValue {
  return JSON.parse(text, (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' ? numberOf(context?.source ?? String(value)) : value,
  );
}

const named: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};

const escaped = (unit: string): string => named[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that JSON escapes
const controls = /["\\\u0000-\u001f]/g;
const beyondAscii = /["\\]|[^ -~]/g;

function byCodePoint(left: string, right: string): number {
  const a = Array.from(left, (character) => character.codePointAt(0) ?? 0);
  const b = Array.from(right, (character) => character.codePointAt(0) ?? 0);
  for (const [index, point] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (point !== other) return point - other;
  }
  return a.length - b.length;
}

/** How {@link dumps} writes; absent: as FastAPI does. */
export interface DumpOptions {
  readonly sortKeys?: boolean;
  readonly ensureAscii?: boolean;
}

/** `json.dumps(value, separators=(",", ":"), sort_keys=…, ensure_ascii=…)`. */
export function dumps(value: PythonValue, options: DumpOptions = {}): string {
  const quote = (text: string): string => `"${text.replace(options.ensureAscii ? beyondAscii : controls, escaped)}"`;
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (value instanceof PythonNumber) return value.text;
  if (isList(value)) return `[${value.map((item) => dumps(item, options)).join(',')}]`;
  if (!isDict(value)) throw new Error('no value of Python');
  const keys = Object.keys(value);
  if (options.sortKeys) keys.sort(byCodePoint);
  return `{${keys.map((key) => `${quote(key)}:${dumps(value[key] ?? null, options)}`).join(',')}}`;
}

/** What OpenSPP and OpenG2P hash and sign: `json.dumps(value, sort_keys=True, separators=(",", ":"))`. */
export const canonicalOf = (value: PythonValue): string => dumps(value, { sortKeys: true, ensureAscii: true });

/** A whole number of Python. */
export const int = (value: number): PythonNumber => new PythonNumber(String(Math.trunc(value)));

/** A float of Python. */
export const float = (value: number): PythonNumber => new PythonNumber(floatText(value));

/** The value for comparisons: numbers as JavaScript has them. */
export function plain(value: PythonValue | undefined): unknown {
  if (value instanceof PythonNumber) return Number(value.text);
  if (isList(value)) return value.map(plain);
  if (isDict(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return value;
}
