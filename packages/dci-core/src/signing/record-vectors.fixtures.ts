/**
 * Records `vectors/signatures.json` with an independent implementation, Python's `json`, `hashlib` and the package
 * `cryptography`: `node --conditions=dci-source packages/dci-core/src/signing/record-vectors.fixtures.ts`
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { publicKeyOf } from '../keys/generate.ts';
import type { PublicKey, SignatureAlgorithm } from '../keys/key.ts';
import { writePrivateKeyPem } from '../keys/pem.ts';
import { ecKey, ed25519Key, rsaKey } from '../keys/test-keys.fixtures.ts';
import type { SignatureSchemeName } from './scheme.ts';
import { signatureSchemes } from './schemes.ts';

/** An envelope that another implementation signed. */
export interface SignatureVector {
  readonly name: string;
  readonly scheme: SignatureSchemeName;
  readonly algorithm: SignatureAlgorithm;
  readonly senderId: string;
  readonly keyId: string;
  /** Unix seconds. */
  readonly created: number;
  /** Unix seconds. */
  readonly expires: number;
  /** The envelope's `signature`. */
  readonly signature: string;
  /** The body as it was sent. */
  readonly body: string;
}

/** The content of `vectors/signatures.json`. */
export interface SignatureVectors {
  readonly source: string;
  readonly publicKeys: Readonly<Record<SignatureAlgorithm, PublicKey>>;
  readonly vectors: readonly SignatureVector[];
}

/** Signs as the DCI documentation describes it, and sends what `json.dumps` makes of the envelope. */
const program = `
import base64, hashlib, json, platform, re, sys
import cryptography
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

job = json.load(sys.stdin)
keys = {name: serialization.load_pem_private_key(pem.encode(), None) for name, pem in job["keys"].items()}

def raw_signature(key, algorithm, data):
    if algorithm == "ed25519": return key.sign(data)
    if algorithm == "rs256": return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")

def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")

def sign_jws(case):
    content = json.loads(case["content"])
    detached = case["scheme"] == "jws-detached"
    text = json.dumps({"header": content["header"], "message": content["message"]}, sort_keys=True, separators=(",", ":"), ensure_ascii=detached)
    # An exponent as JSON.stringify writes it.
    payload = b64url((text if detached else re.sub(r"e-0(\\d)", r"e-\\1", text)).encode())
    expires = case["created"] + 300
    names = {"ed25519": "EdDSA", "rs256": "RS256", "es256": "ES256"}
    protected = {"alg": names[case["algorithm"]], "kid": f'{case["senderId"]}|{case["keyId"]}|{case["algorithm"]}', "iat": case["created"], "exp": expires}
    head = b64url(json.dumps(protected, separators=(",", ":")).encode())
    raw = raw_signature(keys[case["algorithm"]], case["algorithm"], f"{head}.{payload}".encode())
    return content, expires, f"{head}.{'' if detached else payload}.{b64url(raw)}"

def sign(case):
    content, expires, signature = sign_jws(case) if case["scheme"].startswith("jws") else sign_parameters(case)
    body = json.dumps({"signature": signature, **content}, ensure_ascii=case["ascii"], indent=case.get("indent"))
    vector = {name: case[name] for name in ("name", "scheme", "algorithm", "senderId", "keyId", "created")}
    return {**vector, "expires": expires, "signature": signature, "body": body}

def sign_parameters(case):
    content = json.loads(case["content"])
    legacy = case["scheme"] == "dci-legacy"
    separators = None if legacy else (",", ":")
    text = json.dumps({"header": content["header"], "message": content["message"]}, sort_keys=True, separators=separators)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    expires = case["created"] + (3600 if legacy else 300)
    lines = [f"(created): {case['created']}", f"(expires): {expires}", "digest: " + ("SHA-256=" if legacy else "") + digest]
    data = "\\n".join(lines).encode()
    raw = raw_signature(keys[case["algorithm"]], case["algorithm"], data)
    signature = ("Signature: " if legacy else "") + ", ".join([
        'namespace="dci"', f'kidId="{case["senderId"]}|{case["keyId"]}|{case["algorithm"]}"', f'algorithm="{case["algorithm"]}"',
        f'created="{case["created"]}"', f'expires="{expires}"', 'headers="(created) (expires) digest"',
        f'signature="{base64.b64encode(raw).decode()}"'])
    return content, expires, signature

versions = f"Python {platform.python_version()}, cryptography {cryptography.__version__}"
print(json.dumps({"versions": versions, "vectors": [sign(case) for case in job["cases"]]}))
`;

const searchContent =
  '{"header":{"version":"1.0.0","message_id":"5b0b6c5e-6f0c-4f63-9d0f-6d7f3a0f9c11","message_ts":"2026-04-22T10:30:00Z",' +
  '"action":"search","sender_id":"external.mis.example","sender_uri":"https://external.mis.example/dci/callback",' +
  '"receiver_id":"registry.example","total_count":1,"is_msg_encrypted":false},"message":{"transaction_id":"1",' +
  '"search_request":[{"reference_id":"1","timestamp":"2026-04-22T10:30:00Z","search_criteria":{"reg_type":' +
  '"ns:org:RegistryType:Social","query_type":"idtype-value","query":{"type":"UIN","value":"12345678"}}}]}}';
const numbersContent =
  '{"message":{"poverty_score":45.0,"tiny":1e-7,"huge":1e21,"id":123456789012345678901234567890,"zero":-0.0,' +
  '"name":{"surname":"Gonz\u00e1lez","given_name":"\u0e2a\u0e21\u0e0a\u0e32\u0e22 \ud83d\ude00"},"\ud83d\ude00":1,"\uffee":2},' +
  '"header":{"sender_id":"external.mis.example","meta":null,"action":"on-search","status":"succ"}}';

async function record(): Promise<SignatureVectors> {
  const contents = [
    ['a search request', searchContent, true, undefined],
    ['numbers and scripts, as UTF-8', numbersContent, false, undefined],
    ['numbers and scripts, indented', numbersContent, true, 2],
  ] as const;
  const cases = Object.values(signatureSchemes).flatMap(({ name: scheme, algorithms }) =>
    algorithms.flatMap((algorithm) =>
      contents.map(([name, content, ascii, indent]) => ({
        name: `${scheme}, ${algorithm}: ${name}`,
        ...{ scheme, algorithm, content, ascii, indent },
        ...{ senderId: 'external.mis.example', keyId: 'key1', created: 1_776_853_800 },
      })),
    ),
  );
  const keys = {
    ed25519: await writePrivateKeyPem(ed25519Key),
    rs256: await writePrivateKeyPem(rsaKey),
    es256: await writePrivateKeyPem(ecKey),
  };
  const input = JSON.stringify({ keys, cases });
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`);
  const { versions, vectors } = JSON.parse(stdout) as { versions: string; vectors: SignatureVector[] };
  return {
    source:
      `Recorded with ${versions} by packages/dci-core/src/signing/record-vectors.fixtures.ts. Keys: RFC 8032 section ` +
      '7.1 TEST 1, RFC 7515 appendices A.2.1 and A.3.1.',
    publicKeys: { ed25519: publicKeyOf(ed25519Key), rs256: publicKeyOf(rsaKey), es256: publicKeyOf(ecKey) },
    vectors,
  };
}

if (import.meta.main) {
  const escaped = JSON.stringify(await record(), undefined, 1).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(new URL('../../vectors/signatures.json', import.meta.url), `${escaped}\n`);
}
