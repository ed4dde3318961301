import { type JsonObject, type MessageSchema, parseMessage } from 'dci-core';

/**
 * Step 10: the message is what the operation takes (protocol.md section 4). Single items of a batch are read
 * by the operation, each with an answer of its own.
 *
 * @param schema - the operation's message
 * @param message - the message as received, decrypted
 * @returns the message
 * @throws DciError `err.request.bad` with the path of the fault
 */
export function readMessage<T>(schema: MessageSchema<T>, message: JsonObject): T {
  return parseMessage(schema, message, 'message');
}
