import {
  type CallbackHeader,
  callbackHeaderSchema,
  DciError,
  envelopeSchema,
  type JsonDocument,
  type JsonObject,
  parseMessage,
  readJson,
} from 'dci-core';

/** A callback as it was read, with nothing verified yet. */
export interface ReadCallback {
  /** The body's one parse; the signature is verified over its text. */
  readonly document: JsonDocument;
  readonly header: CallbackHeader;
  /** As received. */
  readonly rawHeader: JsonObject;
  /** As received: it may be encrypted. */
  readonly message: JsonObject;
}

/** The standard's longest id. */
const longestId = 99;

/**
 * Step 3 of protocol.md section 4: the body is JSON as section 2 wants it, and an envelope.
 *
 * @param body - the bytes of the request
 * @returns the callback
 * @throws DciError `err.request.bad` with the path of the fault
 */
export function readCallback(body: Uint8Array): ReadCallback {
  const document = readJson(body);
  const envelope = parseMessage(envelopeSchema, document.value, 'envelope');
  const header = parseMessage(callbackHeaderSchema, envelope.header, 'header');
  if ((header.message_id?.length ?? 0) > longestId) {
    throw badCallback('header.message_id', `must not exceed ${longestId} characters`);
  }
  if (envelope.message === undefined) throw badCallback('message', 'is missing');
  return { document, header, rawHeader: envelope.header, message: envelope.message };
}

/**
 * @param path - place of the fault
 * @param text - what is wrong there; nothing that was received
 * @returns the refusal
 */
export function badCallback(path: string, text: string): DciError {
  return new DciError('err.request.bad', `${path} ${text}`, { path });
}
