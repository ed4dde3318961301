import * as nodeCrypto from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ClientOptions, createClient, type DciClient } from 'dci-client';
import {
  compileQuery,
  createNodeCryptoProvider,
  createRandom,
  DciError,
  evaluateFilter,
  formatTimestamp,
  generateKey,
  ibr,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  type PrivateKey,
  publicKeyOf,
  readJson,
  type SigningKey,
  signEnvelope,
  systemClock,
  toJwks,
  verifyEnvelope,
} from 'dci-core';
import { listening } from '../../dci-client/src/listening.fixtures.ts';

export const CLIENT_ID = 'mis.example.org';

export const crypto = createNodeCryptoProvider(nodeCrypto);
export const random = createRandom(nodeCrypto.webcrypto);

/** What a request was, after its signature was verified. */
export interface ReceivedRequest {
  readonly header: JsonObject;
  readonly message: JsonObject;
  /** Below `registry/`, for example `sync/search`. */
  readonly operation: string;
}

/** Header and message of a reply before it is signed. */
export interface ReplyParts {
  readonly header: JsonObject;
  readonly message: JsonObject;
}

/** How a registry deviates from an honest one. */
export interface Deviation {
  /** Changes the reply before it is signed. */
  readonly change?: (parts: ReplyParts, request: ReceivedRequest) => ReplyParts;
  /** Signs with another key than its own, or not at all. */
  readonly signs?: 'with another key' | 'not at all';
  /** Answers in place of everything else. */
  readonly answer?: (response: ServerResponse, request: ReceivedRequest) => void;
}

