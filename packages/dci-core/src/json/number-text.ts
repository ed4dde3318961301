/**
 * The text of a double as Python's `repr` prints it, which is how canonical JSON writes every number that
 * was received with a fraction or an exponent (protocol.md section 2): the shortest digits that denote this
 * double, always with a fraction or an exponent, the exponent form below 1e-4 and from 1e16 on.
 *
 * @param value - a finite double
 * @returns for example `1.0`, `-0.0`, `0.0001`, `1e-05`, `1e+16`
 */
export function doubleText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  // Between these bounds ECMAScript and Python both print without an exponent.
  if (magnitude >= 1e-4 && magnitude < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value);
  const text = value.toExponential();
  // Python writes an exponent of at least two digits; toExponential() of one.
  const digit = text.length - 1;
  const sign = text.charCodeAt(digit - 1);
  return sign === 0x2b || sign === 0x2d ? `${text.slice(0, digit)}0${text.slice(digit)}` : text;
}

/**
 * The text of a number in memory. A safe integer is written as an integer, any other double as
 * {@link doubleText} does, so that a reader gets back a number and not a `bigint` (`1e20` stays `1e+20`).
 *
 * @param value - a finite double
 * @returns the number's JSON text, which is also its canonical form
 */
export function numberText(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : doubleText(value);
}
