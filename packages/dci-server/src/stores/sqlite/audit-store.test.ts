import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { createSealer, type Sealer } from 'dci-host';
import { deterministicRandom, fixedClock, temporaryDirectory } from 'dci-host/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../access/audit.ts';
import { testAuditStore } from '../../testing/audit-store-contract.ts';
import type { AuditStore } from '../audit.ts';
import { createSqliteAuditStore } from './audit-store.ts';
import { openedStore } from './database.fixtures.ts';
import { migrations } from './migrations.ts';

const random = deterministicRandom();
const sealer = createSealer(randomBytes(32), random);

testAuditStore({
  name: 'SQLite',
  create: (clock) => openedStore((database) => createSqliteAuditStore({ database, sealer, random, clock })),
  runner: { describe, it },
});

const entry = (index: number): AuditEntry => ({
  senderId: `sender-${index % 3}`,
  registry: 'social',
  action: 'search',
  messageId: `m${index}`,
  purpose: index % 2 === 0 ? 'ENROLMENT' : 'PAYMENT',
  recordType: 'Person',
  queryShape: 'identifier UIN',
  recordKeys: index % 4 === 0 ? [] : [`UIN:${index}`, `UIN:${index + 1}`],
  count: index % 4 === 0 ? 0 : 2,
});

interface OpenAudit extends Disposable {
  readonly database: Database;
  readonly store: AuditStore;
  /** Opens the audit as another process would. */
  again(otherSealer?: Sealer): AuditStore;
}

async function openAudit(rows: number): Promise<OpenAudit> {
  const directory = temporaryDirectory();
  const database = new SqliteDatabase(join(directory.path, 'state.sqlite'));
  for (const { sqlite } of migrations) database.exec(sqlite);
  const again = (otherSealer = sealer): AuditStore =>
    createSqliteAuditStore({ database, sealer: otherSealer, random, clock: fixedClock(1_000) });
  const store = again();
  await store.append(Array.from({ length: rows }, (_, index) => entry(index)));
  return {
    database,
    store,
    again,
    [Symbol.dispose]() {
      database.close();
      directory.remove();
    },
  };
}

const rowCount = 40;
const textColumns = ['sender_id', 'registry', 'action', 'message_id', 'purpose', 'record_type', 'query_shape'] as const;
const sequence = fc.integer({ min: 1, max: rowCount });
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

