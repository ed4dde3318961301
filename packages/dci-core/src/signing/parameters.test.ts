import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSignatureParameters, parseSignatureParameters } from './parameters.ts';

const standard =
  'namespace="dci", kidId="s|k|ed25519", algorithm="ed25519", created="1705315800", expires="1705316100", ' +
  'headers="(created) (expires) digest", signature="c2lnbmF0dXJl"';
const parsed = {
  namespace: 'dci',
  kidId: 's|k|ed25519',
  algorithm: 'ed25519',
  created: 1705315800,
  expires: 1705316100,
  headers: ['(created)', '(expires)', 'digest'],
  signature: 'c2lnbmF0dXJl',
};
const parts = standard.split(', ');

describe('parseSignatureParameters', () => {
  it.each([
    ['the standard form', standard],
    ['a leading Signature:', `Signature: ${standard}`],
    ['the spacing of the standard', `Signature:  ${standard}`],
    ['a leading signature: in lower case', `signature:${standard}`],
    ['no white space', parts.join(',')],
    ['line breaks and indentation', `Signature: ${parts.join(',\n           ')}\n`],
    ['Windows line breaks and tabs', parts.join(' ,\r\n\t')],
    ['white space around the equals signs', standard.replaceAll('=', ' = ').replace('ZQ = ', 'ZQ=')],
    ['white space before', `  \n ${standard}`],
    ['another order', [...parts].reverse().join(', ')],
    ['times without quotes', standard.replace('"1705315800"', '1705315800').replace('"1705316100"', '1705316100')],
  ])('reads %s', (_, text) => {
    expect(parseSignatureParameters(text)).toEqual(parsed);
  });

  it('reads the namespace spdci', () => {
    expect(parseSignatureParameters(standard.replace('"dci"', '"spdci"'))).toEqual({ ...parsed, namespace: 'spdci' });
  });

  it('reads a sender id in any script', () => {
    const text = standard.replace('s|k|', 'https://ministère.example/ä|k|');
    expect(parseSignatureParameters(text)?.kidId).toBe('https://ministère.example/ä|k|ed25519');
  });

  it('reads a signature without headers as one that covers nothing', () => {
    expect(parseSignatureParameters(parts.filter((part) => !part.startsWith('headers')).join(', '))?.headers).toEqual(
      [],
    );
  });

  it.each([
    ['nothing', ''],
    ['only the prefix', 'Signature: '],
    ['the prefix twice', `Signature: Signature: ${standard}`],
    ['another prefix', `Authorization: ${standard}`],
    ['a word', 'unsigned-stub'],
    ['base64', 'c2lnbmF0dXJl'],
    ['a compact JWS', 'eyJhbGciOiJFZERTQSJ9.e30.c2ln'],
    ...['namespace', 'kidId', 'algorithm', 'created', 'expires', 'signature'].map((name) => [
      `no ${name}`,
      parts.filter((part) => !part.startsWith(`${name}=`)).join(', '),
    ]),
    ...parts.map((part) => [`${part.split('=')[0]} twice`, `${standard}, ${part}`]),
    ...parts.map((part) => [`${part.split('=')[0]} twice, the first empty`, `${part.split('=')[0]}="", ${standard}`]),
    ['two signatures', `${standard}, ${standard}`],
    ['two signatures on two lines', `${standard}\n${standard}`],
    ['an unknown parameter', `${standard}, opaque="x"`],
    ['keyId instead of kidId', standard.replace('kidId', 'keyId')],
    ['a parameter in upper case', standard.replace('created=', 'Created=')],
    ['a comma at the end', `${standard},`],
    ['a comma at the start', `,${standard}`],
    ['two commas', parts.join(',,')],
    ['semicolons', parts.join(';')],
    ['no separators', parts.join(' ')],
    ['text after the end', `${standard} x`],
    ['text in between', parts.join(', x ')],
    ['no quotes', standard.replaceAll('"', '')],
    ['single quotes', standard.replaceAll('"', "'")],
    ['an open quote', standard.slice(0, -1)],
    ['a backslash', standard.replace('s|k', 's\\"|k')],
    ['a line break in a value', standard.replace('s|k', 's\n|k')],
    ['a C1 control character in a value', standard.replace('s|k', 's\u0085|k')],
    ['another namespace', standard.replace('"dci"', '"oauth"')],
    ['an algorithm without quotes', standard.replace('"ed25519"', 'ed25519')],
    ['more than 8192 characters', standard.replace('s|k', `${'s'.repeat(8192)}|k`)],
    ...[
      '',
      ' 1705315800',
      '+1705315800',
      '-1',
      '01705315800',
      '1705315800.0',
      '1.7e9',
      '0x65a5',
      '１７０５',
      'now',
      '1'.repeat(16),
      'NaN',
      'Infinity',
    ].map((value) => [`created ${JSON.stringify(value)}`, standard.replace('1705315800', value)]),
    ['expires that is no number', standard.replace('1705316100', '1705316100s')],
  ] as [string, string][])('refuses %s', (_, text) => {
    expect(parseSignatureParameters(text)).toBeUndefined();
  });

  it('answers any text with parameters or undefined', () => {
    const pieces = fc.constantFrom(...parts, ', ', ',', ' ', '\n', 'Signature: ', '"', '=', 'x', '\\', '()');
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (list) => {
        const result = parseSignatureParameters(list.join(''));
        if (result !== undefined) expect(result).toMatchObject({ ...parsed, headers: expect.any(Array) });
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no longer for hostile text', () => {
    for (const unit of [' ', 'a', 'a=', '"', ',', 'a="",', 'Signature:']) {
      const start = performance.now();
      parseSignatureParameters(unit.repeat(Math.floor(8192 / unit.length)));
      expect(performance.now() - start).toBeLessThan(200);
    }
  });
});

describe('formatSignatureParameters', () => {
  it('writes the standard form, which is read back', () => {
    expect(formatSignatureParameters(parsed)).toBe(standard);
    expect(parseSignatureParameters(formatSignatureParameters(parsed))).toEqual(parsed);
  });
});
