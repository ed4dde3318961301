import { DciError, isJsonObject, type JsonObject, readJson } from 'dci-core';
import type { JobRequest, JobWriter, Sealer, StateDatabase } from 'dci-host';
import type { Disclosure } from '../../access/audit.ts';
import { deliveryJob } from '../../deliver/delivery-job.ts';
import type {
  OutgoingContent,
  OutgoingKind,
  OutgoingMessage,
  OutgoingQuery,
  OutgoingState,
  OutgoingStore,
} from '../outgoing.ts';
import { createOutgoingWriter, outgoingSealPurpose, sealContent } from './outgoing-writer.ts';

/** What the store works with. */
export interface OutgoingStoreOptions {
  readonly database: StateDatabase;
  /** Keeps the content sealed. */
  readonly sealer: Sealer;
  /** Writes the delivery jobs in the commits of the messages. */
  readonly jobs: JobWriter;
}

const columns = `message_id, kind, receiver_id, registry, action, subject, sequence, sender_uri, is_encrypted, source,
  access_fingerprint, state, attempts, created_at, settled_at, last_status, last_reason`;

/** Rows of one commit of `purge` and `retry`: some milliseconds of work, so that no request waits for it. */
const batch = 1_000;

const defaultListLimit = 100;
const mostListed = 1_000;

/**
 * The outgoing messages in a SQLite state database.
 *
 * @param options - database, sealer, writer of jobs
 * @returns the store
 */
export function createSqliteOutgoingStore({ database, sealer, jobs }: OutgoingStoreOptions): OutgoingStore {
  const { durable } = database;
  const writer = createOutgoingWriter(durable, sealer);
  const selectOne = durable.prepare<[string], Row>(`SELECT ${columns} FROM dci_server_outgoing WHERE message_id = ?`);
  const selectContent = durable
    .prepare<[string], Uint8Array | null>('SELECT content FROM dci_server_outgoing WHERE message_id = ?')
    .pluck();
  const selectEncrypted = durable
    .prepare<[string], Uint8Array | null>('SELECT encrypted_content FROM dci_server_outgoing WHERE message_id = ?')
    .pluck();
  const updateContent = durable.prepare<[Uint8Array, string | null, string]>(
    `UPDATE dci_server_outgoing SET content = ?, access_fingerprint = ?, encrypted_content = NULL
     WHERE message_id = ? AND state = 'pending'`,
  );
  const updateEncrypted = durable.prepare<[Uint8Array, string]>(
    "UPDATE dci_server_outgoing SET encrypted_content = ? WHERE message_id = ? AND state = 'pending'",
  );
  const settle = durable.prepare<[OutgoingState, number, number | null, number | null, string | null, string]>(
    `UPDATE dci_server_outgoing
     SET state = ?, attempts = attempts + ?, settled_at = ?, last_status = ?, last_reason = ?
     WHERE message_id = ? AND state = 'pending' RETURNING kind, subject`,
  );
  const selectFirstPending = durable
    .prepare<[string], string>(
      `SELECT message_id FROM dci_server_outgoing
       WHERE kind = 'callback' AND subject = ? AND state = 'pending' ORDER BY sequence LIMIT 1`,
    )
    .pluck();
  const revive = durable.prepare<[string], { kind: OutgoingKind; subject: string }>(
    `UPDATE dci_server_outgoing SET state = 'pending', attempts = 0, settled_at = NULL
     WHERE message_id = ? AND state = 'dead' RETURNING kind, subject`,
  );
  const purgeContent = durable.prepare<[number, number]>(
    `UPDATE dci_server_outgoing SET content = NULL, encrypted_content = NULL WHERE message_id IN
       (SELECT message_id FROM dci_server_outgoing WHERE settled_at < ? AND content IS NOT NULL LIMIT ?)`,
  );
  const purgeRows = durable.prepare<[number, number]>(
    `DELETE FROM dci_server_outgoing WHERE message_id IN
       (SELECT message_id FROM dci_server_outgoing WHERE settled_at < ? LIMIT ?)`,
  );

  const successorJob = (subject: string): readonly JobRequest[] => {
    const messageId = selectFirstPending.get(subject) as string | undefined;
    return messageId === undefined ? [] : [deliveryJob(messageId)];
  };
  const open = (sealed: unknown): OutgoingContent | undefined =>
    sealed instanceof Uint8Array ? openContent(sealed, sealer) : undefined;

  return {
    find: async (messageId) => {
      const row = selectOne.get(messageId);
      return row === undefined ? undefined : readRow(row);
    },
    content: async (messageId) => open(selectContent.get(messageId)),
    encryptedContent: async (messageId) => open(selectEncrypted.get(messageId)),
    replaceContent: async (messageId, content, accessFingerprint) => {
      const sealed = sealContent(content, sealer);
      await database.commit(() => updateContent.run(sealed, accessFingerprint ?? null, messageId));
    },
    saveEncryptedContent: async (messageId, content) => {
      const sealed = sealContent(content, sealer);
      await database.commit(() => updateEncrypted.run(sealed, messageId));
    },
    add: async (messages, changes) => {
      await database.commit(() => {
        const added = writer.insert(messages);
        jobs.apply({ ...changes, enqueue: [...(changes.enqueue ?? []), ...added] });
      });
    },
    settle: async ({ messageId, state, at, isAttempt = true, status, reason, jobs: changes }) => {
      const [settledAt, attempts] = [state === 'pending' ? null : at, isAttempt ? 1 : 0];
      await database.commit(() => {
        const [row] = settle.all(state, attempts, settledAt, status ?? null, reason ?? null, messageId) as SettledRow[];
        const successors = row?.kind === 'callback' && state !== 'pending' ? successorJob(row.subject) : [];
        jobs.apply({ ...changes, enqueue: [...(changes.enqueue ?? []), ...successors] });
      });
    },
    retry: async (query, now) => {
      let count = 0;
      let remaining = query.limit ?? Number.POSITIVE_INFINITY;
      while (remaining > 0) {
        const { text, values } = whereOf({ ...query, state: 'dead' });
        // Oldest first, so that the callbacks of one subject become pending in their order.
        const messageIds = durable
          .prepare<unknown[], string>(`SELECT message_id FROM dci_server_outgoing ${text} ORDER BY rowid LIMIT ?`)
          .pluck()
          .all(...values, Math.min(batch, remaining)) as string[];
        if (messageIds.length === 0) break;
        const revived = await database.commit(() => reviveAll(messageIds, now));
        if (revived === 0) break;
        count += revived;
        remaining -= messageIds.length;
      }
      return count;
    },
    list: async (query) => {
      const { text, values } = whereOf(query);
      const limit = Math.max(0, Math.min(query.limit ?? defaultListLimit, mostListed));
      return durable
        .prepare<unknown[], Row>(`SELECT ${columns} FROM dci_server_outgoing ${text} ORDER BY rowid DESC LIMIT ?`)
        .all(...values, limit)
        .map(readRow);
    },
    purge: ({ contentBefore, rowsBefore }) =>
      database.commit(() => {
        const { changes } = purgeContent.run(contentBefore, batch);
        return changes > 0 ? changes : purgeRows.run(rowsBefore, batch).changes;
      }),
  };

  function reviveAll(messageIds: readonly string[], now: number): number {
    const subjects = new Set<string>();
    const enqueue: JobRequest[] = [];
    let revived = 0;
    for (const messageId of messageIds) {
      const row = revive.get(messageId);
      if (row === undefined) continue;
      revived += 1;
      if (row.kind === 'callback') subjects.add(row.subject);
      else enqueue.push(deliveryJob(messageId, now));
    }
    for (const subject of subjects) enqueue.push(...successorJob(subject));
    jobs.apply({ enqueue });
    return revived;
  }
}