/** A beneficiary registry over real HTTP on a port of its own. */
export interface BeneficiaryRegistry {
  readonly baseUrl: string;
  readonly senderId: string;
  /** Key of the party that may ask. */
  readonly clientKey: PrivateKey;
  /** What it holds, in its own spelling. */
  records: readonly JsonObject[];
  deviation: Deviation;
  readonly requests: ReceivedRequest[];
  /** Beneficiaries that were reported to it. */
  readonly reported: JsonObject[];
  client(overrides?: Partial<ClientOptions>): DciClient;
  stop(): Promise<void>;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const objectOf = (value: JsonValue | undefined): JsonObject => {
  if (!isJsonObject(value)) throw new Error('not an object');
  return value;
};
const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
const textOf = (value: JsonValue | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

const [beneficiaryType] = ibr.recordTypes;
if (beneficiaryType === undefined) throw new Error('no record type');

function find(records: readonly JsonObject[], query: JsonValue, queryType: string | undefined): readonly JsonObject[] {
  const filter = compileQuery({
    query,
    ...(queryType !== undefined && { queryType }),
    recordType: beneficiaryType ?? ibr.recordTypes[0],
    registryType: ibr,
    now: systemClock.now(),
  } as Parameters<typeof compileQuery>[0]);
  return records.filter((record) => {
    const { record: read } = beneficiaryType?.read(record) ?? { record };
    return evaluateFilter(filter, read, beneficiaryType ?? { attributes: {} }, ibr);
  });
}

/** The message of an honest reply. */
function honestMessage({ operation, message }: ReceivedRequest, records: readonly JsonObject[]): JsonObject {
  const timestamp = formatTimestamp(systemClock.now());
  const { transaction_id } = message;
  const common = { transaction_id, correlation_id: random.uuid() };
  const frame = (reference_id: JsonValue | undefined) => ({ reference_id, timestamp, status: 'succ' });
  if (operation === 'sync/enrolled') {
    const { query = {}, query_type } = objectOf(message.enrolled_criteria);
    const ended = ['2', '3'];
    const isEnrolled = find(records, query, textOf(query_type)).some(
      (record) => !ended.includes(String(beneficiaryType?.read(record).record.enrollment_status)),
    );
    return { ...common, enrolled_response: [{ ...frame(transaction_id), enrolled_status: isEnrolled ? 'yes' : 'no' }] };
  }
  if (operation === 'sync/enrollment/updates') {
    const beneficiaries = listOf(objectOf(message.enrolled_updates).beneficiaries);
    return { ...common, enrolled_response: beneficiaries.map((_, index) => frame(`beneficiaries[${index}]`)) };
  }
  const items = listOf(message.search_request).map(objectOf);
  return {
    ...common,
    search_response: items.map(({ reference_id, search_criteria }) => {
      const { query = {}, query_type, pagination } = objectOf(search_criteria);
      const { page_size = 20, page_number = 1 } = isJsonObject(pagination) ? pagination : {};
      try {
        const found = find(records, query, textOf(query_type));
        const [size, number] = [Number(page_size), Number(page_number)];
        return {
          ...frame(reference_id),
          data: {
            version: '1.0.0',
            reg_type: ibr.code,
            reg_record_type: 'Beneficiary',
            reg_records: found.slice((number - 1) * size, number * size),
          },
          pagination: { page_size: size, page_number: number, total_count: found.length },
        };
      } catch (error) {
        if (!(error instanceof DciError)) throw error;
        return { ...frame(reference_id), status: 'rjct', status_reason_code: error.code };
      }
    }),
  };
}

/**
 * Starts a registry that answers honestly until it is told otherwise.
 *
 * @param senderId - its own id
 */
export async function startBeneficiaryRegistry(senderId = 'ibr.example.org'): Promise<BeneficiaryRegistry> {
  const newKey = () => generateKey('ed25519', { random });
  const [registryKey, otherKey, clientKey] = await Promise.all([newKey(), newKey(), newKey()]);
  const keyOf = (privateKey: PrivateKey): SigningKey => ({ senderId, keyId: 'key1', privateKey });

  const answerRequest = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const document = readJson(await readText(request));
    const verification = await verifyEnvelope({
      document,
      keys: [{ keyId: 'key1', publicKey: publicKeyOf(clientKey), state: 'active' }],
      senderId: CLIENT_ID,
      schemes: ['dci'],
      crypto,
      clock: systemClock,
    });
    if (!verification.valid) throw new Error(`the client signs badly: ${verification.reason}`);
    const { header, message } = objectOf(document.value);
    const received: ReceivedRequest = {
      header: objectOf(header),
      message: objectOf(message),
      operation: (request.url ?? '').split('/ibr/registry/')[1] ?? '',
    };
    registry.requests.push(received);
    const { answer, change, signs } = registry.deviation;
    if (answer !== undefined) {
      answer(response, received);
      return;
    }
    if (received.operation === 'sync/enrollment/updates') {
      registry.reported.push(...listOf(objectOf(received.message.enrolled_updates).beneficiaries).map(objectOf));
    }
    const action = received.header.action === 'notify' ? 'on-notify' : 'on-search';
    const honest: ReplyParts = {
      header: {
        version: '1.0.0',
        message_id: random.uuid(),
        message_ts: formatTimestamp(systemClock.now()),
        action,
        status: 'succ',
        total_count: 1,
        completed_count: 1,
        sender_id: senderId,
        receiver_id: received.header.sender_id,
        is_msg_encrypted: false,
      },
      message: honestMessage(received, registry.records),
    };
    const parts = change?.(honest, received) ?? honest;
    const key = keyOf(signs === 'with another key' ? otherKey : registryKey);
    const { text } = await signEnvelope({ ...parts, key, scheme: 'dci', crypto, clock: systemClock });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(signs === 'not at all' ? JSON.stringify(parts) : text);
  };

  const server = createServer((request, response) => {
    if (request.url?.endsWith('/.well-known/jwks.json')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(toJwks([{ ...keyOf(registryKey), publicKey: publicKeyOf(registryKey) }])));
      return;
    }
    answerRequest(request, response).catch((error: unknown) => {
      response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(String(error));
    });
  });
  const { origin, stop } = await listening(server);
  const baseUrl = `${origin}/dci_api/v1`;
  const registry: BeneficiaryRegistry = {
    baseUrl,
    senderId,
    clientKey,
    records: [],
    deviation: {},
    requests: [],
    reported: [],
    client: (overrides = {}) =>
      createClient({
        code: senderId.split('.')[0] ?? senderId,
        baseUrl,
        registry: ibr,
        senderId: CLIENT_ID,
        receiverId: senderId,
        key: clientKey,
        keyId: 'key1',
        retries: 0,
        crypto,
        clock: systemClock,
        random,
        fetch: globalThis.fetch,
        ...overrides,
      }),
    stop,
  };
  return registry;
}
