import * as nodeCrypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createNodeCryptoProvider } from '../crypto/node.ts';
import { createPortableCryptoProvider } from '../crypto/portable.ts';
import { DciError } from '../errors.ts';
import type { JsonDocument } from '../json/document.ts';
import { readJson } from '../json/read.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { writeJson } from '../json/write.ts';
import { publicKeyOf } from '../keys/generate.ts';
import type { PrivateKey, SignatureAlgorithm, VerificationKey } from '../keys/key.ts';
import { ecKey, ed25519Key, otherEd25519Key, rsaKey } from '../keys/test-keys.fixtures.ts';
import { signatureSchemes } from './schemes.ts';
import { signDocument, signEnvelope } from './sign.ts';
import { signatureKeyId } from './signature-key-id.ts';
import { type VerifyEnvelopeOptions, verifyEnvelope } from './verify.ts';

const crypto = createNodeCryptoProvider(nodeCrypto);
const now = 1_776_853_800;
const clockAt = (seconds: number) => ({ now: () => seconds * 1000 });
const privateKeys: Record<SignatureAlgorithm, PrivateKey> = { ed25519: ed25519Key, rs256: rsaKey, es256: ecKey };
const header: JsonObject = { sender_id: 'mis.example', message_ts: '2026-04-22T10:30:00Z', action: 'search' };
const message: JsonObject = { transaction_id: 'é😀', list: [1, 45.5, 12345678901234567890n, 1e21, 1e-7, 1e16], a: {} };
const contentOf = (document: JsonDocument): string =>
  `${document.canonicalMember('header')}${document.canonicalMember('message')}`;
const registered = (privateKey: PrivateKey, changes: Partial<VerificationKey> = {}): VerificationKey => ({
  keyId: 'k1',
  publicKey: publicKeyOf(privateKey),
  state: 'active',
  ...changes,
});

