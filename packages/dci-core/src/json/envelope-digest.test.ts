import * as nodeCrypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import vectors from '../../vectors/canonical.json' with { type: 'json' };
import { createNodeCryptoProvider } from '../crypto/node.ts';
import { envelopeDigest } from './envelope-digest.ts';
import { askPython, pythonVersion } from './python.fixtures.ts';
import { RandomJson } from './random-json.fixtures.ts';
import { readJson } from './read.ts';

const crypto = createNodeCryptoProvider(nodeCrypto);

describe('envelopeDigest', () => {
  it('equals every digest that was recorded from Python', () => {
    expect(vectors.envelopes.length).toBeGreaterThanOrEqual(250);
    for (const { text, digest, spacedDigest } of vectors.envelopes) {
      const document = readJson(text);
      expect(envelopeDigest(document, crypto)).toBe(digest);
      expect(envelopeDigest(document, crypto, 'spaced')).toBe(spacedDigest);
    }
  });

  it.skipIf(pythonVersion() === undefined)('equals that of Python for 10,000 random envelopes', () => {
    const random = new RandomJson(20260422);
    const texts = Array.from({ length: 10_000 }, () => random.envelope());
    const digests = texts.map((text) => {
      const document = readJson(new TextEncoder().encode(text));
      return [envelopeDigest(document, crypto), envelopeDigest(document, crypto, 'spaced')];
    });
    const expected = askPython(texts).map(({ digest, spacedDigest }) => [digest, spacedDigest]);
    expect(digests).toEqual(expected);
  });

  it('refuses a document without header or message', () => {
    expect(() => envelopeDigest(readJson('{"message":{}}'), crypto)).toThrow(
      expect.objectContaining({ code: 'err.request.bad', path: 'header' }),
    );
    expect(() => envelopeDigest(readJson('{"header":{}}'), crypto)).toThrow(
      expect.objectContaining({ code: 'err.request.bad', path: 'message' }),
    );
    expect(() => envelopeDigest(readJson('[]'), crypto)).toThrow(expect.objectContaining({ path: 'header' }));
  });
});
