import * as nodeCrypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createNodeCryptoProvider } from '../crypto/node.ts';
import { DciError } from '../errors.ts';
import { canonicalJson } from '../json/canonical.ts';
import { readJson } from '../json/read.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { writeJson } from '../json/write.ts';
import { publicKeyOf } from '../keys/generate.ts';
import type { PrivateKey, VerificationKey } from '../keys/key.ts';
import { ed25519Key, otherEd25519Key, rsaKey } from '../keys/test-keys.fixtures.ts';
import type { CryptoProvider } from '../ports.ts';
import { dciScheme } from './dci.ts';
import type { SignatureSchemeName } from './scheme.ts';
import { signEnvelope } from './sign.ts';
import { type Verification, type VerifyEnvelopeOptions, verifyEnvelope } from './verify.ts';

const node = createNodeCryptoProvider(nodeCrypto);
const now = 1_776_853_800;
const clockAt = (seconds: number) => ({ now: () => seconds * 1000 });

const header: JsonObject = {
  version: '1.0.0',
  message_id: '5b0b6c5e-6f0c-4f63-9d0f-6d7f3a0f9c11',
  message_ts: '2026-04-22T10:30:00Z',
  action: 'search',
  sender_id: 'mis.example',
  receiver_id: 'registry.example',
  total_count: 1,
  is_msg_encrypted: false,
};
const message: JsonObject = {
  transaction_id: '1',
  search_request: [{ reference_id: 'é', search_criteria: { query: { type: 'UIN', value: '12345678' }, score: 45.5 } }],
};
const active = (privateKey: PrivateKey, keyId?: string): VerificationKey => ({
  publicKey: publicKeyOf(privateKey),
  state: 'active',
  ...(keyId === undefined ? {} : { keyId }),
});
const keys = [active(ed25519Key, 'k1')];

interface Signing {
  readonly privateKey?: PrivateKey;
  readonly senderId?: string;
  readonly keyId?: string;
  readonly scheme?: SignatureSchemeName;
  readonly lifetimeSeconds?: number;
  readonly at?: number;
  readonly header?: JsonObject;
}

/** The signature of the sample envelope. */
async function signatureOf(signing: Signing = {}): Promise<string> {
  const {
    privateKey = ed25519Key,
    senderId = 'mis.example',
    keyId = 'k1',
    at = now,
    scheme,
    lifetimeSeconds,
  } = signing;
  const { signature } = await signEnvelope({
    header: signing.header ?? header,
    message,
    key: { senderId, keyId, privateKey },
    ...(scheme === undefined ? {} : { scheme }),
    ...(lifetimeSeconds === undefined ? {} : { lifetimeSeconds }),
    crypto: node,
    clock: clockAt(at),
  });
  return signature;
}

const body = (signature: JsonValue | undefined, parts: { header?: JsonValue; message?: JsonValue } = {}): string =>
  writeJson({ signature, header, message, ...parts });

function verify(text: string, options: Partial<VerifyEnvelopeOptions> = {}): Promise<Verification> {
  const document = readJson(text);
  return verifyEnvelope({
    document,
    keys,
    senderId: 'mis.example',
    crypto: node,
    clock: clockAt(now + 10),
    ...options,
  });
}

const reasonOf = (verification: Verification): string => (verification.valid ? 'valid' : verification.reason);

/** Counts the verifications that it is asked for. */
function countingCrypto(): { crypto: CryptoProvider; count(): number } {
  let count = 0;
  const verifyCounted: CryptoProvider['verify'] = (...parameters) => {
    count++;
    return node.verify(...parameters);
  };
  return { crypto: { ...node, verify: verifyCounted }, count: () => count };
}

