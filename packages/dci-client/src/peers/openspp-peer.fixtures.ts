import { generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import { opensppRows } from './openspp-rows.fixtures.ts';
import {
  notifyMessage,
  type OpensppSubscription,
  pythonNow,
  searchResponse,
  subscribeResponse,
} from './openspp-service.fixtures.ts';
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
import { HeaderError, renderHeader } from './python-header.fixtures.ts';
import { dumps, int, isDict, loads, type PythonDict, type PythonValue } from './python-json.fixtures.ts';
import { pythonSignature, signatureFault } from './python-signature.fixtures.ts';

/** How the peer is set up, and which of its known faults it shows. */
export interface OpensppOptions {
  /** The one registered sender and its Ed25519 key. */
  readonly caller: { readonly id: string; readonly key: JsonWebKey };
  readonly token: string;
  /**
   * Where the answer to `subscribe` stands: in a callback (absent), in an envelope in place of the ACK, as that to
   * `unsubscribe` does then, or beside the ACK.
   */
  readonly subscribeReply?: 'callback' | 'envelope' | 'ack';
}

/** What may be changed while the peer runs. */
export interface OpensppBehaviour {
  /** Absent: replies are signed as they should be. */
  signatures?: 'wrong' | 'none';
}

/** An OpenSPP2 registry. */
export interface OpensppPeer extends PeerServer {
  readonly id: string;
  /** With `/dci_api/v1`. */
  readonly baseUrl: string;
  /** Its public key; its JWKS publishes the same. */
  readonly publicKey: JsonWebKey;
  readonly behaviour: OpensppBehaviour;
  readonly subscriptions: ReadonlyMap<string, OpensppSubscription>;
  /** Messages of receipts, as they came. */
  readonly receipts: readonly PythonDict[];
  /** Notifies a subscriber of the first registrant; nothing is tried again. */
  notify(code: string): Promise<SentCallback>;
}

const BASE = '/dci_api/v1';
const PEER_ID = 'openspp.example.org';
const KEY_ID = 'key1';

/** Actions by path; the first is what a callback or reply is named by. */
const operations: Readonly<Record<string, { readonly actions: readonly string[]; readonly reply: string }>> = {
  'sync/search': { actions: ['search'], reply: 'on-search' },
  search: { actions: ['search'], reply: 'on-search' },
  subscribe: { actions: ['subscribe'], reply: 'on-subscribe' },
  unsubscribe: { actions: ['unsubscribe'], reply: 'on-unsubscribe' },
  'sync/txn/status': { actions: ['txn-status', 'txn_status'], reply: 'txn-on-status' },
  'txn/status': { actions: ['txn-status', 'txn_status'], reply: 'txn-on-status' },
  receipt: { actions: ['receipt'], reply: 'on-receipt' },
  'sync/receipt': { actions: ['receipt'], reply: 'on-receipt' },
};

/** A request that passed every check. */
interface Accepted {
  readonly header: PythonDict;
  readonly message: PythonDict;
  readonly operation: string;
}

const refusal = (status: number, code: string, message = 'refused'): PeerAnswer =>
  json(status, {
    message: { ack_status: 'ERR', timestamp: pythonNow(), correlation_id: randomUUID(), error: { code, message } },
  });

const acknowledgement = (correlation: string, after: () => Promise<void>): PeerAnswer =>
  json(202, { message: { ack_status: 'ACK', timestamp: pythonNow(), correlation_id: correlation } }, after);

const nowSeconds = (): number => Date.now() / 1000;

/** Starts an OpenSPP2 registry, as dialects.md sections 2 to 4 and records.md section 12 describe it. */
export async function startOpensppPeer(options: OpensppOptions): Promise<OpensppPeer> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const otherKey = generateKeyPairSync('ed25519').privateKey;
  const publicJwk = publicKey.export({ format: 'jwk' });
  const behaviour: OpensppBehaviour = {};
  const subscriptions = new Map<string, OpensppSubscription>();
  const receipts: PythonDict[] = [];
  const asynchronous = new Set<string>();
  const answered = new Map<string, PythonDict>();

  const envelope = (action: string, receiverId: string, message: PythonDict, count: number): string => {
    const header: PythonDict = {
      version: '1.0.0',
      message_id: randomUUID(),
      message_ts: pythonNow(),
      action,
      status: 'succ',
      status_reason_code: null,
      status_reason_message: null,
      total_count: int(count),
      completed_count: int(count),
      sender_id: PEER_ID,
      receiver_id: receiverId,
      is_msg_encrypted: false,
      meta: null,
    };
    const { signatures } = behaviour;
    const signer = { senderId: PEER_ID, keyId: KEY_ID, privateKey: signatures === 'wrong' ? otherKey : privateKey };
    const signature = signatures === 'none' ? '' : pythonSignature({ header, message }, signer, nowSeconds());
    return dumps({ signature, header, message });
  };

  const check = (request: PeerRequest): Accepted | PeerAnswer => {
    const [, operation = ''] = /^\/dci_api\/v1\/(?:social\/registry|sr|registry)\/(.+)$/.exec(request.path) ?? [];
    const { authorization } = request.headers;
    if (authorization === undefined) return refusal(401, 'err.auth.missing_header');
    const [, token] = /^Bearer (\S+)$/.exec(authorization) ?? [];
    if (token === undefined) return refusal(401, 'err.auth.invalid_format');
    if (token !== options.token) return refusal(401, 'err.auth.invalid_token');
    const body = read(request.text);
    if (!isDict(body) || !isDict(body.header) || !isDict(body.message)) return refusal(400, 'err.400', 'envelope');
    const { message } = body;
    let header: PythonDict;
    try {
      header = renderHeader(body.header);
    } catch (error) {
      if (error instanceof HeaderError) return refusal(400, 'err.400', error.message);
      throw error;
    }
    if (header.sender_id !== options.caller.id) return refusal(401, 'err.sender.unknown');
    const fault = signatureFault({ header, message }, body.signature, options.caller.key, nowSeconds());
    if (fault !== undefined) return refusal(401, fault);
    if (header.is_msg_encrypted === true) return refusal(501, 'err.501', 'encryption');
    if (!operations[operation]?.actions.includes(String(header.action))) return refusal(400, 'err.400', 'action');
    if (typeof message.transaction_id !== 'string') return refusal(400, 'err.400', 'transaction_id');
    return { header, message, operation };
  };

  const compute = ({ header, message, operation }: Accepted, correlation: string, ledger: Ledger): PythonDict => {
    const note: Parameters<typeof searchResponse>[1] = (fault, detail) => ledger.faults.push({ fault, detail });
    const ids = { transaction_id: message.transaction_id ?? null, correlation_id: correlation };
    if (operation.endsWith('search')) return { ...ids, search_response: searchResponse(message, note) };
    if (operation === 'subscribe') {
      const { made, response } = subscribeResponse(message, header, note);
      for (const subscription of made) subscriptions.set(subscription.code, subscription);
      return { ...ids, subscribe_response: response };
    }
    if (operation === 'unsubscribe') {
      const codes = Array.isArray(message.subscription_codes) ? message.subscription_codes : [];
      for (const code of codes) subscriptions.delete(String(code));
      // Whatever the codes are, it succeeds.
      const subscription_status = codes.map((code: PythonValue) => ({ code, status: 'unsubscribe' }));
      return { ...ids, timestamp: pythonNow(), status: 'succ', subscription_status };
    }
    if (operation.endsWith('receipt')) {
      receipts.push(message);
      return ids;
    }
    const question = isDict(message.txnstatus_request) ? message.txnstatus_request : {};
    const txn_status = answered.get(String(question.attribute_value)) ?? {};
    const { txn_type } = question;
    return { ...ids, txnstatus_response: { ...(txn_type !== undefined && { txn_type }), txn_status } };
  };

  const answer = (accepted: Accepted, ledger: Ledger): PeerAnswer => {
    const { header, message, operation } = accepted;
    const transaction = String(message.transaction_id);
    const correlation = randomUUID();
    const { reply = '' } = operations[operation] ?? {};
    const senderUri = typeof header.sender_uri === 'string' && header.sender_uri !== '' ? header.sender_uri : undefined;
    const sealed = (content: PythonDict): string => envelope(reply, String(header.sender_id), content, 1);

    const isSync = operation.startsWith('sync/') || (operation === 'txn/status' && senderUri === undefined);
    if (isSync) {
      const content = compute(accepted, correlation, ledger);
      if (operation === 'sync/search') remember(transaction, correlation, content);
      return json(200, sealed(content));
    }
    if (operation === 'receipt') {
      compute(accepted, correlation, ledger);
      return acknowledgement(correlation, async () => undefined);
    }
    if (senderUri === undefined) return refusal(400, 'err.400', 'sender_uri');
    if (asynchronous.has(transaction)) return { status: 500, text: 'Internal Server Error' };
    asynchronous.add(transaction);
    if (operation === 'subscribe' || operation === 'unsubscribe') {
      const { subscribeReply } = options;
      if (subscribeReply === 'envelope') return json(202, sealed(compute(accepted, correlation, ledger)));
      if (subscribeReply === 'ack' && operation === 'subscribe') {
        const ack = { ack_status: 'ACK', timestamp: pythonNow(), ...compute(accepted, correlation, ledger) };
        return json(202, dumps({ message: ack }));
      }
    }
    return acknowledgement(correlation, async () => {
      const content = compute(accepted, correlation, ledger);
      if (operation === 'search') remember(transaction, correlation, content);
      // Failed work sends no callback.
      const items = Array.isArray(content.search_response) ? content.search_response : [];
      if (items.some((item: PythonValue) => isDict(item) && item.status === 'rjct')) return;
      const part = reply === 'txn-on-status' ? 'txn/on-status' : reply;
      await sendCallback(ledger, `${senderUri}/${part}`, sealed(content));
    });
  };

  const remember = (transaction: string, correlation: string, content: PythonDict): void => {
    for (const id of [transaction, correlation]) answered.set(id, content);
  };

  const server = await startPeerServer((request, ledger) => {
    if (request.method === 'GET' && request.path === `${BASE}/.well-known/jwks.json`) {
      const kid = `${PEER_ID}|${KEY_ID}|ed25519`;
      return json(200, { keys: [{ ...publicJwk, kid, use: 'sig', alg: 'EdDSA' }] });
    }
    const [, operation = ''] = /^\/dci_api\/v1\/(?:social\/registry|sr|registry)\/(.+)$/.exec(request.path) ?? [];
    if (request.method !== 'POST' || !(operation in operations)) return noSuchPath(request, ledger);
    const accepted = check(request);
    return 'operation' in accepted ? answer(accepted, ledger) : accepted;
  });

  return {
    ...server,
    id: PEER_ID,
    baseUrl: `${server.origin}${BASE}`,
    publicKey: publicJwk,
    behaviour,
    subscriptions,
    receipts,
    async notify(code) {
      const subscription = subscriptions.get(code);
      const [row] = opensppRows(pythonNow().slice(0, 10));
      if (subscription?.senderUri === undefined || row === undefined) throw new Error('no such subscription');
      const text = envelope('notify', subscription.receiverId, notifyMessage(subscription, row.record), 1);
      return await sendCallback(server.ledger, `${subscription.senderUri}/notify`, text);
    },
  };
}

function read(text: string): PythonValue | undefined {
  try {
    return loads(text);
  } catch {
    return undefined;
  }
}
