import * as nodeCrypto from 'node:crypto';
import { createPrivateKey } from 'node:crypto';
import {
  type CryptoProvider,
  createNodeCryptoProvider,
  createRandom,
  formatTimestamp,
  type PrivateKey,
  signEnvelope,
  systemClock,
} from 'dci-core';

/** Provider that signs and verifies with node:crypto. */
export const crypto: CryptoProvider = createNodeCryptoProvider(nodeCrypto);
/** Randomness for keys and ids. */
export const random = createRandom(nodeCrypto.webcrypto);

/** Who asks, and for whom. */
export interface RequestOptions {
  readonly path: string;
  readonly token: string;
  readonly senderId: string;
  readonly keyId: string;
  readonly privateKey: PrivateKey;
  readonly receiverId: string;
  /** Unique identification numbers to ask for, one a request. */
  readonly identifiers: readonly string[];
  readonly count: number;
}

/**
 * Signs that many identifier searches, each with its own message id, as whole HTTP/1.1 requests.
 *
 * @param options - sender, path and what to ask for
 * @returns the requests
 */
export async function signedRequests(options: RequestOptions): Promise<Buffer[]> {
  const { senderId, keyId, privateKey, receiverId, identifiers } = options;
  const key = { senderId, keyId, privateKey };
  const head = `POST ${options.path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nauthorization: Bearer ${options.token}\r\n`;
  const one = async (index: number): Promise<Buffer> => {
    const timestamp = formatTimestamp(systemClock.now());
    const { text } = await signEnvelope({
      header: {
        version: '1.0.0',
        message_id: random.uuid(),
        message_ts: timestamp,
        action: 'search',
        sender_id: senderId,
        receiver_id: receiverId,
        total_count: 1,
        is_msg_encrypted: false,
      },
      message: {
        transaction_id: random.uuid(),
        search_request: [
          {
            reference_id: String(index),
            timestamp,
            search_criteria: {
              reg_type: 'ns:org:RegistryType:Social',
              reg_record_type: 'Person',
              query_type: 'idtype-value',
              query: { type: 'UIN', value: identifiers[index % identifiers.length] ?? '' },
            },
            locale: 'eng',
          },
        ],
      },
      key,
      crypto,
      clock: systemClock,
    });
    const body = Buffer.from(text, 'utf8');
    return Buffer.concat([Buffer.from(`${head}content-length: ${body.length}\r\n\r\n`), body]);
  };
  const requests: Buffer[] = [];
  const chunk = 256;
  for (let start = 0; start < options.count; start += chunk) {
    const size = Math.min(chunk, options.count - start);
    requests.push(...(await Promise.all(Array.from({ length: size }, (_, index) => one(start + index)))));
  }
  return requests;
}

/** @returns the private key as PKCS#8 PEM for the bare handler */
export function privatePem(key: PrivateKey): string {
  return createPrivateKey({ key: { ...key.jwk }, format: 'jwk' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}