describe('a good signature', () => {
  it.each([
    ['ed25519', ed25519Key],
    ['rs256', rsaKey],
  ] as const)('of %s is valid', async (algorithm, privateKey) => {
    const text = body(await signatureOf({ privateKey }));
    expect(await verify(text, { keys: [active(privateKey, 'k1')] })).toEqual({
      ...{ valid: true, keyId: 'k1', scheme: 'dci', algorithm, created: now, expires: now + 300 },
    });
  });

  it('is valid however the body is written, as long as its values are the same', async () => {
    const signature = await signatureOf();
    const same = [
      body(signature),
      JSON.stringify(JSON.parse(body(signature)), undefined, 2),
      `{"message":${writeJson(message)},"header":${writeJson(header)},"signature":${writeJson(signature)}}`,
      body(signature).replace('é', '\\u00E9'),
      body(signature).replace('{"signature"', '{"not_signed":[1],"signature"'),
    ];
    for (const text of same) expect(reasonOf(await verify(text))).toBe('valid');
  });

  it.each([
    ['Signature: before it', (text: string) => `Signature: ${text}`],
    ['namespace spdci', (text: string) => text.replace('"dci"', '"spdci"')],
    ['another order of parameters', (text: string) => text.split(', ').reverse().join(', ')],
    [
      'another order of headers',
      (text: string) => text.replace('(created) (expires) digest', 'digest (expires) (created)'),
    ],
    ['base64 without padding', (text: string) => text.replace(/=+"$/, '"')],
  ])('is valid with %s', async (_, change) => {
    const signature = await signatureOf();
    expect(change(signature)).not.toBe(signature);
    expect(reasonOf(await verify(body(change(signature))))).toBe('valid');
  });

  it('is valid for a sender id with a bar in it', async () => {
    const parts = { header: { ...header, sender_id: 'a|b' } };
    const text = body(await signatureOf({ senderId: 'a|b', header: parts.header }), parts);
    expect(reasonOf(await verify(text, { senderId: 'a|b' }))).toBe('valid');
  });

  it('is valid where the header names no sender', async () => {
    const { sender_id: _, ...callback } = header;
    const text = body(await signatureOf({ header: callback }), { header: callback });
    expect(reasonOf(await verify(text))).toBe('valid');
  });
});

describe('tampering', () => {
  it('with any bit of any byte of header or message is refused', async () => {
    const text = body(await signatureOf());
    const bytes = new TextEncoder().encode(text);
    const start = text.indexOf('"header":');
    expect(start).toBeGreaterThan(0);
    let unreadable = 0;
    let refused = 0;
    for (let at = start; at < bytes.length - 1; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        try {
          const document = readJson(changed);
          const verification = await verifyEnvelope({
            document,
            keys,
            senderId: 'mis.example',
            crypto: node,
            clock: clockAt(now),
          });
          expect(verification.valid, `byte ${at}, bit ${bit}`).toBe(false);
          refused++;
        } catch (error) {
          if (!(error instanceof DciError)) throw error;
          expect(error.code).toBe('err.request.bad');
          unreadable++;
        }
      }
    }
    expect(refused + unreadable).toBe((bytes.length - 1 - start) * 8);
    expect(refused).toBeGreaterThan(1000);
    expect(unreadable).toBeGreaterThan(1000);
  });

  it('with any character of the signature is refused', async () => {
    const signature = await signatureOf();
    for (let at = 0; at < signature.length; at++) {
      for (const other of ['A', '1', '|', ' ', '"', '(']) {
        if (signature[at] === other) continue;
        const changed = `${signature.slice(0, at)}${other}${signature.slice(at + 1)}`;
        const reason = reasonOf(await verify(body(changed)));
        expect(reason, changed).not.toBe('valid');
        expect(reason).not.toBe('signature_missing');
      }
    }
  });

  it.each<[string, { header?: JsonValue; message?: JsonValue }]>([
    ['another number of the same value', { message: { ...message, transaction_id: 1 } }],
    ['a member more', { message: { ...message, extra: null } }],
    ['a member less', { message: { transaction_id: '1' } }],
    ['header and message exchanged', { header: { ...message, sender_id: 'mis.example' }, message: header }],
    ['an empty message', { message: {} }],
    ['a composed character', { message: { ...message, transaction_id: 'e\u0301' } }],
  ])('%s is refused', async (_, parts) => {
    expect(reasonOf(await verify(body(await signatureOf(), parts)))).toBe('signature_mismatch');
  });

  it('a double in place of an integer is refused', async () => {
    const text = body(await signatureOf()).replace('"total_count":1', '"total_count":1.0');
    expect(reasonOf(await verify(text))).toBe('signature_mismatch');
  });

  it.each(['header', 'message'])('an envelope without %s is refused as malformed', async (name) => {
    const text = body(await signatureOf(), { [name]: undefined as unknown as JsonValue });
    await expect(verify(text)).rejects.toThrow(expect.objectContaining({ code: 'err.request.bad', path: name }));
  });
});

describe('no signature, or none that can be read', () => {
  it.each<[string, JsonValue | undefined, string]>([
    ['absent', undefined, 'signature_missing'],
    ['null', null, 'signature_missing'],
    ['empty', '', 'signature_missing'],
    ['a number', 1, 'signature_malformed'],
    ['an object', {}, 'signature_malformed'],
    ['a list with a signature', ['namespace="dci"'], 'signature_malformed'],
    ['white space', ' ', 'signature_malformed'],
    ['the stub of test tools', 'unsigned-stub', 'signature_malformed'],
    ['a compact JWS', 'eyJhbGciOiJub25lIn0.e30.', 'signature_malformed'],
  ])('%s', async (_, signature, reason) => {
    expect(reasonOf(await verify(body(signature)))).toBe(reason);
  });

  it('of a document that is no object', async () => {
    expect(reasonOf(await verify('["signature"]'))).toBe('signature_missing');
  });

  it.each(['namespace', 'kidId', 'algorithm', 'created', 'expires', 'headers', 'signature'])(
    'with %s twice',
    async (name) => {
      const signature = await signatureOf();
      const part = signature.split(', ').find((candidate) => candidate.startsWith(`${name}=`)) ?? '';
      expect(part).not.toBe('');
      expect(reasonOf(await verify(body(`${signature}, ${part}`)))).toBe('signature_malformed');
      expect(reasonOf(await verify(body(`${part}, ${signature}`)))).toBe('signature_malformed');
    },
  );

  it('several signatures', async () => {
    const [one, two] = [await signatureOf(), await signatureOf({ privateKey: otherEd25519Key })];
    expect(reasonOf(await verify(body(`${one}, ${two}`)))).toBe('signature_malformed');
    expect(reasonOf(await verify(body(`${two}\n${one}`)))).toBe('signature_malformed');
    expect(reasonOf(await verify(body([one, two])))).toBe('signature_malformed');
  });

  it.each([
    ['a kidId of two parts', 'kidId="mis.example|k1|ed25519"', 'kidId="mis.example|k1"'],
    ['a kidId without a key', 'kidId="mis.example|k1|ed25519"', 'kidId="mis.example||ed25519"'],
    ['a signature that is no base64', /signature="[^"]*"/, 'signature="****"'],
    ['an empty signature', /signature="[^"]*"/, 'signature=""'],
    ['expires before created', `expires="${now + 300}"`, `expires="${now - 1}"`],
  ])('%s', async (_, part, replacement) => {
    const changed = (await signatureOf()).replace(part, replacement);
    expect(reasonOf(await verify(body(changed)))).not.toBe('valid');
  });
});

describe('coverage', () => {
  const names = ['(created)', '(expires)', 'digest'];
  const subsets = Array.from({ length: 8 }, (_, mask) => names.filter((_name, index) => mask & (1 << index)));
  const lists = [
    ...subsets,
    ['(created)', '(expires)', 'digest', 'digest'],
    ['(created)', '(created)', 'digest'],
    ['(created)', '(expires)', 'digest', 'host'],
    ['(created)', '(expires)', 'host'],
    ['created', 'expires', 'digest'],
    ['(Created)', '(expires)', 'Digest'],
  ];

  it.each(lists.map((list) => [list.join(' ')]))('of "%s"', async (list) => {
    const changed = (await signatureOf()).replace('(created) (expires) digest', list);
    const isComplete = list === '(created) (expires) digest';
    expect(reasonOf(await verify(body(changed)))).toBe(isComplete ? 'valid' : 'coverage_incomplete');
  });

  it('of nothing, because the parameter is absent', async () => {
    const changed = (await signatureOf()).replace(/headers="[^"]*", /, '');
    expect(reasonOf(await verify(body(changed)))).toBe('coverage_incomplete');
  });
});

describe('algorithm', () => {
  const claimed = [
    'rs256',
    'RS256',
    'hs256',
    'HS256',
    'none',
    'NONE',
    'EdDSA',
    'ED25519',
    'es256',
    'ed448',
    'ps256',
    'rsa-sha256',
    'ed25519 ',
  ];

  it.each(claimed)('%s in the signature of an ed25519 key', async (algorithm) => {
    const signature = await signatureOf();
    const inParameter = signature.replace('algorithm="ed25519"', `algorithm="${algorithm}"`);
    const inKid = signature.replace('|ed25519"', `|${algorithm}"`);
    const inBoth = inParameter.replace('|ed25519"', `|${algorithm}"`);
    for (const changed of [inParameter, inKid, inBoth]) {
      expect(changed).not.toBe(signature);
      expect(reasonOf(await verify(body(changed)))).toBe('algorithm_mismatch');
    }
  });

  it('rs256 claimed as ed25519, and back', async () => {
    const rsaSignature = await signatureOf({ privateKey: rsaKey });
    const options = { keys: [active(rsaKey, 'k1')] };
    expect(reasonOf(await verify(body(rsaSignature.replaceAll('rs256', 'ed25519')), options))).toBe(
      'algorithm_mismatch',
    );
    expect(reasonOf(await verify(body(await signatureOf()), options))).toBe('algorithm_mismatch');
    expect(reasonOf(await verify(body(rsaSignature), options))).toBe('valid');
  });

  it('an HMAC made with the public key is refused, whatever it claims to be', async () => {
    const digest = node.sha256(
      new TextEncoder().encode(
        `{"header":${readJson(body('')).canonicalMember('header')},"message":${readJson(body('')).canonicalMember('message')}}`,
      ),
    );
    const signed = `(created): ${now}\n(expires): ${now + 300}\ndigest: ${Buffer.from(digest).toString('base64')}`;
    const secrets = [
      Buffer.from((publicKeyOf(ed25519Key).jwk as { x: string }).x, 'base64url'),
      nodeCrypto
        .createPublicKey({ key: { ...publicKeyOf(rsaKey).jwk }, format: 'jwk' })
        .export({ type: 'spki', format: 'pem' }),
    ];
    for (const secret of secrets) {
      const mac = nodeCrypto.createHmac('sha256', secret).update(signed).digest('base64');
      for (const algorithm of ['hs256', 'HS256', 'ed25519', 'rs256']) {
        const forged = (await signatureOf())
          .replaceAll('ed25519', algorithm)
          .replace(/signature="[^"]*"/, `signature="${mac}"`);
        const reason = reasonOf(await verify(body(forged), { keys: [active(ed25519Key, 'k1'), active(rsaKey, 'k1')] }));
        expect(reason).toBe(['ed25519', 'rs256'].includes(algorithm) ? 'signature_mismatch' : 'algorithm_mismatch');
      }
    }
  });

  it('selects between two keys of one id', async () => {
    const both = { keys: [active(rsaKey, 'k1'), active(ed25519Key, 'k1')] };
    expect(reasonOf(await verify(body(await signatureOf()), both))).toBe('valid');
    expect(reasonOf(await verify(body(await signatureOf({ privateKey: rsaKey })), both))).toBe('valid');
  });
});

describe('sender and key', () => {
  it('refuses the signature of another key under the name of the right one', async () => {
    expect(reasonOf(await verify(body(await signatureOf({ privateKey: otherEd25519Key }))))).toBe('signature_mismatch');
  });

  it("refuses another sender's signature, whoever it claims to be from (SG5)", async () => {
    const others = [active(otherEd25519Key, 'k1')];
    const own = await signatureOf({ privateKey: otherEd25519Key, senderId: 'other.example' });
    expect(reasonOf(await verify(body(own)))).toBe('sender_mismatch');
    const claimed = await signatureOf({ privateKey: otherEd25519Key });
    expect(reasonOf(await verify(body(claimed)))).toBe('signature_mismatch');
    // Its own keys, but the envelope is from someone else.
    expect(reasonOf(await verify(body(own), { senderId: 'other.example', keys: others }))).toBe('sender_mismatch');
    const honest = { header: { ...header, sender_id: 'other.example' } };
    const text = body(await signatureOf({ privateKey: otherEd25519Key, senderId: 'other.example', ...honest }), honest);
    expect(reasonOf(await verify(text, { senderId: 'other.example', keys: others }))).toBe('valid');
  });

  it.each([['mis.example '], ['Mis.example'], ['mis.example|x'], ['xmis.example'], ['mis.exampl']])(
    'refuses the sender %j',
    async (senderId) => {
      expect(reasonOf(await verify(body(await signatureOf({ senderId }))))).toBe('sender_mismatch');
    },
  );

  it.each([
    ['an unknown key', { keyId: 'k2' }, keys, 'key_unknown'],
    ['no keys at all', {}, [], 'key_unknown'],
    ['a key of another id that would fit', {}, [active(ed25519Key, 'k2')], 'key_unknown'],
    ['a key registered without an id', {}, [active(ed25519Key)], 'valid'],
    ['several keys without an id', {}, [active(otherEd25519Key), active(ed25519Key)], 'valid'],
    [
      'a key of the id before one without',
      {},
      [active(ed25519Key), active(otherEd25519Key, 'k1')],
      'signature_mismatch',
    ],
    ['a key of another algorithm', {}, [active(rsaKey, 'k1')], 'algorithm_mismatch'],
  ] as [string, Signing, VerificationKey[], string][])('%s', async (_, signing, registered, reason) => {
    expect(reasonOf(await verify(body(await signatureOf(signing)), { keys: registered }))).toBe(reason);
  });

  const at = now + 10;
  const key = active(ed25519Key, 'k1');
  it.each([
    ['active', { ...key, state: 'active' }, 'valid'],
    ['retiring', { ...key, state: 'retiring' }, 'valid'],
    ['pending', { ...key, state: 'pending' }, 'key_unknown'],
    ['revoked', { ...key, state: 'revoked' }, 'key_revoked'],
    ['valid from now on', { ...key, notBefore: at }, 'valid'],
    ['valid from a second later on', { ...key, notBefore: at + 1 }, 'key_unknown'],
    ['valid until now', { ...key, notAfter: at }, 'valid'],
    ['valid until a second ago', { ...key, notAfter: at - 1 }, 'key_revoked'],
    ['retiring, valid until a second ago', { ...key, state: 'retiring', notAfter: at - 1 }, 'key_revoked'],
    ['revoked, and not yet valid', { ...key, state: 'revoked', notBefore: at + 1 }, 'key_revoked'],
  ] as [string, VerificationKey, string][])('a key that is %s', async (_, registered, reason) => {
    expect(reasonOf(await verify(body(await signatureOf()), { keys: [registered] }))).toBe(reason);
  });

  it('is not verified with a revoked key when another of its id is active', async () => {
    const rotated: VerificationKey[] = [{ ...key, state: 'revoked' }, active(otherEd25519Key, 'k1')];
    expect(reasonOf(await verify(body(await signatureOf()), { keys: rotated }))).toBe('signature_mismatch');
    expect(reasonOf(await verify(body(await signatureOf({ privateKey: otherEd25519Key })), { keys: rotated }))).toBe(
      'valid',
    );
  });
});

describe('clock', () => {
  it.each([
    [-61, 'not_yet_valid'],
    [-60.001, 'not_yet_valid'],
    [-60, 'valid'],
    [0, 'valid'],
    [300, 'valid'],
    [360, 'valid'],
    [360.001, 'expired'],
    [361, 'expired'],
    [1_000_000, 'expired'],
    [-1_000_000, 'not_yet_valid'],
  ])('%d seconds after it was created', async (seconds, reason) => {
    expect(reasonOf(await verify(body(await signatureOf()), { clock: clockAt(now + seconds) }))).toBe(reason);
  });

  it('of a lifetime of an hour, not more', async () => {
    const hour = await signatureOf({ lifetimeSeconds: 3600 });
    expect(reasonOf(await verify(body(hour)))).toBe('valid');
    const longer = hour.replace(`expires="${now + 3600}"`, `expires="${now + 3601}"`);
    expect(reasonOf(await verify(body(longer)))).toBe('lifetime_too_long');
    expect(reasonOf(await verify(body(longer), { clock: clockAt(now + 9999) }))).toBe('lifetime_too_long');
  });

  it('that ends before it begins is refused, although it is signed', async () => {
    const content = { header: () => canonicalJson(header), message: () => canonicalJson(message) };
    const key = { senderId: 'mis.example', keyId: 'k1', privateKey: ed25519Key };
    const backwards = await dciScheme.sign({ content, key, created: now, expires: now - 1, crypto: node });
    expect(reasonOf(await verify(body(backwards)))).toBe('signature_malformed');
    const instant = await dciScheme.sign({ content, key, created: now, expires: now, crypto: node });
    expect(reasonOf(await verify(body(instant)))).toBe('valid');
  });

  it('is covered by the signature', async () => {
    const signature = await signatureOf();
    const prolonged = signature.replace(`expires="${now + 300}"`, `expires="${now + 301}"`);
    const renewed = signature.replace(`created="${now}"`, `created="${now + 1}"`);
    expect(reasonOf(await verify(body(prolonged)))).toBe('signature_mismatch');
    expect(reasonOf(await verify(body(renewed)))).toBe('signature_mismatch');
  });
});

describe('schemes', () => {
  const both: SignatureSchemeName[] = ['dci', 'dci-legacy'];

  it.each([
    ['dci', undefined, 'valid'],
    ['dci', ['dci'], 'valid'],
    ['dci', ['dci-legacy'], 'scheme_not_allowed'],
    ['dci', both, 'valid'],
    ['dci', [], 'scheme_not_allowed'],
    ['dci-legacy', undefined, 'scheme_not_allowed'],
    ['dci-legacy', ['dci'], 'scheme_not_allowed'],
    ['dci-legacy', ['dci-legacy'], 'valid'],
    ['dci-legacy', both, 'valid'],
    ['dci-legacy', [], 'scheme_not_allowed'],
  ] as [SignatureSchemeName, SignatureSchemeName[] | undefined, string][])(
    '%s where %j are agreed',
    async (scheme, schemes, reason) => {
      const options = schemes === undefined ? {} : { schemes };
      const signature = await signatureOf({ scheme });
      expect(reasonOf(await verify(body(signature), options))).toBe(reason);
      // The prefix belongs to no scheme.
      const otherPrefix = signature.startsWith('Signature: ') ? signature.slice(11) : `Signature: ${signature}`;
      expect(reasonOf(await verify(body(otherPrefix), options))).toBe(reason);
    },
  );

  it('tells which scheme it was', async () => {
    const verification = await verify(body(await signatureOf({ scheme: 'dci-legacy' })), { schemes: both });
    expect(verification).toMatchObject({ valid: true, scheme: 'dci-legacy', expires: now + 3600 });
  });

  it.each([
    ['a good signature', {}, {}, 1],
    ['a good signature of the second scheme', { scheme: 'dci-legacy' }, { schemes: both }, 2],
    ['a forgery', { privateKey: otherEd25519Key }, {}, 2],
    ['an unknown key', { keyId: 'k2' }, {}, 0],
    ['another sender', { senderId: 'other.example' }, {}, 0],
    ['another algorithm', { privateKey: rsaKey }, {}, 0],
    ['an expired signature', { at: now - 1000 }, {}, 0],
    ['a future signature', { at: now + 1000 }, {}, 0],
    ['no scheme agreed', {}, { schemes: [] }, 0],
  ] as [string, Signing, Partial<VerifyEnvelopeOptions>, number][])(
    '%s costs %i verifications at most',
    async (_, signing, options, count) => {
      const counting = countingCrypto();
      await verify(body(await signatureOf(signing)), { ...options, crypto: counting.crypto });
      expect(counting.count()).toBe(count);
    },
  );
});
