import { generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID } from 'node:crypto';
import type { JWK } from 'jose';
import { rsaKey } from './jose-peer.fixtures.ts';
import {
  json,
  type Ledger,
  noSuchPath,
  type PeerAnswer,
  type PeerRequest,
  type PeerServer,
  type SentCallback,
  sendCallback,
  startPeerServer,
} from './peer-server.fixtures.ts';
import { isJson, type Json, objectsOf, readPlain } from './plain-json.fixtures.ts';
import { isDict, loads, type PythonValue } from './python-json.fixtures.ts';
import { pythonSignature, signatureFault } from './python-signature.fixtures.ts';
import { decryptStandard, encryptStandard } from './spdci-encryption.fixtures.ts';
import type { StandardRegistry } from './spdci-records.fixtures.ts';
import { refusalAnswer, type StandardRefusal, seedReason } from './spdci-refusals.fixtures.ts';
import { type StandardSubscription, standardNow, standardService } from './spdci-service.fixtures.ts';
import { hasStandardSchemas, standardSchemas } from './standard-schemas.fixtures.ts';

/** How the peer is set up. */
export interface SpdciOptions {
  /** Absent: `social`. */
  readonly registry?: StandardRegistry;
  /** The one registered sender, its Ed25519 key, and the RSA key that messages are encrypted to. */
  readonly caller: { readonly id: string; readonly key: JsonWebKey; readonly encryptionKey?: JWK };
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What may be changed while the peer runs. */
export interface SpdciBehaviour {
  /** Absent: replies are signed as they should be. */
  signatures?: 'wrong' | 'none';
  /** Form of refusals: ACK-ERR with its HTTP status (absent), with 200, or the early seed's envelope with `ERR_*`. */
  refusals?: 'ok' | 'seed';
}

/** A registry that does what the standard says, and nothing else. */
export interface SpdciPeer extends PeerServer {
  readonly id: string;
  /** Below it stand `/{registry}/registry/…`, the key set and the tokens. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly publicKey: JsonWebKey;
  readonly behaviour: SpdciBehaviour;
  readonly subscriptions: ReadonlyMap<string, StandardSubscription>;
  readonly tokens: { readonly issued: number };
  revokeTokens(): void;
  /** Refuses the next call, for example with `err.request.too_many_requests`. */
  refuseNext(refusal: StandardRefusal): void;
  notify(code: string): Promise<SentCallback>;
}

/** Actions of the standard by path, and those of their replies. */
const operations: Readonly<Record<string, readonly [string, string]>> = {
  'sync/search': ['search', 'on-search'],
  search: ['search', 'on-search'],
  subscribe: ['subscribe', 'on-subscribe'],
  unsubscribe: ['unsubscribe', 'on-unsubscribe'],
  'sync/txn/status': ['txn-status', 'txn-on-status'],
  'txn/status': ['txn-status', 'txn-on-status'],
};
const specialOperations: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>> = {
  ibr: { 'sync/enrolled': ['search', 'on-search'], 'sync/enrollment/updates': ['notify', 'on-notify'] },
  dr: {
    'sync/disabled': ['search', 'on-search'],
    'sync/get-disability-support': ['search', 'on-search'],
    'sync/get-disability-details': ['search', 'on-search'],
  },
};

const PEER_ID = 'registry.example.org';
const KEY_ID = 'k1';
const BASE = '/namespace/v1.0.0';

interface Accepted {
  readonly header: Json;
  readonly message: Json;
  readonly isEncrypted: boolean;
}

const isRefusal = (checked: Accepted | StandardRefusal): checked is StandardRefusal => 'code' in checked;

/** Starts a registry of the standard, as dialects.md section 1 and the OpenAPI files have it. */
export async function startSpdciPeer(options: SpdciOptions): Promise<SpdciPeer> {
  const { registry = 'social', caller } = options;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const otherKey = generateKeyPairSync('ed25519').privateKey;
  const encryptionKey = caller.encryptionKey === undefined ? undefined : await rsaKey();
  const publicJwk = publicKey.export({ format: 'jwk' });
  const service = standardService(registry);
  const schemas = hasStandardSchemas ? standardSchemas(registry) : undefined;
  const behaviour: SpdciBehaviour = {};
  const subscriptions = new Map<string, StandardSubscription>();
  const answered = new Map<string, Json>();
  const valid = new Set<string>();
  const tokens = { issued: 0 };
  const refusals: StandardRefusal[] = [];
  /** DR has no paths for the status of a transaction. */
  const actionsOf = (operation: string): readonly [string, string] | undefined =>
    registry === 'dr' && operation.endsWith('txn/status')
      ? undefined
      : (operations[operation] ?? specialOperations[registry]?.[operation]);

  const token = ({ headers, text }: PeerRequest): PeerAnswer => {
    const form = new URLSearchParams(text);
    const isForm = /^application\/x-www-form-urlencoded\b/.test(headers['content-type'] ?? '');
    const isClient = form.get('client_id') === options.clientId && form.get('client_secret') === options.clientSecret;
    if (!isForm || form.get('grant_type') !== 'client_credentials' || !isClient) {
      return json(401, { errors: [{ code: 'err.request.unauthorized', message: 'client' }] });
    }
    const access = randomUUID();
    valid.add(access);
    tokens.issued += 1;
    // The standard's schema makes a text of the number.
    return json(200, { access_token: access, token_type: 'bearer', expires_in: '3600' });
  };

  const signed = (header: Json, message: Json): Json => {
    const { signatures } = behaviour;
    if (signatures === 'none') return { header, message };
    const parts = { header: loads(JSON.stringify(header)), message: loads(JSON.stringify(message)) };
    const key: KeyObject = signatures === 'wrong' ? otherKey : privateKey;
    const signer = { senderId: PEER_ID, keyId: KEY_ID, privateKey: key };
    return { signature: pythonSignature(parts, signer, Date.now() / 1000, 'spdci'), header, message };
  };

  const common = (action: string, receiverId: unknown, isEncrypted: boolean): Json => ({
    version: '1.0.0',
    message_id: randomUUID(),
    message_ts: standardNow(),
    action,
    sender_id: PEER_ID,
    receiver_id: receiverId,
    total_count: 1,
    is_msg_encrypted: isEncrypted,
  });

  /** on-subscribe and on-unsubscribe have the header of a request, but for FR's on-subscribe. */
  const envelope = async (action: string, receiverId: unknown, content: Json, isEncrypted: boolean): Promise<Json> => {
    const isRequestForm = action === 'on-unsubscribe' || (action === 'on-subscribe' && registry !== 'fr');
    const header = common(action, receiverId, isEncrypted);
    const message =
      isEncrypted && caller.encryptionKey !== undefined
        ? await encryptStandard(content, caller.encryptionKey)
        : content;
    return signed(isRequestForm ? header : { ...header, status: 'succ', completed_count: 1 }, message);
  };

  const check = async (request: PeerRequest, operation: string): Promise<Accepted | StandardRefusal> => {
    const [, access = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!valid.has(access)) return { status: 401, code: 'err.request.unauthorized', message: 'token' };
    const [body, lossless] = [readPlain(request.text), losslessOf(request.text)];
    if (!isJson(body) || !isDict(lossless)) return { status: 400, code: 'err.request.bad', message: 'JSON' };
    const [fault] = schemas?.requestFaults(operation, body) ?? [];
    if (fault !== undefined) return { status: 400, code: 'err.request.bad', message: fault };
    const { header, message, signature } = body;
    if (!isJson(header) || !isJson(message)) return { status: 400, code: 'err.request.bad', message: 'envelope' };
    if (header.sender_id !== caller.id) return { status: 401, code: 'err.sender_id.invalid', message: 'sender_id' };
    const parts = { header: lossless.header ?? null, message: lossless.message ?? null };
    const wrong = signatureFault(parts, signature, caller.key, Date.now() / 1000);
    if (wrong !== undefined) return { status: 401, code: wrong, message: 'signature' };
    if (header.receiver_id !== undefined && header.receiver_id !== PEER_ID) {
      return { status: 403, code: 'err.receiver_id.invalid', message: 'receiver_id' };
    }
    if (header.action !== actionsOf(operation)?.[0]) return { status: 400, code: 'err.request.bad', message: 'action' };
    if (header.is_msg_encrypted !== true) return { header, message, isEncrypted: false };
    const decrypted = encryptionKey && (await decryptStandard(message, encryptionKey));
    if (decrypted === undefined) return { status: 400, code: 'err.encryption.invalid', message: 'message' };
    return { header, message: decrypted, isEncrypted: true };
  };

  const compute = ({ header, message }: Accepted, operation: string): Json => {
    if (operation.endsWith('search')) return service.search(message);
    if (operation.endsWith('txn/status')) return service.txnStatus(message, answered);
    if (operation === 'unsubscribe') return service.unsubscribe(message, (code) => subscriptions.delete(code));
    if (operation !== 'subscribe') return service.special(operation, message) ?? {};
    const { message: content, made } = service.subscribe(message, header);
    for (const subscription of made) subscriptions.set(subscription.code, subscription);
    return content;
  };

  const remember = (content: Json, operation: string): void => {
    if (!operation.endsWith('search') && operation !== 'subscribe') return;
    const items = [...objectsOf(content.search_response), ...objectsOf(content.subscribe_response)];
    const names = [content.transaction_id, content.correlation_id, ...items.map((item) => item.reference_id)];
    for (const name of names) answered.set(String(name), content);
  };

  const answer = async (accepted: Accepted, operation: string, ledger: Ledger): Promise<PeerAnswer> => {
    const { header, isEncrypted } = accepted;
    const [, reply = ''] = actionsOf(operation) ?? [];
    const content = compute(accepted, operation);
    remember(content, operation);
    const seal = (): Promise<Json> => envelope(reply, header.sender_id, content, isEncrypted);
    if (operation.startsWith('sync/')) return json(200, await seal());
    const { sender_uri: senderUri } = header;
    if (typeof senderUri !== 'string') {
      return refusalAnswer({ status: 400, code: 'err.sender_uri.invalid', message: 'sender_uri' }, behaviour.refusals);
    }
    const ack = { ack_status: 'ACK', timestamp: standardNow(), correlation_id: content.correlation_id };
    // To `sender_uri` as it is.
    return json(202, { message: ack }, async () => {
      await sendCallback(ledger, senderUri, JSON.stringify(await seal()));
    });
  };

  const jwks = {
    keys: [
      { ...publicJwk, kid: `${PEER_ID}|${KEY_ID}|ed25519`, use: 'sig', alg: 'EdDSA' },
      ...(encryptionKey === undefined
        ? []
        : [{ ...encryptionKey.publicJwk, kid: encryptionKey.kid, use: 'enc', alg: 'RSA-OAEP-256' }]),
    ],
  };

  const server = await startPeerServer(async (request, ledger) => {
    const { method, path } = request;
    if (method === 'GET' && path === `${BASE}/.well-known/jwks.json`) return json(200, jwks);
    if (method === 'POST' && path === `${BASE}/oauth2/client/token`) return token(request);
    const prefix = `${BASE}/${registry}/registry/`;
    const operation = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    if (method !== 'POST' || actionsOf(operation) === undefined) return noSuchPath(request, ledger);
    const { header, message } = requestOf(request.text);
    const refuse = (refusal: StandardRefusal): PeerAnswer =>
      behaviour.refusals === 'seed'
        ? json(
            refusal.status,
            signed(
              { ...common('on-search', header.sender_id, false), status: 'rjct', ...seedReason(refusal) },
              { transaction_id: message.transaction_id },
            ),
          )
        : refusalAnswer(refusal, behaviour.refusals);
    const forced = refusals.shift();
    if (forced !== undefined) return refuse(forced);
    const accepted = await check(request, operation);
    return isRefusal(accepted) ? refuse(accepted) : await answer(accepted, operation, ledger);
  });

  return {
    ...server,
    id: PEER_ID,
    baseUrl: `${server.origin}${BASE}`,
    tokenUrl: `${server.origin}${BASE}/oauth2/client/token`,
    publicKey: publicJwk,
    behaviour,
    subscriptions,
    tokens,
    revokeTokens: () => valid.clear(),
    refuseNext: (refusal) => {
      refusals.push(refusal);
    },
    async notify(code) {
      const subscription = subscriptions.get(code);
      if (subscription === undefined) throw new Error('no such subscription');
      const body = await envelope('notify', subscription.receiverId, service.notify(subscription), false);
      const url = subscription.senderUri.replace(/on-subscribe$/, 'notify');
      return await sendCallback(server.ledger, url, JSON.stringify(body));
    },
  };
}

const losslessOf = (text: string): PythonValue | undefined => (readPlain(text) === undefined ? undefined : loads(text));

/** Header and message of a request that may be anything. */
function requestOf(text: string): { readonly header: Json; readonly message: Json } {
  const body = readPlain(text);
  const { header, message } = isJson(body) ? body : {};
  return { header: isJson(header) ? header : {}, message: isJson(message) ? message : {} };
}
