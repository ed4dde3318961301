import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate in PEM with its private key. */
export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  readonly name: string;
}

/** What a certificate says. */
export interface CertificateOptions {
  readonly name: string;
  /** Absent: it is signed with its own key. */
  readonly issuer?: TestCertificate;
  /** Host names, in `subjectAltName`. */
  readonly hosts?: readonly string[];
  readonly isAuthority?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** One value of ASN.1 in DER (X.690). */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const lengthBytes =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, Math.floor(length / 256), length % 256];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

const sequence = (...contents: readonly Uint8Array[]) => der(0x30, ...contents);
const set = (...contents: readonly Uint8Array[]) => der(0x31, ...contents);
const text = (tag: number, content: string) => der(tag, Buffer.from(content, 'utf8'));
const bits = (content: Uint8Array) => der(0x03, Buffer.from([0]), content);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const TRUE = der(0x01, Buffer.from([0xff]));

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const nameOf = (commonName: string) => sequence(set(sequence(oid('550403'), text(0x0c, commonName))));
const generalizedTime = (date: Date) => text(0x18, `${date.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`);

function extensions({ hosts = [], isAuthority = false }: CertificateOptions): Buffer {
  const basicConstraints = sequence(oid('551d13'), TRUE, der(0x04, isAuthority ? sequence(TRUE) : sequence()));
  const names = sequence(...hosts.map((host) => text(0x82, host)));
  const alternatives = hosts.length === 0 ? [] : [sequence(oid('551d11'), der(0x04, names))];
  return der(0xa3, sequence(basicConstraints, ...alternatives));
}

const pem = (content: Uint8Array): string => {
  const lines =
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
};

/**
 * Makes an X.509 certificate (RFC 5280) on P-256. Nothing outside of Node is needed, so that these tests run everywhere.
 *
 * @param options - names and validity
 * @returns certificate and key
 */
export function makeCertificate(options: CertificateOptions): TestCertificate {
  const { name, issuer } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const day = 86_400_000;
  const { notBefore = new Date(Date.now() - day), notAfter = new Date(Date.now() + 365 * day) } = options;
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    ecdsaWithSha256,
    nameOf(issuer?.name ?? name),
    sequence(generalizedTime(notBefore), generalizedTime(notAfter)),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions(options),
  );
  const signature = sign('sha256', toBeSigned, issuer?.privateKey ?? privateKey);
  return {
    certificate: pem(sequence(toBeSigned, ecdsaWithSha256, bits(signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
    name,
  };
}
