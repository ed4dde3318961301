import type { Database } from 'better-sqlite3';
import { type JsonArray, type JsonObject, writeJson } from 'dci-core';
import type { JobRequest, Sealer } from 'dci-host';
import { deliveryJob } from '../../deliver/delivery-job.ts';
import type { NewOutgoingMessage, OutgoingContent } from '../outgoing.ts';

/** Purpose under which header and message are sealed at rest. */
export const outgoingSealPurpose = 'dci-server/outgoing';

/** Writes outgoing messages inside a commit of the caller, for stores whose rows belong to them. */
export interface OutgoingWriter {
  /**
   * Adds messages; one whose id is there already stays as it is. To be called inside `StateDatabase.commit`.
   *
   * @param messages - the messages; callbacks of one subject in the order of their sequence
   * @returns the delivery jobs, to be written by the `JobWriter` in the same commit: one for each notification, and one
   *   for the first pending callback of each subject
   */
  insert(messages: readonly NewOutgoingMessage[]): readonly JobRequest[];
}

/**
 * @param database - the durable connection, migrated
 * @param sealer - keeps the content sealed
 * @returns the writer
 */
export function createOutgoingWriter(database: Database, sealer: Sealer): OutgoingWriter {
  const insert = database.prepare<[NewRow]>(
    `INSERT INTO dci_server_outgoing (message_id, kind, receiver_id, registry, action, subject, sequence, sender_uri,
       is_encrypted, source, content, access_fingerprint, state, attempts, created_at)
     VALUES (@messageId, @kind, @receiverId, @registry, @action, @subject, @sequence, @senderUri,
       @isEncrypted, @source, @content, @accessFingerprint, 'pending', 0, @createdAt)
     ON CONFLICT (message_id) DO NOTHING`,
  );
  const firstPending = database
    .prepare<[string], string>(
      `SELECT message_id FROM dci_server_outgoing
       WHERE kind = 'callback' AND subject = ? AND state = 'pending' ORDER BY sequence LIMIT 1`,
    )
    .pluck();
  return {
    insert: (messages) => {
      const jobs: JobRequest[] = [];
      const subjects = new Set<string>();
      for (const message of messages) {
        const { changes } = insert.run(newRow(message, sealContent(message.content, sealer)));
        if (message.kind === 'callback') subjects.add(message.subject);
        else if (changes === 1) jobs.push(deliveryJob(message.messageId));
      }
      for (const subject of subjects) {
        const messageId = firstPending.get(subject) as string | undefined;
        if (messageId !== undefined) jobs.push(deliveryJob(messageId));
      }
      return jobs;
    },
  };
}

/**
 * @param content - header and message
 * @param sealer - the host's sealer
 * @returns them sealed
 */
export function sealContent({ header, message, disclosures }: OutgoingContent, sealer: Sealer): Uint8Array {
  const text = writeJson({ header, message, disclosures: disclosures as JsonArray | undefined });
  return sealer.seal(new TextEncoder().encode(text), outgoingSealPurpose);
}

interface NewRow {
  readonly messageId: string;
  readonly kind: string;
  readonly receiverId: string;
  readonly registry: string;
  readonly action: string;
  readonly subject: string;
  readonly sequence: number;
  readonly senderUri: string | null;
  readonly isEncrypted: number;
  readonly source: string;
  readonly content: Uint8Array;
  readonly accessFingerprint: string | null;
  readonly createdAt: number;
}

function newRow(message: NewOutgoingMessage, content: Uint8Array): NewRow {
  const { messageId, kind, receiverId, registry, action, subject, sequence, createdAt } = message;
  return {
    messageId,
    kind,
    receiverId,
    registry,
    action,
    subject,
    sequence,
    senderUri: message.senderUri ?? null,
    isEncrypted: message.isEncrypted ? 1 : 0,
    source: writeJson(message.source satisfies JsonObject),
    content,
    accessFingerprint: message.accessFingerprint ?? null,
    createdAt,
  };
}
