import type { Database, Statement } from 'better-sqlite3';
import { DciError, type PublicKey, type VerificationKey } from 'dci-core';
import type { Sealer } from 'dci-host';
import { and, asc, eq, sql } from 'drizzle-orm';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import type { PeerCredential, Sender, SenderToken } from '../../senders/sender.ts';
import type { SenderStore } from '../ports.ts';
import { senderKeyTable, senderRevisionTable, senderTable, senderTokenTable } from './tables.ts';

type SenderRow = typeof senderTable.$inferSelect;
type KeyRow = typeof senderKeyTable.$inferSelect;

/** The connection inside or outside a transaction: what a query is written on. */
type Queries = Pick<BetterSQLite3Database, 'select' | 'insert' | 'update' | 'delete'>;

/**
 * The sender store in a SQLite state database.
 *
 * @param database - a connection with `synchronous=FULL`, migrated
 * @param sealer - keeps credentials sealed
 * @returns the store; what requests ask for is prepared once
 */
export function createSqliteSenderStore(database: Database, sealer: Sealer): SenderStore {
  const queries = drizzle({ client: database });
  // Every request asks for the revision, and for a sender or token that is not kept in memory. A drizzle query builds
  // its SQL and its statement anew each time unless it is prepared: measured, some 130 µs instead of 6. The revision is
  // a plain statement, since there is nothing in one number for drizzle to map.
  const selectRevision = database
    .prepare('SELECT revision FROM dci_server_sender_revision WHERE id = 1')
    .pluck() as Statement<[], number>;
  const selectSender = queries
    .select()
    .from(senderTable)
    .where(eq(senderTable.senderId, sql.placeholder('senderId')))
    .prepare();
  const selectKeys = queries
    .select()
    .from(senderKeyTable)
    .where(eq(senderKeyTable.senderId, sql.placeholder('senderId')))
    .orderBy(asc(senderKeyTable.position))
    .prepare();
  const selectToken = queries
    .select()
    .from(senderTokenTable)
    .where(eq(senderTokenTable.hash, sql.placeholder('hash')))
    .prepare();

  const read = (row: SenderRow): Sender => readSender(row, selectKeys.all({ senderId: row.senderId }), sealer);
  /** All that `write` does, and a new revision when it changed something; nothing at all when it throws. */
  const change = (write: (transaction: Queries) => boolean): boolean =>
    queries.transaction(
      (transaction) => {
        const changed = write(transaction);
        if (changed) advanceRevision(transaction);
        return changed;
      },
      { behavior: 'immediate' },
    );

  return {
    revision: async () => selectRevision.get() ?? 0,
    find: async (senderId) => {
      const row = selectSender.get({ senderId });
      return row === undefined ? undefined : read(row);
    },
    list: async () => queries.select().from(senderTable).orderBy(asc(senderTable.senderId)).all().map(read),
    add: async (sender, token) => {
      change((transaction) => {
        const { changes } = transaction
          .insert(senderTable)
          .values(senderRow(sender, sealer))
          .onConflictDoNothing()
          .run();
        if (changes === 0) throw new DciError('err.state.conflict', 'a sender of this id is registered already');
        writeKeys(transaction, sender);
        if (token !== undefined) writeToken(transaction, token);
        return true;
      });
    },
    replace: async (sender) => {
      change((transaction) => {
        const { senderId, ...members } = senderRow(sender, sealer);
        const { changes } = transaction
          .update(senderTable)
          .set(members)
          .where(eq(senderTable.senderId, senderId))
          .run();
        if (changes === 0) throw unknownSender();
        writeKeys(transaction, sender);
        return true;
      });
    },
    addToken: async (token) => {
      change((transaction) => {
        if (selectSender.get({ senderId: token.senderId }) === undefined) throw unknownSender();
        writeToken(transaction, token);
        return true;
      });
    },
    findToken: async (hash) => selectToken.get({ hash }),
    listTokens: async (senderId) =>
      queries
        .select()
        .from(senderTokenTable)
        .where(eq(senderTokenTable.senderId, senderId))
        .orderBy(asc(senderTokenTable.issuedAt), asc(senderTokenTable.tokenId))
        .all(),
    removeToken: async (senderId, tokenId) =>
      change(
        (transaction) =>
          transaction
            .delete(senderTokenTable)
            .where(and(eq(senderTokenTable.senderId, senderId), eq(senderTokenTable.tokenId, tokenId)))
            .run().changes > 0,
      ),
  };
}

