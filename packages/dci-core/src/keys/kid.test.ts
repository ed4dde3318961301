import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatKid, parseKid } from './kid.ts';

describe('kid', () => {
  it('is taken apart into what it was made of', () => {
    const id = fc.stringMatching(/^[^"\\\p{Cc}]+$/u);
    fc.assert(
      fc.property(id, id, (senderId, key) => {
        const keyId = key.replaceAll('|', '-');
        const kid = formatKid({ senderId, keyId, algorithm: 'ed25519' });
        expect(parseKid(kid)).toEqual({ senderId, keyId, algorithm: 'ed25519' });
      }),
    );
  });

  it.each([
    [
      'https://registry.example/a|b|key1|rs256',
      { senderId: 'https://registry.example/a|b', keyId: 'key1', algorithm: 'rs256' },
    ],
    ['a|b|', undefined],
    ['a||c', undefined],
    ['|b|c', undefined],
    ['a|b', undefined],
    ['||', undefined],
    ['', undefined],
    ['thumbprint', undefined],
  ])('reads %j', (kid, parts) => {
    expect(parseKid(kid)).toEqual(parts);
  });

  it.each([
    ['', 'k'],
    ['s', ''],
    ['s', 'a|b'],
    ['s"', 'k'],
    ['s\\', 'k'],
    ['s\n', 'k'],
    ['s', 'k"'],
    ['s', 'k\u0085'],
  ])('is not made of sender %j and key %j', (senderId, keyId) => {
    expect(() => formatKid({ senderId, keyId, algorithm: 'rs256' })).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid' }),
    );
  });
});
