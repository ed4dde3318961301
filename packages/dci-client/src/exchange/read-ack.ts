import { ackSchema, isJsonObject, type JsonDocument, type JsonObject } from 'dci-core';
import type { ResolvedDataSource } from '../data-source.ts';
import { protocolFault } from '../failure.ts';
import type { HttpAnswer } from '../http.ts';
import { readAckRefusal } from '../refusal.ts';
import { isEnvelope, readDocument } from './read-reply.ts';
import { asFault, readPart } from './verify-message.ts';

/** What a request that is answered by callback was told at once. */
export type Acknowledgement =
  | {
      readonly kind: 'ack';
      readonly correlationId?: string;
      /** Its `message`. Nobody has signed it. */
      readonly message: JsonObject;
    }
  /** Some peers answer with an envelope in place of an acknowledgement, which is still to be opened. */
  | { readonly kind: 'envelope'; readonly document: JsonDocument };

const MAX_ID_LENGTH = 99;

/**
 * Reads the answer to a request that is answered by callback (OpenAPI v1.0.0, `Response`; protocol.md section 6). What says
 * neither ACK nor anything of an error stands for an ACK, as the standard allows.
 *
 * @param answer - the HTTP answer, with a status from 200 to 299
 * @param source - the registry
 * @returns the acknowledgement
 * @throws DciError with the cause `refused` for NACK and ERR, `protocol` for what is neither
 */
export function readAck(answer: HttpAnswer, { dialect }: Pick<ResolvedDataSource, 'dialect'>): Acknowledgement {
  const document = readDocument(answer);
  const { value } = document;
  if (!isJsonObject(value)) throw protocolFault('acknowledgement');
  if (isEnvelope(document)) return { kind: 'envelope', document };
  const refusal = readAckRefusal(value, answer, dialect);
  if (refusal !== undefined) throw refusal;
  const ack = asFault('acknowledgement', () => readPart(ackSchema, value, 'reply'));
  const correlationId = ack.message?.correlation_id;
  return {
    kind: 'ack',
    ...(correlationId !== undefined && correlationId.length <= MAX_ID_LENGTH && { correlationId }),
    message: isJsonObject(value.message) ? value.message : {},
  };
}
