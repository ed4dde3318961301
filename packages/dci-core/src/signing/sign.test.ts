import * as nodeCrypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import recorded from '../../vectors/signatures.json' with { type: 'json' };
import { createNodeCryptoProvider } from '../crypto/node.ts';
import { createPortableCryptoProvider } from '../crypto/portable.ts';
import { readJson } from '../json/read.ts';
import type { JsonObject } from '../json/value.ts';
import { publicKeyOf } from '../keys/generate.ts';
import type { PrivateKey, SignatureAlgorithm, SigningKey, VerificationKey } from '../keys/key.ts';
import { ecKey, ed25519Key, rsaKey } from '../keys/test-keys.fixtures.ts';
import { parseSignatureParameters } from './parameters.ts';
import type { SignatureSchemeName } from './scheme.ts';
import { signDocument, signEnvelope } from './sign.ts';
import { verifyEnvelope } from './verify.ts';

const crypto = createNodeCryptoProvider(nodeCrypto);
const privateKeys: Record<SignatureAlgorithm, PrivateKey> = {
  ed25519: ed25519Key,
  rs256: rsaKey,
  es256: ecKey,
};
const clockAt = (seconds: number) => ({ now: () => seconds * 1000 + 999 });
const now = 1_776_853_800;
const signingKey: SigningKey = { senderId: 's', keyId: 'k', privateKey: ed25519Key };
const keys: VerificationKey[] = [{ keyId: 'k', publicKey: publicKeyOf(ed25519Key), state: 'active' }];

describe.each(recorded.vectors)('recorded from Python: $name', (vector) => {
  const scheme = vector.scheme as SignatureSchemeName;
  const algorithm = vector.algorithm as SignatureAlgorithm;
  const { senderId, keyId, created, expires, signature, body } = vector;
  const document = readJson(body);

  it.each([
    ['node', crypto],
    ['portable', createPortableCryptoProvider()],
  ])('is verified by the %s provider', async (_, provider) => {
    const { jwk } = recorded.publicKeys[algorithm];
    const verification = await verifyEnvelope({
      document,
      keys: [{ keyId, publicKey: { algorithm, jwk } as VerificationKey['publicKey'], state: 'active' }],
      senderId,
      schemes: [scheme],
      crypto: provider,
      clock: clockAt(created + 10),
    });
    expect(verification).toEqual({ valid: true, keyId, scheme, algorithm, created, expires });
  });

  // WebCrypto and OpenSSL draw a random number for every signature of ECDSA; the plain provider does not.
  const signer = algorithm === 'es256' ? createPortableCryptoProvider() : crypto;

  it('is what we sign, byte for byte', async () => {
    const key = { senderId, keyId, privateKey: privateKeys[algorithm] };
    const signed = await signDocument({ document, key, scheme, crypto: signer, clock: clockAt(created) });
    expect(signed.signature).toBe(signature);
  });
});

describe('signEnvelope', () => {
  const header: JsonObject = { sender_id: 's', message_id: '1', receiver_id: undefined };
  const message: JsonObject = { b: [1.5, 1e21, 123456789012345678901n], a: 'é😀' };

  it.each<[SignatureSchemeName, number, string]>([
    ['dci', 300, 'namespace="dci", kidId="s|k|ed25519", algorithm="ed25519", '],
    ['dci-legacy', 3600, 'Signature: namespace="dci", kidId="s|k|ed25519", algorithm="ed25519", '],
  ])('signs with %s for %d seconds', async (scheme, lifetime, start) => {
    const { text, signature } = await signEnvelope({
      header,
      message,
      key: signingKey,
      scheme,
      crypto,
      clock: clockAt(now),
    });
    expect(signature.startsWith(start)).toBe(true);
    expect(parseSignatureParameters(signature)).toMatchObject({ created: now, expires: now + lifetime });
    const document = readJson(text);
    expect(document.canonical()).toBe(text);
    expect(document.value).toEqual({ header: { sender_id: 's', message_id: '1' }, message, signature });
    expect(
      await verifyEnvelope({ document, keys, senderId: 's', schemes: [scheme], crypto, clock: clockAt(now) }),
    ).toMatchObject({ valid: true });
  });

  it('signs with dci when no scheme is named', async () => {
    const unnamed = await signEnvelope({ header, message, key: signingKey, crypto, clock: clockAt(now) });
    expect(unnamed).toEqual(
      await signEnvelope({ header, message, key: signingKey, scheme: 'dci', crypto, clock: clockAt(now) }),
    );
  });

  it('takes another lifetime', async () => {
    const { signature } = await signEnvelope({
      header,
      message,
      key: signingKey,
      lifetimeSeconds: 60,
      crypto,
      clock: clockAt(now),
    });
    expect(parseSignatureParameters(signature)?.expires).toBe(now + 60);
  });

  it.each([0, -1, 3601, 1.5, Number.NaN])('refuses a lifetime of %d seconds', async (lifetimeSeconds) => {
    await expect(
      signEnvelope({ header, message, key: signingKey, lifetimeSeconds, crypto, clock: clockAt(now) }),
    ).rejects.toThrow(expect.objectContaining({ code: 'err.configuration.invalid' }));
  });

  it('refuses names that no signature can carry', async () => {
    for (const names of [{ senderId: 's"' }, { keyId: 'a|b' }, { keyId: '' }]) {
      await expect(
        signEnvelope({ header, message, key: { ...signingKey, ...names }, crypto, clock: clockAt(now) }),
      ).rejects.toThrow(expect.objectContaining({ code: 'err.configuration.invalid' }));
    }
  });

  it('names the place of a value that has no JSON text', async () => {
    const bad = { search_response: [{ name: 'a\0b' }] };
    await expect(signEnvelope({ header, message: bad, key: signingKey, crypto, clock: clockAt(now) })).rejects.toThrow(
      expect.objectContaining({ code: 'err.internal', path: 'message.search_response[0].name' }),
    );
  });

  it('writes nothing that is nested too deep for its reader', async () => {
    const nested = (levels: number): JsonObject => (levels === 0 ? {} : { a: nested(levels - 1) });
    const sign = (levels: number) =>
      signEnvelope({ header, message: nested(levels - 1), key: signingKey, crypto, clock: clockAt(now) });
    expect(readJson((await sign(31)).text).value).toBeDefined();
    await expect(sign(32)).rejects.toThrow(/nesting deeper than 32/);
  });
});

describe('signDocument', () => {
  it('keeps number lexemes and replaces a signature', async () => {
    const document = readJson('{"signature":"old","message":{"score":45.0},"header":{"sender_id":"s"}}');
    const { text } = await signDocument({ document, key: signingKey, crypto, clock: clockAt(now) });
    expect(text).toContain('{"header":{"sender_id":"s"},"message":{"score":45.0},"signature":"namespace');
    expect(
      await verifyEnvelope({ document: readJson(text), keys, senderId: 's', crypto, clock: clockAt(now) }),
    ).toMatchObject({ valid: true });
  });

  it('refuses a document without header or message', async () => {
    await expect(
      signDocument({ document: readJson('{"header":{}}'), key: signingKey, crypto, clock: clockAt(now) }),
    ).rejects.toThrow(expect.objectContaining({ code: 'err.request.bad', path: 'message' }));
  });
});