/** What somebody with the database file, but without the host's key, can do to the audit. */
const tampering: fc.Arbitrary<(database: Database) => void> = fc.oneof(
  fc.tuple(fc.constantFrom(...textColumns), sequence, fc.string({ maxLength: 5 })).map(
    ([column, at, text]) =>
      (database: Database) =>
        database
          .prepare(`UPDATE dci_server_audit SET ${column} = ${column} || ? WHERE sequence = ?`)
          .run(`~${text}`, at),
  ),
  fc.tuple(fc.constantFrom('correlation_id', 'legal_basis', 'reason'), sequence).map(
    ([column, at]) =>
      (database: Database) =>
        database.prepare(`UPDATE dci_server_audit SET ${column} = '' WHERE sequence = ?`).run(at),
  ),
  fc.tuple(fc.constantFrom('purpose', 'message_id'), sequence).map(
    ([column, at]) =>
      (database: Database) =>
        database.prepare(`UPDATE dci_server_audit SET ${column} = NULL WHERE sequence = ?`).run(at),
  ),
  fc.tuple(fc.constantFrom('at', 'count'), sequence, fc.integer({ min: 1, max: 9 })).map(
    ([column, at, by]) =>
      (database: Database) =>
        database.prepare(`UPDATE dci_server_audit SET ${column} = ${column} + ? WHERE sequence = ?`).run(by, at),
  ),
  fc.tuple(sequence, bytes(32)).map(
    ([at, hash]) =>
      (database: Database) =>
        database.prepare('UPDATE dci_server_audit SET hash = ? WHERE sequence = ?').run(hash, at),
  ),
  fc.tuple(sequence, bytes(16)).map(
    ([at, key]) =>
      (database: Database) =>
        database.prepare('UPDATE dci_server_audit SET record_keys = ? WHERE sequence = ?').run(key, at),
  ),
  // deleted from the middle, and from either end
  fc.tuple(sequence, fc.nat(5)).map(
    ([at, more]) =>
      (database: Database) =>
        database.prepare('DELETE FROM dci_server_audit WHERE sequence BETWEEN ? AND ?').run(at, at + more),
  ),
  sequence.map((at) => (database: Database) => {
    database.prepare('DELETE FROM dci_server_audit WHERE sequence >= ?').run(at);
    database.prepare('DELETE FROM dci_server_audit_record WHERE sequence >= ?').run(at);
  }),
  // the tail cut off, and the head set back to the row before
  fc.integer({ min: 2, max: rowCount }).map((at) => (database: Database) => {
    database
      .prepare(
        `UPDATE dci_server_audit_chain SET last_sequence = @last,
           last_hash = (SELECT hash FROM dci_server_audit WHERE sequence = @last)`,
      )
      .run({ last: at - 1 });
    database.prepare('DELETE FROM dci_server_audit WHERE sequence >= ?').run(at);
    database.prepare('DELETE FROM dci_server_audit_record WHERE sequence >= ?').run(at);
  }),
  // the beginning cut off, as a purge would
  fc.integer({ min: 1, max: rowCount - 1 }).map((at) => (database: Database) => {
    database
      .prepare(
        `UPDATE dci_server_audit_chain SET first_sequence = @first,
           hash_before_first = (SELECT hash FROM dci_server_audit WHERE sequence = @last)`,
      )
      .run({ first: at + 1, last: at });
    database.prepare('DELETE FROM dci_server_audit WHERE sequence <= ?').run(at);
    database.prepare('DELETE FROM dci_server_audit_record WHERE sequence <= ?').run(at);
  }),
  // two rows change places, with their hashes and without
  fc
    .tuple(sequence, sequence, fc.boolean())
    .filter(([first, second]) => first !== second)
    .map(([first, second]) => (database: Database) => {
      const move = database.prepare('UPDATE dci_server_audit SET sequence = ? WHERE sequence = ?');
      move.run(-1, first);
      move.run(first, second);
      move.run(second, -1);
    }),
  // a row of one's own, between and behind the others
  fc.tuple(fc.constantFrom(-3, 0, rowCount + 1, rowCount + 7), bytes(32)).map(
    ([at, hash]) =>
      (database: Database) =>
        database
          .prepare(
            `INSERT INTO dci_server_audit SELECT ?, at, sender_id, registry, action, message_id, correlation_id, purpose,
               legal_basis, record_type, query_shape, record_keys, count, reason, ? FROM dci_server_audit WHERE sequence = 1`,
          )
          .run(at, hash),
  ),
  // who saw a person
  fc.nat(29).map(
    (offset) => (database: Database) =>
      database
        .prepare(
          `DELETE FROM dci_server_audit_record WHERE (part, record_key, sequence) IN
             (SELECT part, record_key, sequence FROM dci_server_audit_record LIMIT 1 OFFSET ?)`,
        )
        .run(offset),
  ),
  fc.tuple(bytes(16), fc.integer({ min: -1, max: rowCount + 3 })).map(
    ([key, at]) =>
      (database: Database) =>
        database.prepare('INSERT INTO dci_server_audit_record VALUES (0, ?, ?)').run(key, at),
  ),
  fc.tuple(fc.nat(29), bytes(16)).map(
    ([offset, key]) =>
      (database: Database) =>
        database
          .prepare(
            `UPDATE dci_server_audit_record SET record_key = ? WHERE (part, record_key, sequence) IN
               (SELECT part, record_key, sequence FROM dci_server_audit_record LIMIT 1 OFFSET ?)`,
          )
          .run(key, offset),
  ),
  fc.nat(29).map(
    (offset) => (database: Database) =>
      database
        .prepare(
          `UPDATE dci_server_audit_record SET part = 1 WHERE (part, record_key, sequence) IN
             (SELECT part, record_key, sequence FROM dci_server_audit_record LIMIT 1 OFFSET ?)`,
        )
        .run(offset),
  ),
  // the row that holds key and ends
  fc
    .constantFrom('first_sequence', 'last_sequence')
    .map(
      (column) => (database: Database) => database.exec(`UPDATE dci_server_audit_chain SET ${column} = ${column} + 1`),
    ),
  fc.tuple(fc.constantFrom('sealed_key', 'hash_before_first', 'last_hash', 'seal'), bytes(32)).map(
    ([column, value]) =>
      (database: Database) =>
        database.prepare(`UPDATE dci_server_audit_chain SET ${column} = ?`).run(value),
  ),
  fc.constant((database: Database) => database.exec('DELETE FROM dci_server_audit_chain')),
);

