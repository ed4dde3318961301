import * as nodeCrypto from 'node:crypto';
import { CompactSign, compactVerify, FlattenedSign, flattenedVerify, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { createNodeCryptoProvider } from '../crypto/node.ts';
import { canonicalJson } from '../json/canonical.ts';
import { readJson } from '../json/read.ts';
import type { JsonObject } from '../json/value.ts';
import { writeJson } from '../json/write.ts';
import { publicKeyOf } from '../keys/generate.ts';
import type { PrivateKey, VerificationKey } from '../keys/key.ts';
import { ecKey, ed25519Key, otherEd25519Key, rsaKey } from '../keys/test-keys.fixtures.ts';
import { jwkThumbprint } from '../keys/thumbprint.ts';
import type { SignatureSchemeName } from './scheme.ts';
import { signEnvelope } from './sign.ts';
import { signatureKeyId } from './signature-key-id.ts';
import { type VerifyEnvelopeOptions, verifyEnvelope } from './verify.ts';

const crypto = createNodeCryptoProvider(nodeCrypto);
const now = 1_776_853_800;
const clockAt = (seconds: number) => ({ now: () => seconds * 1000 });
const header: JsonObject = { sender_id: 'https://mis.example', message_ts: '2026-04-22T10:30:00Z', action: 'search' };
const message: JsonObject = { transaction_id: 'é', score: 45.5 };
const names = { ed25519: 'EdDSA', rs256: 'RS256', es256: 'ES256' } as const;
const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString('base64url');
const active = (privateKey: PrivateKey, keyId?: string): VerificationKey => ({
  publicKey: publicKeyOf(privateKey),
  state: 'active',
  ...(keyId === undefined ? {} : { keyId }),
});
const keys = [active(rsaKey, 'k1')];

/** What a peer would make of the sample envelope, with `protectedHeader` as it stands, signed for real. */
async function sealed(
  protectedHeader: string,
  options: { payload?: string; key?: PrivateKey; detached?: boolean } = {},
) {
  const { payload = JSON.stringify({ header, message }), key = rsaKey, detached = false } = options;
  const content = detached && options.payload === undefined ? canonicalJson({ header, message }) : payload;
  const input = `${base64url(protectedHeader)}.${base64url(content)}`;
  const signature = base64url(await crypto.sign(key, new TextEncoder().encode(input)));
  return detached ? `${base64url(protectedHeader)}..${signature}` : `${input}.${signature}`;
}

async function reasonOf(
  signature: string,
  options: Partial<VerifyEnvelopeOptions> & { header?: JsonObject } = {},
): Promise<string> {
  const text = writeJson({ signature, header: options.header ?? header, message });
  const verification = await verifyEnvelope({
    document: readJson(text),
    ...{ keys, senderId: 'https://mis.example', schemes: ['jws', 'jws-detached'], crypto, clock: clockAt(now) },
    ...options,
  });
  return verification.valid ? 'valid' : verification.reason;
}

describe.each([rsaKey, ed25519Key, ecKey])('peers, with $algorithm', (privateKey) => {
  const alg = names[privateKey.algorithm];
  const publicKey = publicKeyOf(privateKey);
  const thumbprint = jwkThumbprint(publicKey.jwk, crypto);
  const signingKey = { senderId: 'https://mis.example', keyId: 'k1', privateKey };
  const signed = (scheme: SignatureSchemeName) =>
    signEnvelope({ header, message, key: signingKey, scheme, crypto, clock: clockAt(now) });

  it('as OpenCRVS signs: JSON.stringify, and the thumbprint as kid', async () => {
    const compact = await new CompactSign(new TextEncoder().encode(JSON.stringify({ header, message })))
      .setProtectedHeader({ alg, kid: thumbprint })
      .sign(await importJWK({ ...privateKey.jwk }, alg));
    expect(signatureKeyId(compact)).toBe(thumbprint);
    expect(await reasonOf(compact, { keys: [active(privateKey, thumbprint)] })).toBe('valid');
    expect(await reasonOf(compact, { keys: [active(privateKey, 'own-name')] })).toBe('valid');
    expect(await reasonOf(compact, { keys: [active(privateKey)] })).toBe('valid');
    const wrong = privateKey === ed25519Key ? otherEd25519Key : ed25519Key;
    expect(await reasonOf(compact, { keys: [active(wrong, 'own-name')] })).toBe('key_unknown');
  });

  it('as OpenG2P signs: a detached JWS over sorted JSON, without kid', async () => {
    const { protected: head, signature } = await new FlattenedSign(
      new TextEncoder().encode(canonicalJson({ header, message })),
    )
      .setProtectedHeader({ alg })
      .sign(await importJWK({ ...privateKey.jwk }, alg));
    const detached = `${head}..${signature}`;
    expect(signatureKeyId(detached)).toBeUndefined();
    expect(await reasonOf(detached, { keys: [active(privateKey)] })).toBe('valid');
    // Which of several keys it was, it does not say.
    expect(await reasonOf(detached, { keys: [active(privateKey, 'k1')] })).toBe('key_unknown');
    const verification = await verifyEnvelope({
      document: readJson(writeJson({ signature: detached, header, message })),
      ...{ keys: [active(privateKey)], senderId: 'https://mis.example', schemes: ['jws-detached'] },
      ...{ crypto, clock: clockAt(now) },
    });
    expect(verification).toMatchObject({ valid: true, keyId: thumbprint, created: now });
  });

  it('read what we sign', async () => {
    const key = await importJWK({ ...publicKey.jwk }, alg);
    const attached = await signed('jws');
    const { payload, protectedHeader } = await compactVerify(attached.signature, key);
    const sent = JSON.parse(attached.text) as { header: unknown; message: unknown };
    expect(new TextDecoder().decode(payload)).toBe(JSON.stringify({ header: sent.header, message: sent.message }));
    const kid = `https://mis.example|k1|${privateKey.algorithm}`;
    expect(protectedHeader).toEqual({ alg, kid, iat: now, exp: now + 300 });

    const detached = await signed('jws-detached');
    const [head = '', middle, signature = ''] = detached.signature.split('.');
    expect(middle).toBe('');
    const document = readJson(detached.text);
    const content = `{"header":${document.canonicalMember('header')},"message":${document.canonicalMember('message')}}`;
    await flattenedVerify({ protected: head, payload: base64url(content), signature }, key);
  });
});

const kid = 'https://mis.example|k1|rs256';
const rs256 = `{"alg":"RS256","kid":"${kid}"}`;

describe.each([false, true])('forgeries (SG4, SG6, SG10), detached %s', (detached) => {
  it('has an honest counterpart', async () => {
    expect(await reasonOf(await sealed(rs256, { detached }))).toBe('valid');
    expect(await reasonOf(await sealed(`{"alg":"RS256","kid":"${kid}","typ":"JWT","x":1}`, { detached }))).toBe(
      'valid',
    );
  });

  it.each(['none', 'None', 'HS256', 'HS512', 'PS256', 'RS512', 'ES512', 'EdDSA', 'ES256', 'rs256', 'constructor'])(
    'alg %s with the signature of an RS256 key',
    async (alg) => {
      const forged = await sealed(rs256.replace('RS256', alg), { detached });
      expect(await reasonOf(forged)).toBe('algorithm_mismatch');
      expect(await reasonOf(await sealed(`{"alg":"${alg}","kid":"k1"}`, { detached }))).toBe('algorithm_mismatch');
    },
  );

  it('none without a signature', async () => {
    const whole = await sealed('{"alg":"none"}', { detached });
    expect(await reasonOf(whole.slice(0, whole.lastIndexOf('.') + 1))).toBe('signature_malformed');
  });

  it('HS256 with the public key as its secret', async () => {
    const { n = '' } = publicKeyOf(rsaKey).jwk as { n?: string };
    const pem = nodeCrypto
      .createPublicKey({ key: { ...publicKeyOf(rsaKey).jwk }, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' });
    for (const [secret, alg] of [pem, Buffer.from(n, 'base64url')].flatMap((key) => [
      [key, 'HS256'] as const,
      [key, 'RS256'] as const,
    ])) {
      const content = detached ? canonicalJson({ header, message }) : JSON.stringify({ header, message });
      const head = base64url(`{"alg":"${alg}","kid":"k1"}`);
      const mac = nodeCrypto
        .createHmac('sha256', secret)
        .update(`${head}.${base64url(content)}`)
        .digest('base64url');
      const forged = `${head}.${detached ? '' : base64url(content)}.${mac}`;
      expect(await reasonOf(forged)).toBe(alg === 'HS256' ? 'algorithm_mismatch' : 'signature_mismatch');
    }
  });

  it.each([
    ['crit', '"crit":["exp"]'],
    ['b64', '"b64":false,"crit":["b64"]'],
    ['b64 alone', '"b64":false'],
    ['b64 of true', '"b64":true'],
    ['jku', '"jku":"https://evil.example/jwks.json"'],
    ['x5u', '"x5u":"https://evil.example/cert"'],
    ['x5c', '"x5c":["MIIB"]'],
    ['jwk', `"jwk":${JSON.stringify(publicKeyOf(rsaKey).jwk)}`],
    ['jwk of null', '"jwk":null'],
    ['alg twice', '"alg":"none"'],
    ['alg twice, escaped', '"\\u0061lg":"none"'],
    ['kid twice', '"kid":"k2"'],
    ['a prototype', '"__proto__":{}'],
    ['kid that is a number', '"iat":"1"'],
    ['a negative time', '"iat":-1'],
    ['a time with a fraction', '"exp":1.5'],
    ['a time beyond all numbers', '"exp":99999999999999999999'],
    ['zip', '"zip":"DEF"'],
  ])('a protected header with %s', async (_, member) => {
    const whole = `{"alg":"RS256","kid":"${kid}",${member}}`;
    expect(await reasonOf(await sealed(whole, { detached }))).toBe('signature_malformed');
  });

  it.each(['{"alg":"RS256","kid":1}', '{"alg":"RS256","kid":""}', '{"alg":1}', '{}', '[]', '"RS256"', '', '{', 'null'])(
    'the protected header %s',
    async (whole) => {
      expect(await reasonOf(await sealed(whole, { detached }))).toBe('signature_malformed');
    },
  );

  it('the key of another sender, or of another name', async () => {
    expect(await reasonOf(await sealed(rs256.replace('mis.', 'evil.'), { detached }))).toBe('sender_mismatch');
    expect(await reasonOf(await sealed(rs256.replace('k1', 'k2'), { detached }))).toBe('key_unknown');
    expect(await reasonOf(await sealed(rs256.replace('|rs256', '|es256'), { detached }))).toBe('algorithm_mismatch');
    expect(await reasonOf(await sealed('{"alg":"RS256","kid":"../../etc/passwd"}', { detached }))).toBe('key_unknown');
  });

  it.each<[string, (parts: string[]) => string]>([
    ['padding', ([a, b, c]) => `${a}=.${b}.${c}`],
    ['padding of the signature', ([a, b, c]) => `${a}.${b}.${c}==`],
    ['a line end', ([a, b, c]) => `${a}.${b}.${c}\n`],
    ['a blank before it', ([a, b, c]) => ` ${a}.${b}.${c}`],
    ['the other base64 alphabet', ([a, b, c]) => `${a}.${b}.${c?.replace(/[-_]/g, '+')}+`],
    ['bits after the last byte', ([a, b, c]) => `${a}.${b}.${c?.slice(0, -1)}B`],
    ['two parts', ([a, , c]) => `${a}.${c}`],
    ['four parts', ([a, b, c]) => `${a}.${b}.${c}.`],
    ['five parts, a JWE', ([a, b, c]) => `${a}.${b}.${c}.${b}.${c}`],
    ['the prefix of the other schemes', ([a, b, c]) => `Signature: ${a}.${b}.${c}`],
    ['a second signature', ([a, b, c]) => `${a}.${b}.${c},${a}.${b}.${c}`],
  ])('the form with %s', async (_, change) => {
    const honest = await sealed(rs256, { detached });
    expect(await reasonOf(change(honest.split('.')))).toBe('signature_malformed');
  });

  it('a JWS of a JSON form', async () => {
    const [head, payload, signature] = (await sealed(rs256, { detached })).split('.');
    expect(await reasonOf(JSON.stringify({ protected: head, payload, signature }))).toBe('signature_malformed');
  });

  it.each([
    [300, 'valid'],
    [300.001, 'expired'],
    [-60, 'valid'],
    [-60.001, 'not_yet_valid'],
  ])('without times of its own, %d seconds after message_ts', async (seconds, reason) => {
    expect(await reasonOf(await sealed(rs256, { detached }), { clock: clockAt(now + seconds) })).toBe(reason);
  });

  it.each<[string, string, JsonObject['message_ts'], string]>([
    ['iat', `"iat":${now - 299}`, '2020-01-01T00:00:00Z', 'valid'],
    ['an old iat', `"iat":${now - 301}`, '2026-04-22T10:30:00Z', 'expired'],
    ['an iat to come', `"iat":${now + 61}`, '2026-04-22T10:30:00Z', 'not_yet_valid'],
    ['exp', `"exp":${now + 1000}`, '2026-04-22T10:30:00Z', 'valid'],
    ['an exp that has passed', `"exp":${now - 61}`, '2026-04-22T10:20:00Z', 'expired'],
    ['an exp of more than an hour', `"exp":${now + 3601}`, '2026-04-22T10:30:00Z', 'lifetime_too_long'],
    ['iat and exp', `"iat":${now - 3000},"exp":${now + 600}`, undefined, 'valid'],
    ['exp before iat', `"iat":${now},"exp":${now - 1}`, undefined, 'signature_malformed'],
    ['no time at all', '"typ":"JOSE"', undefined, 'coverage_incomplete'],
    ['a message_ts without zone', '"typ":"JOSE"', '2026-04-22T10:30:00', 'coverage_incomplete'],
    ['a message_ts that is a number', '"typ":"JOSE"', now, 'coverage_incomplete'],
  ])('with %s', async (_, times, message_ts, reason) => {
    const timed: JsonObject = { ...header, message_ts };
    const payload = detached ? canonicalJson({ header: timed, message }) : writeJson({ header: timed, message });
    const signature = await sealed(`{"alg":"RS256","kid":"k1",${times}}`, { detached, payload });
    expect(await reasonOf(signature, { header: timed })).toBe(reason);
  });
});

describe('the payload of a compact JWS', () => {
  it.each<[string, string, string]>([
    ['in another order', writeJson({ message, header }), 'valid'],
    ['indented', JSON.stringify({ header, message }, undefined, 2), 'valid'],
    ['with another member', writeJson({ header, message, signature: '' }), 'signature_mismatch'],
    ['without the message', writeJson({ header }), 'signature_mismatch'],
    ['of another message', writeJson({ header, message: { ...message, score: 46.5 } }), 'signature_mismatch'],
    ['with another lexeme', writeJson({ header, message }).replace('45.5', '45.50'), 'valid'],
    [
      'with a member twice',
      writeJson({ header, message }).replace('{"header"', '{"header":{},"header"'),
      'signature_mismatch',
    ],
    ['in UTF-16', Buffer.from(writeJson({ header, message }), 'utf16le').toString('latin1'), 'signature_mismatch'],
    ['that is no JSON', 'hello', 'signature_mismatch'],
    ['that is an array', writeJson([header, message]), 'signature_mismatch'],
  ])('%s', async (_, payload, reason) => {
    expect(await reasonOf(await sealed(rs256, { payload }))).toBe(reason);
  });

  it('of 1 MB is read', async () => {
    const text = 'é"'.repeat(200_000);
    const large = { ...message, text };
    const { text: sent } = await signEnvelope({
      ...{ header, message: large, scheme: 'jws', crypto, clock: clockAt(now) },
      key: { senderId: 'https://mis.example', keyId: 'k1', privateKey: rsaKey },
    });
    const verification = await verifyEnvelope({
      ...{ document: readJson(sent), keys, senderId: 'https://mis.example', schemes: ['jws'], crypto },
      clock: clockAt(now),
    });
    expect(verification.valid).toBe(true);
  });
});

describe('signatureKeyId', () => {
  it.each([
    ['namespace="dci"', undefined],
    ['unsigned-stub', undefined],
    ['a.b.c', undefined],
  ])('%s', (signature, keyId) => {
    expect(signatureKeyId(signature)).toBe(keyId);
  });
});
