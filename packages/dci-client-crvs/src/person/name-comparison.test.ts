import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames, nameWords } from './name-comparison.ts';

describe('compareNames', () => {
  it.each([
    ['case and accents', { givenName: 'LUCIA', surname: 'NUNEZ' }, { givenName: 'Lucía', surname: 'Núñez' }],
    ['composed and decomposed letters', 'Lucía'.normalize('NFD'), 'Lucía'.normalize('NFC')],
    [
      'given name and surname in the other order',
      { givenName: 'Nguyen', surname: 'An' },
      { givenName: 'An', surname: 'Nguyen' },
    ],
    ['one piece and parts', 'Lucía María Núñez', { givenName: 'Lucía', secondName: 'María', surname: 'Núñez' }],
    [
      'all given names in one part',
      { givenName: 'Lucía María', surname: 'Núñez' },
      { givenName: 'Lucía', secondName: 'María', surname: 'Núñez' },
    ],
    ['hyphens', 'Jean-Paul Sartre', 'Jean Paul Sartre'],
    [
      'a word in one piece',
      { givenName: 'Jeanpaul', surname: 'Sartre' },
      { surname: 'Sartre', givenName: 'Jean-Paul' },
    ],
    ['apostrophes', { givenName: 'Mary', surname: "O'Brien" }, { givenName: 'Mary', surname: 'OBrien' }],
    ['other apostrophes', { givenName: 'Mary', surname: 'O’Brien' }, { surname: 'O Brien', givenName: 'Mary' }],
    [
      'titles',
      { prefix: 'Dr.', givenName: 'Elena', surname: 'Martínez', suffix: 'PhD' },
      { givenName: 'Elena', surname: 'Martinez' },
    ],
    [
      'the maiden name for the surname',
      { givenName: 'Ana', surname: 'Ruiz' },
      { givenName: 'Ana', surname: 'López', maidenName: 'Ruiz' },
    ],
    ['letters that do not decompose', 'Łukasz Ødegård Strauß', 'lukasz odegard strauss'],
    ['the dotless i', 'Işıl', 'ISIL'],
    ['Arabic with and without vowel signs', 'مُحَمَّد', 'محمد'],
    ['Greek final sigma', 'ΝΙΚΟΣ', 'Νικος'],
    ['full-width letters', 'ＡＮＡ', 'ana'],
  ])('takes for the same: %s', (_, one, other) => {
    expect(compareNames(one, other)).toBe('match');
  });

  it.each([
    [
      'a second name that is left out',
      { givenName: 'Lucía', surname: 'Núñez' },
      { givenName: 'Lucía', secondName: 'María', surname: 'Núñez' },
    ],
    ['only one word known', 'Lucía', 'Lucía Núñez'],
  ])('takes in part: %s', (_, one, other) => {
    expect(compareNames(one, other)).toBe('partial');
  });

  it.each([
    ['another surname', { givenName: 'Lucía', surname: 'Núñez' }, { givenName: 'Lucía', surname: 'Gómez' }],
    ['another given name', 'Lucía Núñez', 'Lucas Núñez'],
    ['another word beside a common one', 'Ana María Ruiz', 'Ana Luisa Ruiz'],
    ['a repeated word that the other has once, beside another', 'Ana Ana', 'Ana Ruiz'],
    ['vowel signs of Devanagari, which tell words apart', 'राम', 'रीमा'],
    ['voiced Japanese sounds', 'かな', 'がな'],
  ])('tells apart: %s', (_, one, other) => {
    expect(compareNames(one, other)).toBe('mismatch');
  });

  it.each([
    ['', 'Ana'],
    ['Ana', {}],
    [' - . ', 'Ana'],
    [{ prefix: 'Dr.' }, 'Ana'],
  ])('says nothing of %j and %j', (one, other) => {
    expect(compareNames(one, other)).toBe('not_stated');
  });
});

const word = fc.stringMatching(/^[a-zà-öø-ÿāčđėğıłńőřśťūź]{2,8}$/);
const words = fc.array(word, { minLength: 1, maxLength: 5 });
const part = fc.option(fc.string({ unit: 'grapheme', maxLength: 12 }), { nil: undefined });
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .record({ givenName: part, secondName: part, surname: part, maidenName: part })
    .map((name) => Object.fromEntries(Object.entries(name).filter(([, value]) => value !== undefined))),
);

describe('compareNames, for any names', () => {
  it('is the same whichever is first, and a name matches itself', () => {
    fc.assert(
      fc.property(anyName, anyName, (one, other) => {
        expect(compareNames(one, other)).toBe(compareNames(other, one));
        expect(['match', 'not_stated']).toContain(compareNames(one, one));
      }),
    );
  });

  it('heeds neither order nor case nor accents nor the form of letters', () => {
    fc.assert(
      fc.property(words, fc.infiniteStream(fc.nat()), fc.constantFrom('NFC', 'NFD'), (list, order, form) => {
        const shuffled = list
          .map((each) => [order.next().value ?? 0, each] as const)
          .sort(([one], [other]) => one - other)
          .map(([, each]) => each);
        const other = shuffled.join(' ').toUpperCase().normalize(form);
        expect(compareNames(list.join(' '), other)).toBe('match');
        expect(compareNames(list.join(' '), other.normalize('NFD').replace(/[\u0300-\u036f]/g, ''))).toBe('match');
      }),
    );
  });

  it('matches in part when one has further words, and not at all when each has a word of its own', () => {
    fc.assert(
      fc.property(words, (list) => {
        const name = list.join(' ');
        expect(compareNames(name, `${name} qqqqqqqqq`)).toBe('partial');
        expect(compareNames(`${name} qqqqqqqqq`, `${name} wwwwwwwww`)).toBe('mismatch');
      }),
    );
  });

  it('folds to words without space or sign', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const each of nameWords(text)) expect(each).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
      }),
    );
  });
});
