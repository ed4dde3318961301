import { sealedSecret } from 'dci-client/service';
import type { Clock, CryptoProvider, Random } from 'dci-core';
import type { Sealer, StateDatabase } from 'dci-host';
import { noSuchCheck, readDecision } from '../../../check-decision.ts';
import { type DuplicationCheckLog, type LoggedCheck, listLimit, statusesToDecide } from '../../../check-log.ts';
import { keyedHash } from '../../../keyed-hash.ts';
import { identifierKey, type RegistrantIdentifier } from '../../../registrant.ts';
import { type CheckRow, type DecisionRow, openCheck, sealCheck, sealDecision } from './check-rows.ts';

/** What {@link createSqliteCheckLog} works with. */
export interface SqliteCheckLogOptions {
  readonly database: StateDatabase;
  /** Keeps everything that says something of a person sealed. */
  readonly sealer: Sealer;
  readonly random: Random;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
  readonly clock: Clock;
}

/** Checks removed in one commit: some milliseconds of work, so that no request waits for it. */
const forgetBatch = 500;

/**
 * The log of checks in a SQLite state database.
 *
 * @param options - database, sealer, randomness, SHA-256, clock
 * @returns the log
 */
export function createSqliteCheckLog(options: SqliteCheckLogOptions): DuplicationCheckLog {
  const { database, sealer, random, crypto, clock } = options;
  const { durable } = database;
  const hashKey = sealedSecret({
    ...{ connection: durable, table: 'dci_client_ibr_hash_key', purpose: 'dci-client-ibr/hash-key', sealer, random },
    name: 'the key of the log of checks',
  });
  const insertCheck = durable.prepare(
    `INSERT INTO dci_client_ibr_check (check_id, at, status, is_complete, is_decided, asked_by_hash, sources, content)
     VALUES (?, ?, ?, ?, 0, ?, ?, ?)`,
  );
  const insertIdentifier = durable.prepare(
    `INSERT INTO dci_client_ibr_check_identifier (identifier_hash, number, position) VALUES (?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const selectOne = durable.prepare<[string], CheckRow>('SELECT * FROM dci_client_ibr_check WHERE check_id = ?');
  const selectHashes = durable
    .prepare<[number], Uint8Array>(
      'SELECT identifier_hash FROM dci_client_ibr_check_identifier WHERE number = ? ORDER BY position',
    )
    .pluck();
  const selectDecisions = durable.prepare<[number], DecisionRow>(
    'SELECT * FROM dci_client_ibr_check_decision WHERE number = ? ORDER BY position',
  );
  const insertDecision = durable.prepare(
    'INSERT INTO dci_client_ibr_check_decision (number, position, at, verdict, content) VALUES (?, ?, ?, ?, ?)',
  );
  const setDecided = durable.prepare('UPDATE dci_client_ibr_check SET is_decided = 1 WHERE number = ?');
  const deleteOld = durable.prepare(
    `DELETE FROM dci_client_ibr_check WHERE number IN
       (SELECT number FROM dci_client_ibr_check WHERE at < ? ORDER BY at, number LIMIT ?)`,
  );

  const readCheck = (row: CheckRow): LoggedCheck =>
    openCheck(row, selectHashes.all(row.number), selectDecisions.all(row.number), sealer);
  const identifierHash = (key: Uint8Array, identifier: RegistrantIdentifier): Uint8Array =>
    keyedHash(crypto, key, `identifier ${identifierKey(identifier)}`);
  const callerHash = (key: Uint8Array, askedBy: string): Uint8Array => keyedHash(crypto, key, `caller ${askedBy}`);

  return {
    record: (check) => {
      const checkId = random.uuid();
      const { at, askedBy, identifiers, status, complete, sources } = check;
      const content = sealCheck(check, checkId, sealer);
      return database.commit(() => {
        const key = hashKey.open();
        const caller = askedBy === undefined ? null : callerHash(key, askedBy);
        const { lastInsertRowid } = insertCheck.run(
          checkId,
          at,
          status,
          Number(complete),
          caller,
          JSON.stringify(sources),
          content,
        );
        identifiers.forEach((identifier, position) => {
          insertIdentifier.run(identifierHash(key, identifier), lastInsertRowid, position);
        });
        return checkId;
      });
    },
    find: async (checkId) => {
      const row = selectOne.get(checkId);
      return row === undefined ? undefined : readCheck(row);
    },
    list: async (query = {}) => {
      const key = hashKey.read();
      // Without a key nothing was recorded yet.
      if (key === undefined) return [];
      const { identifier, status, askedBy, undecided, since, until, limit } = query;
      const conditions = ['TRUE'];
      const values: unknown[] = [];
      const add = (condition: string, ...given: readonly unknown[]): void => {
        conditions.push(condition);
        values.push(...given);
      };
      if (identifier !== undefined) {
        add(
          'number IN (SELECT number FROM dci_client_ibr_check_identifier WHERE identifier_hash = ?)',
          identifierHash(key, identifier),
        );
      }
      if (status !== undefined) add('status = ?', status);
      if (askedBy !== undefined) add('asked_by_hash = ?', callerHash(key, askedBy));
      if (undecided === true) {
        add(`is_decided = 0 AND status IN (${statusesToDecide.map(() => '?').join(', ')})`, ...statusesToDecide);
      }
      if (since !== undefined) add('at >= ?', since);
      if (until !== undefined) add('at < ?', until);
      const rows = durable
        .prepare<unknown[], CheckRow>(
          `SELECT * FROM dci_client_ibr_check WHERE ${conditions.join(' AND ')} ORDER BY at DESC, number DESC LIMIT ?`,
        )
        .all(...values, listLimit(limit));
      return rows.map(readCheck);
    },
    resolve: async (checkId, verdict, by, note) => {
      const decision = readDecision(verdict, by, note, clock.now());
      return database.commit(() => {
        const row = selectOne.get(checkId);
        if (row === undefined) throw noSuchCheck();
        const position = selectDecisions.all(row.number).length;
        const content = sealDecision(decision, checkId, position, sealer);
        insertDecision.run(row.number, position, decision.at, verdict, content);
        setDecided.run(row.number);
        return readCheck(row);
      });
    },
    forget: async (before) => {
      for (let forgotten = 0; ; ) {
        const { changes } = await database.commit(() => deleteOld.run(before, forgetBatch));
        forgotten += changes;
        if (changes < forgetBatch) return forgotten;
      }
    },
  };
}