function advanceRevision(queries: Queries): void {
  queries
    .update(senderRevisionTable)
    .set({ revision: sql`${senderRevisionTable.revision} + 1` })
    .where(eq(senderRevisionTable.id, 1))
    .run();
}

function writeKeys(queries: Queries, sender: Sender): void {
  queries.delete(senderKeyTable).where(eq(senderKeyTable.senderId, sender.senderId)).run();
  for (const [position, key] of sender.keys.entries()) {
    queries
      .insert(senderKeyTable)
      .values(keyRow(sender.senderId, position, key))
      .run();
  }
}

function writeToken(queries: Queries, { hash, tokenId, senderId, issuedAt }: SenderToken): void {
  const { changes } = queries
    .insert(senderTokenTable)
    .values({ hash, tokenId, senderId, issuedAt })
    .onConflictDoNothing()
    .run();
  if (changes === 0) throw new DciError('err.state.conflict', 'the sender has a token of this id already');
}

function unknownSender(): DciError {
  return new DciError('err.request.not_found', 'no sender of this id is registered');
}

// Absent members are written as null: drizzle leaves a column as it was when its value is undefined.
function senderRow(sender: Sender, sealer: Sealer): SenderRow {
  return {
    senderId: sender.senderId,
    name: sender.name ?? null,
    state: sender.state,
    dialect: sender.dialect,
    schemes: sender.schemes,
    jwksUrl: sender.jwksUrl ?? null,
    callbackBase: sender.callbackBase ?? null,
    policy: sender.policy,
    callbackHosts: sender.callbackHosts ?? null,
    callbackCredential:
      sender.callbackCredential === undefined ? null : sealCredential(sender.callbackCredential, sealer),
    encryptionKey: sender.encryptionKey ?? null,
    subscriptionApproval: sender.subscriptionApproval ?? null,
  };
}

function keyRow(senderId: string, position: number, key: VerificationKey): KeyRow {
  return {
    senderId,
    position,
    keyId: key.keyId ?? null,
    algorithm: key.publicKey.algorithm,
    publicJwk: key.publicKey.jwk,
    state: key.state,
    notBefore: key.notBefore ?? null,
    notAfter: key.notAfter ?? null,
  };
}

function readSender(row: SenderRow, keys: readonly KeyRow[], sealer: Sealer): Sender {
  return {
    senderId: row.senderId,
    ...(row.name === null ? {} : { name: row.name }),
    state: row.state,
    dialect: row.dialect,
    schemes: row.schemes,
    keys: keys.map(readKey),
    ...(row.jwksUrl === null ? {} : { jwksUrl: row.jwksUrl }),
    ...(row.callbackBase === null ? {} : { callbackBase: row.callbackBase }),
    ...(row.callbackHosts === null ? {} : { callbackHosts: row.callbackHosts }),
    ...(row.callbackCredential === null ? {} : { callbackCredential: openCredential(row.callbackCredential, sealer) }),
    ...(row.encryptionKey === null ? {} : { encryptionKey: row.encryptionKey }),
    ...(row.subscriptionApproval === null ? {} : { subscriptionApproval: row.subscriptionApproval }),
    policy: row.policy,
  };
}

function readKey(row: KeyRow): VerificationKey {
  return {
    ...(row.keyId === null ? {} : { keyId: row.keyId }),
    publicKey: { algorithm: row.algorithm, jwk: row.publicJwk } as PublicKey,
    state: row.state,
    ...(row.notBefore === null ? {} : { notBefore: row.notBefore }),
    ...(row.notAfter === null ? {} : { notAfter: row.notAfter }),
  };
}

const credentialSealPurpose = 'dci-server/callback-credential';

function sealCredential(credential: PeerCredential, sealer: Sealer): Uint8Array {
  return sealer.seal(new TextEncoder().encode(JSON.stringify(credential)), credentialSealPurpose);
}

function openCredential(sealed: Uint8Array, sealer: Sealer): PeerCredential {
  const plain = sealer.open(sealed, credentialSealPurpose);
  if (plain === undefined) throw new DciError('err.internal', 'the callback credential of a sender cannot be unsealed');
  return JSON.parse(new TextDecoder().decode(plain)) as PeerCredential;
}