interface SettledRow {
  readonly kind: OutgoingKind;
  readonly subject: string;
}

interface Row {
  readonly message_id: string;
  readonly kind: OutgoingKind;
  readonly receiver_id: string;
  readonly registry: string;
  readonly action: OutgoingMessage['action'];
  readonly subject: string;
  readonly sequence: number;
  readonly sender_uri: string | null;
  readonly is_encrypted: number;
  readonly source: string;
  readonly access_fingerprint: string | null;
  readonly state: OutgoingState;
  readonly attempts: number;
  readonly created_at: number;
  readonly settled_at: number | null;
  readonly last_status: number | null;
  readonly last_reason: string | null;
}

function readRow(row: Row): OutgoingMessage {
  return {
    messageId: row.message_id,
    kind: row.kind,
    receiverId: row.receiver_id,
    registry: row.registry,
    action: row.action,
    subject: row.subject,
    sequence: row.sequence,
    ...(row.sender_uri === null ? {} : { senderUri: row.sender_uri }),
    isEncrypted: row.is_encrypted === 1,
    source: objectOf(readJson(row.source).value),
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_at,
    ...(row.state === 'delivered' && row.settled_at !== null ? { deliveredAt: row.settled_at } : {}),
    ...(row.last_status === null ? {} : { lastStatus: row.last_status }),
    ...(row.last_reason === null ? {} : { lastReason: row.last_reason }),
    ...(row.access_fingerprint === null ? {} : { accessFingerprint: row.access_fingerprint }),
  };
}

function openContent(sealed: Uint8Array, sealer: Sealer): OutgoingContent {
  const plain = sealer.open(sealed, outgoingSealPurpose);
  if (plain === undefined) throw new DciError('err.internal', 'an outgoing message cannot be unsealed');
  const { header, message, disclosures } = objectOf(readJson(plain).value);
  return {
    header: objectOf(header),
    message: objectOf(message),
    // As sealContent wrote them; nobody else can have sealed them.
    ...(disclosures === undefined ? {} : { disclosures: disclosures as unknown as readonly Disclosure[] }),
  };
}

function objectOf(value: JsonObject[string]): JsonObject {
  if (isJsonObject(value)) return value;
  throw new DciError('err.internal', 'an outgoing message is not as it was stored');
}

function whereOf(query: OutgoingQuery): { readonly text: string; readonly values: readonly string[] } {
  const conditions: string[] = [];
  const values: string[] = [];
  const add = (condition: string, value: string | undefined): void => {
    if (value === undefined) return;
    conditions.push(condition);
    values.push(value);
  };
  add('receiver_id = ?', query.receiverId);
  add('kind = ?', query.kind);
  add('subject = ?', query.subject);
  add('state = ?', query.state);
  add('last_reason = ?', query.reason);
  return { text: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`, values };
}
