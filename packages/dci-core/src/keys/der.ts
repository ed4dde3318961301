/** Algorithm identifier of RSA keys: OID 1.2.840.113549.1.1.1 with NULL parameters (RFC 3279 section 2.3.1). */
const rsaAlgorithm = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/**
 * Wraps a PKCS#1 public key (RFC 8017 appendix A.1.1) as SubjectPublicKeyInfo (RFC 5280 section 4.1).
 *
 * @param pkcs1 - DER of an `RSAPublicKey`
 * @returns DER of the SPKI
 */
export function rsaPublicKeyToSpki(pkcs1: Uint8Array): Uint8Array {
  return element(0x30, Uint8Array.from(rsaAlgorithm), element(0x03, Uint8Array.of(0), pkcs1));
}

/**
 * Wraps a PKCS#1 private key (RFC 8017 appendix A.1.2) as PKCS#8 (RFC 5208 section 5).
 *
 * @param pkcs1 - DER of an `RSAPrivateKey`
 * @returns DER of the PKCS#8 structure
 */
export function rsaPrivateKeyToPkcs8(pkcs1: Uint8Array): Uint8Array {
  return element(0x30, Uint8Array.of(0x02, 0x01, 0x00), Uint8Array.from(rsaAlgorithm), element(0x04, pkcs1));
}

function element(tag: number, ...contents: Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.length, 0);
  const header = [tag, ...lengthOctets(length)];
  const der = new Uint8Array(header.length + length);
  der.set(header);
  let at = header.length;
  for (const content of contents) {
    der.set(content, at);
    at += content.length;
  }
  return der;
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return [0x80 | octets.length, ...octets];
}
