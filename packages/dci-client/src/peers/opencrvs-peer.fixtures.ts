import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, FlattenedEncrypt, type FlattenedJWE, flattenedDecrypt, importJWK, type JWK } from 'jose';
import { rsaKey, signCompact, type ThumbprintKey, verifiesCompact } from './jose-peer.fixtures.ts';
import { CivilError, civilTest, eventOf } from './opencrvs-query.fixtures.ts';
import { type CivilGeneration, type CivilSpelling, civilRecord, civilRows } from './opencrvs-records.fixtures.ts';
import {
  json,
  type Ledger,
  noSuchPath,
  type PeerAnswer,
  type PeerRequest,
  type PeerServer,
  sendCallback,
  startPeerServer,
} from './peer-server.fixtures.ts';
import { isJson, type Json, readPlain } from './plain-json.fixtures.ts';

/** How the peer is set up. */
export interface OpencrvsOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Absent: `2024`. */
  readonly generation?: CivilGeneration;
  /** Absent: camel case until 2024, snake case later. */
  readonly spelling?: CivilSpelling;
}

/** What may be changed while the peer runs. */
export interface OpencrvsBehaviour {
  /** Absent: replies are signed as they should be. */
  signatures?: 'wrong' | 'none';
  /** Whether an asynchronous encrypted reply is awaited; absent: it is not, so that its message is `{}`. */
  awaitsEncryption?: true;
}

/** An OpenCRVS `dci-crvs-api`. */
export interface OpencrvsPeer extends PeerServer {
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly behaviour: OpencrvsBehaviour;
  /** How many access tokens were given out. */
  readonly tokens: { readonly issued: number };
  /** How many requests came encrypted. */
  readonly encrypted: { readonly requests: number };
  /** Every token given out so far ends. */
  revokeTokens(): void;
}

/** A request that passed every check, decrypted. */
interface Accepted {
  readonly header: Json;
  readonly message: Json;
  readonly isEncrypted: boolean;
  readonly callerKeys: readonly JWK[];
}

const isRefusal = (checked: Accepted | PeerAnswer): checked is PeerAnswer => 'status' in checked;

/** The one form of error that it has. */
const refusal = (code: number, message: string): PeerAnswer => json(code, { error: { code, message } });

/** `<sender_id>/.well-known/jwks.json`, whatever the sender claims to be: a known SSRF of the real system. */
async function keysOf(senderId: string): Promise<readonly JWK[]> {
  const response = await fetch(`${senderId}/.well-known/jwks.json`);
  const { keys } = JSON.parse(await response.text());
  return keys;
}

