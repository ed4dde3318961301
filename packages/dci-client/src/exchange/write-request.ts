import {
  type DialectCall,
  encryptMessage,
  formatTimestamp,
  type JsonObject,
  type RequestAction,
  type SpecialOperation,
} from 'dci-core';
import { unsupported } from '../failure.ts';
import type { ExchangeContext } from './context.ts';

/** A request in the standard's form. */
export interface RequestContent {
  readonly call: DialectCall;
  /** Of a `special` call. */
  readonly operation?: SpecialOperation;
  readonly action: RequestAction;
  readonly transactionId: string;
  /** In the order of the items. */
  readonly referenceIds: readonly string[];
  /** Written by the dialect already. */
  readonly message: JsonObject;
  /** `total_count`. */
  readonly itemCount: number;
  /** Where callbacks go. */
  readonly senderUri?: string;
  /** Members of the header that the standard wants of this request alone. */
  readonly header?: JsonObject;
}

/** A request as it goes out, but for its signature. */
export interface WrittenRequest extends Pick<RequestContent, 'call' | 'action' | 'transactionId' | 'referenceIds'> {
  readonly url: string;
  readonly header: JsonObject;
  readonly message: JsonObject;
  readonly messageId: string;
  readonly isEncrypted: boolean;
}

/** Version of the standard that we write. */
export const PROTOCOL_VERSION = '1.0.0';

/**
 * Refuses a call that the registry's family does not know, before anything is done for it.
 *
 * @param call - what is asked for
 * @param context - the registry
 * @throws DciError with the cause `unsupported`
 */
export function requireCall(call: DialectCall, { source: { dialect } }: Pick<ExchangeContext, 'source'>): void {
  if (!dialect.calls.includes(call)) throw unsupported(call, dialect.name);
}

/**
 * Writes header and message as the registry's family reads them (protocol.md sections 1, 10 and 11): a fresh message id,
 * whole seconds, nothing that is absent, encrypted where the data source says so.
 *
 * @param content - the request in the standard's form
 * @param context - whom it goes to
 * @param signal - ends a look-up of who that is
 * @returns what to sign
 * @throws DciError `err.configuration.invalid`, `err.key.invalid`, or with the cause `unreachable`
 */
export async function writeRequest(
  content: RequestContent,
  context: ExchangeContext,
  signal: AbortSignal,
): Promise<WrittenRequest> {
  const { source, peer, clock, random, crypto } = context;
  const { dialect, encrypt: isEncrypted } = source;
  const { call, action, transactionId, referenceIds, itemCount, senderUri } = content;
  const messageId = random.uuid();
  const header = dialect.writeHeader({
    version: PROTOCOL_VERSION,
    message_id: messageId,
    message_ts: formatTimestamp(clock.now()),
    action,
    ...content.header,
    sender_id: source.senderId,
    ...(senderUri !== undefined && { sender_uri: senderUri }),
    receiver_id: await peer.id(signal),
    total_count: itemCount,
    is_msg_encrypted: isEncrypted,
  });
  const message = isEncrypted
    ? await encryptMessage(content.message, await peer.encryptionKey(), { crypto, ...dialect.encryption })
    : content.message;
  return {
    ...{ call, action, transactionId, referenceIds, url: urlOf(content, context), header, message, messageId },
    isEncrypted,
  };
}

/** The registered address where there is one, else that of the dialect. */
function urlOf({ call, operation }: RequestContent, { source }: ExchangeContext): string {
  const { baseUrl, dialect, registry, endpoints = {} } = source;
  const name = operation?.path ?? call;
  const registered = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  const place = registered ?? dialect.path(call, registry, operation?.path);
  return /^https?:/i.test(place) ? place : `${baseUrl}/${place.replace(/^\/+/, '')}`;
}
