import type { Database } from 'better-sqlite3';
import { DciError } from 'dci-core';
import type { OAuthClient, OAuthClientStore } from '../oauth.ts';

interface ClientRow {
  readonly client_id: string;
  readonly sender_id: string;
  readonly scopes: string | null;
  readonly secret_check: Uint8Array;
  readonly secret_salt: Uint8Array;
  readonly secret_hash: Uint8Array;
  readonly created_at: number;
}

/**
 * The clients of the token endpoint in a SQLite state database.
 *
 * @param database - a connection with `synchronous=FULL`, migrated
 * @returns the store
 */
export function createSqliteOAuthClientStore(database: Database): OAuthClientStore {
  const select = database.prepare<[string], ClientRow>('SELECT * FROM dci_server_oauth_client WHERE client_id = ?');
  const selectOf = database.prepare<[string], ClientRow>(
    'SELECT * FROM dci_server_oauth_client WHERE sender_id = ? ORDER BY created_at, client_id',
  );
  const isSender = database
    .prepare<[string], number>('SELECT EXISTS (SELECT 1 FROM dci_server_sender WHERE sender_id = ?)')
    .pluck();
  const insert = database.prepare(
    'INSERT INTO dci_server_oauth_client VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const remove = database.prepare<[string, string]>(
    'DELETE FROM dci_server_oauth_client WHERE sender_id = ? AND client_id = ?',
  );
  const add = database.transaction(({ clientId, senderId, scopes, secret, createdAt }: OAuthClient) => {
    if (isSender.get(senderId) !== 1) {
      throw new DciError('err.request.not_found', 'no sender of this id is registered');
    }
    const written = scopes === undefined ? null : JSON.stringify(scopes);
    const { changes } = insert.run(clientId, senderId, written, secret.check, secret.salt, secret.hash, createdAt);
    if (changes === 0) throw new DciError('err.state.conflict', 'there is a client of this id already');
  });
  return {
    find: async (clientId) => {
      const row = select.get(clientId);
      return row === undefined ? undefined : readClient(row);
    },
    list: async (senderId) => selectOf.all(senderId).map(readClient),
    add: async (client) => add.immediate(client),
    remove: async (senderId, clientId) => remove.run(senderId, clientId).changes > 0,
  };
}

function readClient(row: ClientRow): OAuthClient {
  return {
    clientId: row.client_id,
    senderId: row.sender_id,
    ...(row.scopes === null ? {} : { scopes: JSON.parse(row.scopes) as readonly string[] }),
    secret: {
      check: new Uint8Array(row.secret_check),
      salt: new Uint8Array(row.secret_salt),
      hash: new Uint8Array(row.secret_hash),
    },
    createdAt: row.created_at,
  };
}