/** What every signature scheme does alike, whatever its form. */
describe.each(Object.values(signatureSchemes))('scheme $name', ({ name: scheme, algorithms, lifetimeSeconds }) => {
  interface Signing {
    readonly privateKey?: PrivateKey;
    readonly senderId?: string;
    readonly keyId?: string;
    readonly at?: number;
  }
  const sign = ({ privateKey = ed25519Key, senderId = 'mis.example', keyId = 'k1', at = now }: Signing = {}) =>
    signEnvelope({ header, message, key: { senderId, keyId, privateKey }, scheme, crypto, clock: clockAt(at) });
  const reasonOf = async (text: string, options: Partial<VerifyEnvelopeOptions> = {}): Promise<string> => {
    const document = readJson(text);
    const base = { document, keys: [registered(ed25519Key)], senderId: 'mis.example', crypto };
    const verification = await verifyEnvelope({ ...base, schemes: [scheme], clock: clockAt(now), ...options });
    return verification.valid ? 'valid' : verification.reason;
  };
  const withSignature = (signature: JsonValue, parts: JsonObject = {}): string =>
    writeJson({ signature, header, message, ...parts });

  it.each(Object.keys(privateKeys) as SignatureAlgorithm[])(
    'with %s is valid, or refused when signing',
    async (name) => {
      const privateKey = privateKeys[name];
      const keys = [registered(privateKey)];
      if (!algorithms.includes(name)) {
        await expect(sign({ privateKey })).rejects.toThrow(
          expect.objectContaining({ code: 'err.configuration.invalid' }),
        );
        return;
      }
      const { text, signature } = await sign({ privateKey });
      for (const provider of [crypto, createPortableCryptoProvider()]) {
        expect(
          await verifyEnvelope({
            ...{ document: readJson(text), keys, senderId: 'mis.example', schemes: [scheme] },
            ...{ crypto: provider, clock: clockAt(now) },
          }),
        ).toEqual({
          ...{ valid: true, keyId: 'k1', scheme, algorithm: name },
          ...{ created: now, expires: now + lifetimeSeconds },
        });
      }
      expect(signatureKeyId(signature)).toBe('k1');
      expect(await reasonOf(text, { keys: [registered(otherEd25519Key)] })).toBe(
        name === 'ed25519' ? 'signature_mismatch' : 'algorithm_mismatch',
      );
    },
  );

  it('holds however the body is written, as long as its values are the same', async () => {
    const { text, signature } = await sign();
    for (const same of [
      withSignature(signature),
      `{"message":${writeJson(message)},"header":${writeJson(header)},"signature":${writeJson(signature)}}`,
      text.replaceAll(',"', ' , "'),
      text.replace('\\u00e9', '\\u00E9'),
    ]) {
      expect(await reasonOf(same)).toBe('valid');
    }
  });

  it('keeps the numbers of a document as they were written', async () => {
    const document = readJson('{"header":{"sender_id":"mis.example"},"message":{"a":45.0,"b":45,"c":1e2}}');
    const key = { senderId: 'mis.example', keyId: 'k1', privateKey: ed25519Key };
    const { text } = await signDocument({ document, key, scheme, crypto, clock: clockAt(now) });
    expect(await reasonOf(text)).toBe('valid');
    for (const [from, to] of [
      ['45.0', '45'],
      ['"b":45', '"b":45.0'],
      ['100.0', '100'],
    ] as const) {
      expect(text).toContain(from);
      expect(await reasonOf(text.replace(from, to))).toBe('signature_mismatch');
    }
  });

  it('with any bit of header or message changed is refused', async () => {
    const { signature } = await sign();
    const text = withSignature(signature);
    const bytes = new TextEncoder().encode(text);
    const start = text.indexOf('"header":');
    let refused = 0;
    for (let at = start; at < bytes.length - 1; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 7));
      try {
        const document = readJson(changed);
        const base = { document, keys: [registered(ed25519Key)], senderId: 'mis.example', crypto };
        const { valid } = await verifyEnvelope({ ...base, schemes: [scheme], clock: clockAt(now) });
        // `1E+21` is the number `1e+21`.
        expect(valid).toBe(contentOf(document) === contentOf(readJson(text)));
        refused++;
      } catch (error) {
        expect(error).toBeInstanceOf(DciError);
        expect(error).toMatchObject({ code: 'err.request.bad' });
      }
    }
    expect(refused).toBeGreaterThan(50);
  });

  it('with any character of the signature changed is refused', async () => {
    const { signature } = await sign();
    // The prefix of `dci-legacy` is read in any case.
    for (let at = signature.startsWith('Signature: ') ? 11 : 0; at < signature.length; at++) {
      for (const other of ['A', 'z', '.', '=', ' ']) {
        if (signature[at] === other) continue;
        const changed = `${signature.slice(0, at)}${other}${signature.slice(at + 1)}`;
        expect(await reasonOf(withSignature(changed)), changed).not.toBe('valid');
      }
    }
  });

  it.each<[string, JsonObject]>([
    ['another number of the same value', { message: { ...message, transaction_id: 1 } }],
    ['a member more', { message: { ...message, extra: null } }],
    ['a member less', { message: { a: {} } }],
    ['an empty message', { message: {} }],
    ['another header', { header: { ...header, action: 'subscribe' } }],
    ['a rounded integer', { message: { ...message, list: [1, 45.5, 12345678901234567000n, 1e21, 1e-7, 1e16] } }],
    [
      'an integer for a double',
      { message: { ...message, list: [1, 45.5, 12345678901234567890n, 1e21, 1e-7, 10n ** 16n] } },
    ],
  ])('refuses %s', async (_, parts) => {
    const { signature } = await sign();
    expect(await reasonOf(withSignature(signature))).toBe('valid');
    expect(await reasonOf(withSignature(signature, parts))).toBe('signature_mismatch');
  });

  it.each(['header', 'message'])('of an envelope without %s is refused as malformed', async (name) => {
    const { signature } = await sign();
    const { [name]: _, ...rest }: JsonObject = { header, message, signature };
    await expect(reasonOf(writeJson(rest))).rejects.toThrow(
      expect.objectContaining({ code: 'err.request.bad', path: name }),
    );
  });

  it.each([
    [-60.001, 'not_yet_valid'],
    [-60, 'valid'],
    [lifetimeSeconds + 60, 'valid'],
    [lifetimeSeconds + 60.001, 'expired'],
  ])('%d seconds after it was created: %s', async (seconds, reason) => {
    const { text } = await sign();
    expect(await reasonOf(text, { clock: clockAt(now + seconds) })).toBe(reason);
  });

  it('names its sender and key, and they count', async () => {
    expect(await reasonOf((await sign({ senderId: 'other.example' })).text)).toBe('sender_mismatch');
    expect(await reasonOf((await sign({ keyId: 'k2' })).text)).toBe('key_unknown');
    expect(await reasonOf((await sign({ privateKey: otherEd25519Key })).text)).toBe('signature_mismatch');
    const { text } = await sign();
    expect(await reasonOf(text, { keys: [] })).toBe('key_unknown');
    expect(await reasonOf(text, { keys: [{ publicKey: publicKeyOf(ed25519Key), state: 'active' }] })).toBe('valid');
    expect(await reasonOf(text, { keys: [registered(ed25519Key, { state: 'retiring' })] })).toBe('valid');
    expect(await reasonOf(text, { keys: [registered(ed25519Key, { state: 'revoked' })] })).toBe('key_revoked');
    expect(await reasonOf(text, { keys: [registered(ed25519Key, { notAfter: now - 1 })] })).toBe('key_revoked');
    expect(await reasonOf(text, { keys: [registered(ed25519Key, { state: 'pending' })] })).toBe('key_unknown');
    expect(await reasonOf(text, { keys: [registered(rsaKey)] })).toBe('algorithm_mismatch');
    expect(await reasonOf(text, { keys: [registered(ecKey)] })).toBe('algorithm_mismatch');
  });

  it('is refused where it is not agreed, and no other is accepted in its place', async () => {
    const { text } = await sign();
    for (const other of Object.values(signatureSchemes)) {
      if (other.name === scheme) continue;
      expect(await reasonOf(text, { schemes: [other.name] })).toBe('scheme_not_allowed');
    }
    expect(await reasonOf(text, { schemes: Object.values(signatureSchemes).map(({ name }) => name) })).toBe('valid');
  });
});
