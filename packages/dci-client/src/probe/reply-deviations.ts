import { isJsonObject, type JsonObject, type JsonValue, type RegistryType } from 'dci-core';
import { type Deviation, isPresent, missingMembers, unknownCode, unknownStatus, wrongTimestamp } from './deviation.ts';
import { messageDeviations } from './message-deviations.ts';
import { signatureForm } from './signature-form.ts';
import { actions, errorCodes, headerReasonCodes } from './standard-codes.ts';

/** The reply to a search, and what it answers. */
export interface ObservedReply {
  readonly contentType: string;
  /** As received. */
  readonly body: JsonValue;
  /** Decrypted, where the reply was encrypted and could be read. */
  readonly message?: JsonObject | undefined;
  /** Header of the request. */
  readonly request: JsonObject;
  readonly transactionId: JsonValue | undefined;
  /** Reference ids of the request, in its order. */
  readonly referenceIds: readonly string[];
  readonly registry: RegistryType;
}

/**
 * Compares the reply to a search that nobody matches with the standard (OpenAPI v1.0.0, `/registry/sync/search`).
 *
 * @param reply - the reply as received
 * @returns where it differs, the envelope first
 */
export function findDeviations(reply: ObservedReply): readonly Deviation[] {
  const { body, contentType } = reply;
  const found: Deviation[] = [];
  if (!/^application\/json\s*(?:;|$)/i.test(contentType)) {
    found.push({ code: 'content_type', text: 'The content type is not application/json.' });
  }
  if (!isJsonObject(body) || !isJsonObject(body.header)) return [...found, ...acknowledgementDeviations(body)];
  const { header, signature } = body;
  const message = reply.message ?? body.message;
  return [
    ...found,
    ...signatureDeviations(signature),
    ...headerDeviations(header, reply.request),
    ...(isJsonObject(message) && !isEncrypted(message) ? messageDeviations(message, reply) : []),
  ];
}

const isEncrypted = (message: JsonObject): boolean => typeof message.ciphertext === 'string';

function acknowledgementDeviations(body: JsonValue): readonly Deviation[] {
  const found: Deviation[] = [{ code: 'no_envelope', text: 'The reply is no envelope with header and message.' }];
  const message = isJsonObject(body) && isJsonObject(body.message) ? body.message : {};
  const code = isJsonObject(message.error) ? message.error.code : undefined;
  return code === undefined ? found : [...found, ...unknownCode('message.error.code', code, errorCodes)];
}

function signatureDeviations(signature: JsonValue | undefined): readonly Deviation[] {
  const form = signatureForm(signature);
  if (form === 'dci') return [];
  if (form === 'none') return [{ code: 'unsigned', text: 'The reply is not signed.' }];
  const forms = { jws: 'a compact JWS', 'jws-detached': 'a detached JWS', unknown: 'of no form that is known' };
  return [{ code: 'signature_form', text: `The signature is ${forms[form]}.` }];
}

const requiredInHeader = ['message_id', 'message_ts', 'action', 'status'] as const;
const optionalInHeader = [
  ...['version', 'status_reason_code', 'status_reason_message', 'total_count', 'completed_count', 'sender_id'],
  ...['receiver_id', 'is_msg_encrypted', 'meta', 'sender_uri'],
];

function headerDeviations(header: JsonObject, request: JsonObject): readonly Deviation[] {
  const found: Deviation[] = [...missingMembers('header', header, requiredInHeader)];
  const empty = optionalInHeader.filter((member) => header[member] === null || header[member] === '');
  if (empty.length > 0) {
    found.push({ code: 'empty_member', text: `Members of the header are null or empty: ${empty.join(', ')}.` });
  }
  if (isPresent(header.message_id) && header.message_id === request.message_id) {
    found.push({ code: 'copied_header', text: 'The message id of the reply is that of the request.' });
  }
  if (header.sender_id === request.sender_id) {
    found.push({ code: 'parties_not_exchanged', text: 'Sender and receiver of the reply are those of the request.' });
  }
  if (isPresent(header.action) && header.action !== 'on-search') {
    const named =
      typeof header.action === 'string' && actions.has(header.action) ? `"${header.action}"` : 'another one';
    found.push({ code: 'action', text: `The action is ${named} in place of "on-search".` });
  }
  return [
    ...found,
    ...wrongTimestamp('header.message_ts', header.message_ts),
    ...unknownStatus('header.status', header.status),
    ...unknownCode('header.status_reason_code', header.status_reason_code, headerReasonCodes),
  ];
}
