/** Names that trip up implementations: inherited, integer-like, empty, beyond the BMP next to U+E000..U+FFFF. */
const awkwardNames = [
  ...['', 'a', 'b', 'B', 'aa', 'ab', '0', '1', '10', '2', '-1', '01', '4294967295', '4294967296', '9007199254740993'],
  ...['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'length', 'name with space', 'a.b', '"', '\\', '/', '\n'],
  ...[
    '\u007f',
    '\u0080',
    '\u00e9',
    'e\u0301',
    '\u2028',
    '\ud7ff',
    '\ue000',
    '\ufeff',
    '\uffff',
    '\u{10000}',
    '\u{1f600}',
    '\u{10ffff}',
  ],
];

const awkwardNumbers = [
  ...['0', '-0', '0.0', '-0.0', '1', '-1', '1.0', '-1.0', '1.10', '1e0', '1E5', '1e+5', '1e-5', '1.5e3', '100', '1e2'],
  ...[
    '0.1',
    '0.0001',
    '0.00001',
    '0.00012345',
    '1e-7',
    '1e-10',
    '1e15',
    '1e16',
    '1e17',
    '1e20',
    '1e21',
    '1e22',
    '1e100',
  ],
  ...[
    '9999999999999998.0',
    '9999999999999999.0',
    '1234567890123456.7',
    '123456789012345680.0',
    '1e-323',
    '5e-324',
    '2e-324',
  ],
  ...[
    '1e-400',
    '-1e-400',
    '2.2250738585072014e-308',
    '2.2250738585072011e-308',
    '1.7976931348623157e308',
    '4.35',
    '0.1e1',
  ],
  ...[
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '9007199254740993.0',
    '0.30000000000000004',
  ],
  ...['18446744073709551616', '123456789012345678901234567890', '-123456789012345678901234567890', '10000000000000000'],
];

/** A generator of JSON texts: the same seed gives the same texts. */
export class RandomJson {
  private state: number;

  /** @param seed - 32 bits */
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** @returns a signed envelope with random header and message, members in random order, white space here and there */
  envelope(): string {
    const members: [string, string][] = [
      ['signature', '"none"'],
      ['header', this.object(2)],
      ['message', this.chance(0.9) ? this.object(4) : this.value(3)],
    ];
    if (this.chance(0.1)) members.push([this.string(), this.value(2)]);
    members.sort(() => this.integer(3) - 1);
    return this.wrap(
      '{',
      '}',
      members.map(([name, value]) => `${name.startsWith('"') ? name : `"${name}"`}:${value}`),
    );
  }

  /** @returns a random JSON value with at most `depth` levels of arrays and objects */
  value(depth: number): string {
    const kind = this.integer(depth > 0 ? 10 : 7);
    if (kind < 3) return this.string();
    if (kind < 6) return this.number();
    if (kind === 6) return this.pick(['true', 'false', 'null']);
    return kind === 7 ? this.array(depth) : this.object(depth);
  }

  /** @returns a random JSON number */
  number(): string {
    switch (this.integer(6)) {
      case 0:
        return this.pick(awkwardNumbers);
      case 1:
        return String(this.integer(1000) - 500);
      case 2:
        return this.digits(1 + this.integer(this.chance(0.01) ? 4300 : 40));
      case 3:
        return `${this.digits(1 + this.integer(5))}.${this.digits(1 + this.integer(20), true)}`;
      case 4:
        return `${this.digits(1)}.${this.digits(1 + this.integer(17), true)}${this.pick(['e', 'E', 'e+', 'E-', 'e-'])}${this.integer(300)}`;
      default:
        return this.anyDouble();
    }
  }

  /** @returns a random JSON string */
  string(): string {
    let text = '"';
    for (let length = this.integer(this.chance(0.1) ? 60 : 10); length > 0; length--) text += this.character();
    return `${text}"`;
  }

  private object(depth: number): string {
    const members = new Map<string, string>();
    for (let count = this.integer(this.chance(0.05) ? 40 : 7); count > 0; count--) {
      const name = this.chance(0.5) ? JSON.stringify(this.pick(awkwardNames)) : this.string();
      const read = JSON.parse(name) as string;
      if (read !== '__proto__' && !members.has(read))
        members.set(read, `${name}${this.space()}:${this.space()}${this.value(depth - 1)}`);
    }
    return this.wrap('{', '}', [...members.values()]);
  }

  private array(depth: number): string {
    return this.wrap(
      '[',
      ']',
      Array.from({ length: this.integer(6) }, () => this.value(depth - 1)),
    );
  }

  private wrap(open: string, close: string, parts: readonly string[]): string {
    return `${open}${this.space()}${parts.join(`${this.space()},${this.space()}`)}${this.space()}${close}`;
  }

  private character(): string {
    switch (this.integer(8)) {
      case 0:
        return this.pick([
          '\\"',
          '\\\\',
          '\\/',
          '\\b',
          '\\f',
          '\\n',
          '\\r',
          '\\t',
          '\\u0001',
          '\\u001F',
          '\\u007f',
          '\\uD83D\\uDe00',
        ]);
      case 1: {
        const unit = 1 + this.integer(0xffff);
        return unit >= 0xd800 && unit <= 0xdfff ? 'x' : `\\u${unit.toString(16).padStart(4, '0')}`;
      }
      case 2:
        return this.pick([
          '\u007f',
          '\u0080',
          'é',
          'ß',
          'ส',
          'ạ',
          'Ж',
          'ع',
          '漢',
          '\u2028',
          '\ue000',
          '\uffff',
          '😀',
          '\u{10ffff}',
          '𝒳',
        ]);
      default: {
        const unit = 0x20 + this.integer(0x5f);
        return unit === 0x22 || unit === 0x5c ? '/' : String.fromCharCode(unit);
      }
    }
  }

  private anyDouble(): string {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, this.next());
    view.setUint32(4, this.next());
    const value = view.getFloat64(0);
    if (!Number.isFinite(value)) return '0.5';
    return this.chance(0.5) ? String(value) : value.toExponential(this.integer(20));
  }

  private digits(count: number, mayStartWithZero = false): string {
    let text = mayStartWithZero ? '' : `${this.chance(0.3) ? '-' : ''}${1 + this.integer(9)}`;
    for (let index = mayStartWithZero ? 0 : 1; index < count; index++) text += this.integer(10);
    return text;
  }

  private space(): string {
    return this.chance(0.9) ? '' : this.pick([' ', '\n', '\t', '\r\n', '  ']);
  }

  private pick<T>(choices: readonly T[]): T {
    return choices[this.integer(choices.length)] as T;
  }

  private chance(probability: number): boolean {
    return this.next() < probability * 0x1_0000_0000;
  }

  private integer(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  /** The generator mulberry32: 32 bits, good enough for test data. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
