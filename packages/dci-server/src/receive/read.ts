import { DciError, envelopeSchema, parseMessage, readJson, requestHeaderSchema } from 'dci-core';
import type { ReceivedEnvelope } from './received-envelope.ts';

/**
 * Step 3: the body is JSON as protocol.md section 2 wants it, and an envelope. This is its only parse: what is
 * verified later is what is processed.
 *
 * @param body - the bytes of the request
 * @returns the envelope, with its header read
 * @throws DciError `err.request.bad` with the path of the fault
 */
export function readEnvelope(body: Uint8Array): ReceivedEnvelope {
  const document = readJson(body);
  const envelope = parseMessage(envelopeSchema, document.value, 'envelope');
  const header = parseMessage(requestHeaderSchema, envelope.header, 'header');
  if (envelope.message === undefined) {
    throw new DciError('err.request.bad', 'message is missing', { path: 'message' });
  }
  return {
    document,
    ...(envelope.signature === undefined ? {} : { signature: envelope.signature }),
    header,
    message: envelope.message,
  };
}
