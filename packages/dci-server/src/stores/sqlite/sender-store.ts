import type { Database, Statement } from 'better-sqlite3';
import { DciError, type KeyState, type PublicKey, type SignatureSchemeName, type VerificationKey } from 'dci-core';
import type { AccessPolicy } from '../../access/policy.ts';
import type { DialectName, Sender, SenderState, SenderToken } from '../../senders/sender.ts';
import type { SenderStore } from '../ports.ts';

interface SenderRow {
  readonly sender_id: string;
  readonly name: string | null;
  readonly state: SenderState;
  readonly dialect: DialectName;
  readonly schemes: string;
  readonly jwks_url: string | null;
  readonly callback_base: string | null;
  readonly policy: string;
}

interface KeyRow {
  readonly key_id: string | null;
  readonly algorithm: string;
  readonly public_jwk: string;
  readonly state: KeyState;
  readonly not_before: number | null;
  readonly not_after: number | null;
}

interface TokenRow {
  readonly hash: Buffer;
  readonly token_id: string;
  readonly sender_id: string;
  readonly issued_at: number;
}

/**
 * The sender store in a SQLite state database.
 *
 * @param database - a connection with `synchronous=FULL`, migrated
 * @returns the store; it prepares its statements once
 */
export function createSqliteSenderStore(database: Database): SenderStore {
  const selectRevision = database
    .prepare('SELECT revision FROM dci_server_sender_revision WHERE id = 1')
    .pluck() as Statement<[], number>;
  const advanceRevision = database.prepare(
    'UPDATE dci_server_sender_revision SET revision = revision + 1 WHERE id = 1',
  );
  const selectSender = database.prepare<[string], SenderRow>('SELECT * FROM dci_server_sender WHERE sender_id = ?');
  const selectSenders = database.prepare<[], SenderRow>('SELECT * FROM dci_server_sender ORDER BY sender_id');
  const selectKeys = database.prepare<[string], KeyRow>(
    'SELECT * FROM dci_server_sender_key WHERE sender_id = ? ORDER BY position',
  );
  const insertSender = database.prepare(
    `INSERT INTO dci_server_sender (sender_id, name, state, dialect, schemes, jwks_url, callback_base, policy)
     VALUES (@sender_id, @name, @state, @dialect, @schemes, @jwks_url, @callback_base, @policy)
     ON CONFLICT DO NOTHING`,
  );
  const updateSender = database.prepare(
    `UPDATE dci_server_sender SET name = @name, state = @state, dialect = @dialect, schemes = @schemes, jwks_url = @jwks_url,
       callback_base = @callback_base, policy = @policy
     WHERE sender_id = @sender_id`,
  );
  const deleteKeys = database.prepare('DELETE FROM dci_server_sender_key WHERE sender_id = ?');
  const insertKey = database.prepare(
    `INSERT INTO dci_server_sender_key (sender_id, position, key_id, algorithm, public_jwk, state, not_before, not_after)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertToken = database.prepare(
    'INSERT INTO dci_server_sender_token (hash, token_id, sender_id, issued_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const selectToken = database.prepare<[Uint8Array], TokenRow>('SELECT * FROM dci_server_sender_token WHERE hash = ?');
  const selectTokens = database.prepare<[string], TokenRow>(
    'SELECT * FROM dci_server_sender_token WHERE sender_id = ? ORDER BY issued_at, token_id',
  );
  const deleteToken = database.prepare('DELETE FROM dci_server_sender_token WHERE sender_id = ? AND token_id = ?');

  const writeKeys = (sender: Sender) => {
    deleteKeys.run(sender.senderId);
    for (const [position, key] of sender.keys.entries()) {
      insertKey.run(
        sender.senderId,
        position,
        key.keyId ?? null,
        key.publicKey.algorithm,
        JSON.stringify(key.publicKey.jwk),
        key.state,
        key.notBefore ?? null,
        key.notAfter ?? null,
      );
    }
  };
  const writeToken = (token: SenderToken) => {
    const { changes } = insertToken.run(token.hash, token.tokenId, token.senderId, token.issuedAt);
    if (changes === 0) throw new DciError('err.state.conflict', 'the sender has a token of this id already');
  };
  const read = (row: SenderRow): Sender => readSender(row, selectKeys.all(row.sender_id));

  const add = database.transaction((sender: Sender, token: SenderToken | undefined) => {
    if (insertSender.run(senderRow(sender)).changes === 0) {
      throw new DciError('err.state.conflict', 'a sender of this id is registered already');
    }
    writeKeys(sender);
    if (token !== undefined) writeToken(token);
    advanceRevision.run();
  });
  const replace = database.transaction((sender: Sender) => {
    if (updateSender.run(senderRow(sender)).changes === 0) throw unknownSender();
    writeKeys(sender);
    advanceRevision.run();
  });
  const addToken = database.transaction((token: SenderToken) => {
    if (selectSender.get(token.senderId) === undefined) throw unknownSender();
    writeToken(token);
    advanceRevision.run();
  });
  const removeToken = database.transaction((senderId: string, tokenId: string) => {
    const removed = deleteToken.run(senderId, tokenId).changes > 0;
    if (removed) advanceRevision.run();
    return removed;
  });

  return {
    revision: async () => selectRevision.get() ?? 0,
    find: async (senderId) => {
      const row = selectSender.get(senderId);
      return row === undefined ? undefined : read(row);
    },
    list: async () => selectSenders.all().map(read),
    add: async (sender, token) => add.immediate(sender, token),
    replace: async (sender) => replace.immediate(sender),
    addToken: async (token) => addToken.immediate(token),
    findToken: async (hash) => {
      const row = selectToken.get(hash);
      return row === undefined ? undefined : readToken(row);
    },
    listTokens: async (senderId) => selectTokens.all(senderId).map(readToken),
    removeToken: async (senderId, tokenId) => removeToken.immediate(senderId, tokenId),
  };
}

function unknownSender(): DciError {
  return new DciError('err.request.not_found', 'no sender of this id is registered');
}

function senderRow(sender: Sender): SenderRow {
  return {
    sender_id: sender.senderId,
    name: sender.name ?? null,
    state: sender.state,
    dialect: sender.dialect,
    schemes: JSON.stringify(sender.schemes),
    jwks_url: sender.jwksUrl ?? null,
    callback_base: sender.callbackBase ?? null,
    policy: JSON.stringify(sender.policy),
  };
}

function readSender(row: SenderRow, keys: readonly KeyRow[]): Sender {
  return {
    senderId: row.sender_id,
    ...(row.name === null ? {} : { name: row.name }),
    state: row.state,
    dialect: row.dialect,
    schemes: JSON.parse(row.schemes) as readonly SignatureSchemeName[],
    keys: keys.map(readKey),
    ...(row.jwks_url === null ? {} : { jwksUrl: row.jwks_url }),
    ...(row.callback_base === null ? {} : { callbackBase: row.callback_base }),
    policy: JSON.parse(row.policy) as AccessPolicy,
  };
}

function readKey(row: KeyRow): VerificationKey {
  return {
    ...(row.key_id === null ? {} : { keyId: row.key_id }),
    publicKey: { algorithm: row.algorithm, jwk: JSON.parse(row.public_jwk) } as PublicKey,
    state: row.state,
    ...(row.not_before === null ? {} : { notBefore: row.not_before }),
    ...(row.not_after === null ? {} : { notAfter: row.not_after }),
  };
}

function readToken(row: TokenRow): SenderToken {
  return {
    tokenId: row.token_id,
    senderId: row.sender_id,
    hash: new Uint8Array(row.hash),
    issuedAt: row.issued_at,
  };
}