describe('the audit in a file that somebody tampers with', () => {
  it('tells every one of 1,000 tamperings', async () => {
    using audit = await openAudit(rowCount);
    expect(await audit.store.verify()).toMatchObject({ rows: rowCount });
    expect((await audit.store.verify()).fault).toBeUndefined();
    let tampered = 0;
    await fc.assert(
      fc.asyncProperty(tampering, async (tamper) => {
        const changes = audit.database.prepare('SELECT total_changes()').pluck();
        const before = changes.get();
        audit.database.exec('BEGIN');
        try {
          tamper(audit.database);
          expect(changes.get()).not.toBe(before);
          expect((await audit.again().verify()).fault).toBeDefined();
        } finally {
          audit.database.exec('ROLLBACK');
        }
        tampered += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(tampered).toBe(1_000);
    expect((await audit.store.verify()).fault).toBeUndefined();
  });

  it.each([
    ['UPDATE dci_server_audit SET purpose = NULL WHERE sequence = 7', { kind: 'changed', sequence: 7 }],
    ['DELETE FROM dci_server_audit WHERE sequence = 7', { kind: 'missing', sequence: 7 }],
    ['DELETE FROM dci_server_audit WHERE sequence > 30', { kind: 'missing', sequence: 31 }],
    ['DELETE FROM dci_server_audit_record WHERE sequence = 6', { kind: 'index', sequence: 6 }],
    ['UPDATE dci_server_audit_chain SET last_sequence = 30', { kind: 'head', sequence: 0 }],
    ["UPDATE dci_server_audit_chain SET sealed_key = x'00'", { kind: 'key', sequence: 0 }],
    ['DELETE FROM dci_server_audit_chain', { kind: 'head', sequence: 0 }],
  ])('names the first row that is not as it was written: %s', async (sql, fault) => {
    using audit = await openAudit(rowCount);
    audit.database.exec(sql);
    expect((await audit.again().verify()).fault).toEqual(fault);
  });

  it('shows rows that were cut off also after others were appended', async () => {
    using audit = await openAudit(rowCount);
    audit.database.exec('DELETE FROM dci_server_audit WHERE sequence > 38');
    await audit.store.append([entry(1)]);
    expect((await audit.store.verify()).fault).toEqual({ kind: 'missing', sequence: 39 });
  });

  it.each([
    ['the head was set back', 'UPDATE dci_server_audit_chain SET last_sequence = 30'],
    ['the head is gone', 'DELETE FROM dci_server_audit_chain'],
    ['a row has the next number', 'UPDATE dci_server_audit SET sequence = 41 WHERE sequence = 40'],
    ['the table is gone', 'DROP TABLE dci_server_audit'],
  ])('takes no entry when %s', async (_name, sql) => {
    using audit = await openAudit(rowCount);
    audit.database.exec(sql);
    await expect(audit.store.append([entry(1)])).rejects.toMatchObject({ code: 'err.service.unavailable' });
  });

  it('is not accepted from another host', async () => {
    using audit = await openAudit(1);
    const other = audit.again(createSealer(randomBytes(32), random));
    await expect(other.append([entry(1)])).rejects.toMatchObject({ code: 'err.service.unavailable' });
    await expect(other.check()).rejects.toMatchObject({ code: 'err.state.conflict', path: 'key' });
    expect((await other.verify()).fault).toEqual({ kind: 'key', sequence: 0 });
  });

  it('keeps a row that was changed, and all behind it, from being purged', async () => {
    using audit = await openAudit(rowCount);
    audit.database.exec("UPDATE dci_server_audit SET purpose = 'other' WHERE sequence = 7");
    await expect(audit.store.purge(9_999)).rejects.toMatchObject({ code: 'err.state.conflict' });
    expect((await audit.store.verify()).fault).toEqual({ kind: 'changed', sequence: 7 });
    expect((await audit.store.list({})).at(-1)?.sequence).toBe(7);
  });
});

it('keeps no name of a record, in no table', async () => {
  using audit = await openAudit(1);
  await audit.store.append([{ ...entry(1), recordKeys: ['UIN:canary-4711'] }]);
  audit.database.pragma('wal_checkpoint(TRUNCATE)');
  expect(audit.database.serialize().includes('canary-4711')).toBe(false);
});