/** Starts an OpenCRVS API, as dialects.md sections 2 to 4 and records.md section 12 describe it. */
export async function startOpencrvsPeer(options: OpencrvsOptions): Promise<OpencrvsPeer> {
  const [signingKey, otherKey, encryptionKey] = await Promise.all([rsaKey(), rsaKey(), rsaKey()]);
  const { generation = '2024' } = options;
  const { spelling = generation <= '2024' ? 'camel' : 'snake' } = options;
  const behaviour: OpencrvsBehaviour = {};
  const valid = new Set<string>();
  const tokens = { issued: 0 };
  const encrypted = { requests: 0 };

  const token = ({ headers, query, text }: PeerRequest): PeerAnswer => {
    const isJsonBody = /^application\/json\b/.test(headers['content-type'] ?? '') && text !== '';
    const given: Json = isJsonBody ? JSON.parse(text) : Object.fromEntries(query);
    const { grant_type: grant, client_id: id, client_secret: secret } = given;
    if (grant !== 'client_credentials') return refusal(400, '"grant_type" is required');
    if (id !== options.clientId || secret !== options.clientSecret) return refusal(401, 'Unauthorized');
    const access = randomUUID();
    valid.add(access);
    tokens.issued += 1;
    return json(200, { access_token: access, token_type: 'Bearer' });
  };

  const check = async (request: PeerRequest, ledger: Ledger): Promise<Accepted | PeerAnswer> => {
    const [, access = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!valid.has(access)) return refusal(401, 'Unauthorized');
    const body = readPlain(request.text);
    const { header, message, signature } = isJson(body) ? body : {};
    if (!isJson(header) || !isJson(message)) return refusal(400, '"header" is required');
    const { sender_id: senderId, action } = header;
    if (typeof senderId !== 'string' || !URL.canParse(senderId))
      return refusal(400, '"header.sender_id" must be a URI');
    if (action !== 'search') return refusal(400, '"header.action" must be [search]');
    const callerKeys = await keysOf(senderId).catch(() => []);
    if (typeof signature !== 'string' || signature === '') {
      ledger.faults.push({ fault: 'unsigned', detail: request.path });
    } else {
      const keys = createLocalJWKSet({ keys: [...callerKeys] });
      if (!(await verifiesCompact(signature, { header, message }, keys))) return refusal(400, 'Invalid signature');
    }
    if (header.is_msg_encrypted !== true) return { header, message, isEncrypted: false, callerKeys };
    encrypted.requests += 1;
    try {
      // The whole object goes to jose; it has no protected header, so that the additional data is empty.
      const jwe: FlattenedJWE = JSON.parse(JSON.stringify(message));
      const { plaintext } = await flattenedDecrypt(jwe, encryptionKey.privateKey);
      const decrypted: unknown = JSON.parse(new TextDecoder().decode(plaintext));
      if (!isJson(decrypted)) return refusal(400, '"message" is required');
      return { header, message: decrypted, isEncrypted: true, callerKeys };
    } catch {
      return refusal(400, 'decryption operation failed');
    }
  };

  const search = (message: Json, ledger: Ledger): Json => {
    const { transaction_id: transactionId, search_request: items } = message;
    if (typeof transactionId !== 'string') throw new CivilError('"message.transaction_id" is required');
    if (!Array.isArray(items) || !items.every(isJson)) throw new CivilError('"message.search_request" is required');
    const responses = items.map((item) => {
      const criteria = isJson(item.search_criteria) ? item.search_criteria : {};
      const event = eventOf(criteria, generation);
      const test = civilTest(criteria, event, generation, (fault, detail) => ledger.faults.push({ fault, detail }));
      const { page_size: size = 100, page_number: number = 1 } = isJson(criteria.pagination) ? criteria.pagination : {};
      const [pageSize, pageNumber] = [Number(size), Number(number)];
      const found = civilRows.filter(test);
      const rows = found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
      return {
        reference_id: item.reference_id,
        timestamp: new Date().toISOString(),
        status: 'succ',
        data: {
          version: '1.0.0',
          reg_type: criteria.reg_type,
          ...(generation !== '2024' && { reg_event_type: criteria.reg_event_type }),
          reg_record_type: 'person',
          reg_records: rows.map((row) => civilRecord(row, generation, spelling)),
        },
        pagination: { page_size: pageSize, page_number: pageNumber, total_count: found.length },
        locale: item.locale ?? 'eng',
      };
    });
    return {
      transaction_id: transactionId,
      correlation_id: randomUUID(),
      // A search without hits has no item at all.
      search_response: responses.filter(({ pagination }) => pagination.total_count > 0),
    };
  };

  const encryptFor = async (message: Json, callerKeys: readonly JWK[]): Promise<Json> => {
    const jwk = callerKeys.find(({ use }) => use === 'enc');
    if (jwk === undefined) throw new CivilError('no key for encryption');
    const key = await importJWK(jwk, 'RSA-OAEP-256');
    return {
      ...(await new FlattenedEncrypt(new TextEncoder().encode(JSON.stringify(message)))
        .setUnprotectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', ...(jwk.kid !== undefined && { kid: jwk.kid }) })
        .encrypt(key)),
    };
  };

  const envelope = async (request: Json, message: Json): Promise<string> => {
    // Id, sender and receiver are those of the request, not exchanged.
    const header = {
      version: '1.0.0',
      message_id: request.message_id,
      message_ts: new Date().toISOString(),
      action: 'search',
      status: 'succ',
      total_count: 1,
      completed_count: 1,
      sender_id: request.sender_id,
      receiver_id: request.receiver_id,
      is_msg_encrypted: request.is_msg_encrypted ?? false,
    };
    const { signatures } = behaviour;
    if (signatures === 'none') return JSON.stringify({ header, message });
    const signature = await signCompact(header, message, signatures === 'wrong' ? otherKey : signingKey);
    return JSON.stringify({ signature, header, message });
  };

  const answer = async (accepted: Accepted, isSync: boolean, ledger: Ledger): Promise<PeerAnswer> => {
    const { header, isEncrypted, callerKeys } = accepted;
    const found = search(accepted.message, ledger);
    const seal = async (): Promise<Json> => (isEncrypted ? await encryptFor(found, callerKeys) : found);
    if (isSync) return json(200, await envelope(header, await seal()));
    const { sender_uri: senderUri } = header;
    if (typeof senderUri !== 'string' || !URL.canParse(senderUri))
      return refusal(400, '"header.sender_uri" is required');
    const ack = { ack_status: 'ACK', timestamp: new Date().toISOString(), correlation_id: found.correlation_id };
    return json(202, { message: ack }, async () => {
      const message = isEncrypted && behaviour.awaitsEncryption === undefined ? {} : await seal();
      await sendCallback(ledger, senderUri, await envelope(header, message), {});
    });
  };

  const published = (key: ThumbprintKey, use: string, alg: string): Json => ({
    ...key.publicJwk,
    kid: key.kid,
    use,
    alg,
  });

  const server = await startPeerServer(async (request, ledger) => {
    const { method, path } = request;
    if (method === 'GET' && path === '/.well-known/jwks.json') {
      return json(200, {
        keys: [published(signingKey, 'sig', 'RS256'), published(encryptionKey, 'enc', 'RSA-OAEP-256')],
      });
    }
    if (method === 'POST' && path === '/oauth2/client/token') return token(request);
    const isSync = path === '/registry/sync/search';
    if (method !== 'POST' || !(isSync || path === '/registry/search')) return noSuchPath(request, ledger);
    try {
      const accepted = await check(request, ledger);
      return isRefusal(accepted) ? accepted : await answer(accepted, isSync, ledger);
    } catch (error) {
      if (error instanceof CivilError) return refusal(400, error.message);
      throw error;
    }
  });

  return {
    ...server,
    baseUrl: server.origin,
    tokenUrl: `${server.origin}/oauth2/client/token`,
    behaviour,
    tokens,
    encrypted,
    revokeTokens: () => valid.clear(),
  };
}
