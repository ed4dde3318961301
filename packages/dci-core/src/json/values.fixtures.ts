import fc from 'fast-check';
import type { JsonValue } from './value.ts';

const text = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((value) => value.isWellFormed() && !value.includes('\0'));
const name = fc
  .oneof(text, fc.constantFrom('constructor', 'toString', '10', '9', '\ue000', '\u{1f600}', 'a', 'b'))
  .filter((value) => value !== '__proto__');
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));

/** Values that have a JSON text, with numbers of every kind. */
export const jsonValues: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    text,
    fc.integer(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }),
    double,
    fc.array(tie('value'), { maxLength: 5 }),
    fc
      .uniqueArray(fc.tuple(name, tie('value')), { maxLength: 20, selector: ([key]) => key })
      .map((members) => Object.fromEntries(members) as JsonValue),
  ),
})).value;
