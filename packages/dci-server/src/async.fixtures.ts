import { isJsonObject, type JsonObject, type JsonValue } from 'dci-core';
import type { Egress, EgressRequest } from 'dci-host';
import type { SendOptions, TestPeer, TestReply, TestServer } from './server.fixtures.ts';
import type { OutgoingContent, OutgoingMessage, OutgoingStore } from './stores/outgoing.ts';
import { createSqliteOutgoingStore } from './stores/sqlite/outgoing-store.ts';
import { createSqliteTransactionStore } from './stores/sqlite/transaction-store.ts';
import type { TransactionStore } from './stores/transactions.ts';

/** Where callbacks of these tests go. */
export const senderUri = 'https://mis.example.org/callback';

/** An egress that sends nothing and notes what it was to send. */
export interface SilentEgress extends Egress {
  readonly requests: readonly EgressRequest[];
}

/** @returns an egress that answers everything with 202 */
export function silentEgress(): SilentEgress {
  const requests: EgressRequest[] = [];
  return {
    requests,
    checkUrl: () => {},
    send: async (request) => {
      requests.push(request);
      return { status: 202, headers: {}, body: new Uint8Array() };
    },
  };
}

/** The stores of a test server, opened beside it. */
export function storesOf(server: Pick<TestServer, 'host'>): {
  readonly transactions: TransactionStore;
  readonly outgoing: OutgoingStore;
} {
  const { database, sealer, jobs } = server.host.context;
  const options = { database, sealer, jobs: jobs.writer };
  return { transactions: createSqliteTransactionStore(options), outgoing: createSqliteOutgoingStore(options) };
}

/** Sends a message to an asynchronous path, with a callback address. */
export async function request(
  server: TestServer,
  action: 'search' | 'subscribe' | 'unsubscribe' | 'txn-status',
  message: JsonObject,
  options: SendOptions & { readonly header?: Readonly<Record<string, JsonValue>>; readonly sync?: boolean } = {},
  peer: TestPeer = server.peer,
  slug = 'social',
): Promise<TestReply> {
  const { header, sync = false, ...send } = options;
  const items = message.search_request ?? message.subscribe_request;
  const body = await server.envelope(
    {
      message,
      header: {
        action,
        sender_uri: senderUri,
        total_count: Array.isArray(items) ? items.length : 1,
        ...header,
      },
    },
    peer,
  );
  const path = `/dci_api/v1/${slug}/registry/${sync ? 'sync/' : ''}${action === 'txn-status' ? 'txn/status' : action}`;
  return server.send(body, { path, ...send }, peer);
}

/** @returns the correlation id of an ACK */
export function correlationOf(reply: TestReply): string {
  const { message } = reply.body;
  const id = isJsonObject(message) && message.ack_status === 'ACK' ? message.correlation_id : undefined;
  if (reply.status !== 202 || typeof id !== 'string') throw new Error(`no ACK: ${reply.status} ${reply.text}`);
  return id;
}

/** A stored callback with its content. */
export interface StoredCallback extends OutgoingMessage {
  readonly content: OutgoingContent;
}

/** @returns the callbacks of a transaction, in their order */
export async function callbacksOf(server: TestServer, correlationId: string): Promise<readonly StoredCallback[]> {
  const { outgoing } = storesOf(server);
  const messages = await outgoing.list({ kind: 'callback', subject: correlationId, limit: 1_000 });
  const callbacks: StoredCallback[] = [];
  for (const message of [...messages].sort((a, b) => a.sequence - b.sequence)) {
    const content = await outgoing.content(message.messageId);
    if (content === undefined) throw new Error('a callback without content');
    callbacks.push({ ...message, content });
  }
  return callbacks;
}

/** @returns the items of a callback or of a part of a reply */
export function answersIn(message: JsonObject | undefined): readonly JsonObject[] {
  const list = message?.search_response;
  if (!Array.isArray(list)) throw new Error('no search_response');
  return (list as readonly JsonValue[]).filter(isJsonObject);
}
