import {
  type Dialect,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseMessage,
  searchResponseSchema,
} from 'dci-core';
import type { ResolvedDataSource } from '../data-source.ts';
import { isFormOf, signatureForm } from './signature-form.ts';

/** A reply that dialects are tried on. */
export interface ReplyToFit {
  /** The envelope as received. */
  readonly body: JsonValue;
  /** Decrypted, where the reply was encrypted and could be read. */
  readonly message?: JsonObject | undefined;
  /** `sender_id` of the registry, where it is known. */
  readonly peerId: string | undefined;
  readonly transactionId: JsonValue | undefined;
  readonly referenceIds: readonly string[];
}

/**
 * Finds the dialect that reads a reply best: its signature, its parties, its message. The query is not judged here.
 *
 * @param reply - the reply to a search
 * @param source - the data source
 * @param known - dialects to choose from
 * @returns a dialect that reads more of it than the one of the data source; `undefined` when there is none
 */
export function betterDialect(
  reply: ReplyToFit,
  source: ResolvedDataSource,
  known: readonly Dialect[],
): Dialect | undefined {
  let best: { dialect: Dialect; score: number } = {
    dialect: source.dialect,
    score: fitOf(source.dialect, reply, source),
  };
  for (const dialect of known) {
    const score = fitOf(dialect, reply, source);
    if (score > best.score) best = { dialect, score };
  }
  return best.dialect === source.dialect ? undefined : best.dialect;
}

function fitOf(dialect: Dialect, reply: ReplyToFit, { registry, senderId, receiverId }: ResolvedDataSource): number {
  const { body, referenceIds, transactionId, peerId = receiverId } = reply;
  if (!isJsonObject(body) || !isJsonObject(body.header)) return 0;
  const { header, signature } = body;
  const message = reply.message ?? body.message;
  const facts = [
    () => isFormOf(signatureForm(signature), dialect.signatures.read),
    () => dialect.readParties(header, 'sync-search').senderId === peerId,
    () => dialect.readParties(header, 'sync-search').receiverId === senderId,
    () => dialect.readParties(header, 'sync-search').action === 'on-search',
    () => {
      if (!isJsonObject(message)) return false;
      const context = { call: 'sync-search', registry, referenceIds, header } as const;
      const read = parseMessage(searchResponseSchema, dialect.readMessage(message, context), 'message');
      return (
        read.transaction_id === transactionId &&
        referenceIds.every((id) =>
          read.search_response.some((item) => item.reference_id === id && (item.status ?? item.data) !== undefined),
        )
      );
    },
  ];
  return facts.filter((holds) => succeeds(holds)).length;
}

/** A dialect may throw on what another family sends. */
function succeeds(holds: () => boolean): boolean {
  try {
    return holds();
  } catch {
    return false;
  }
}
