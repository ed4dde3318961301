import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { type Clock, DciError } from 'dci-core';
import type { Migration } from './state-database.ts';

/** The migrations of the host or of one plug-in. */
export interface MigrationSet {
  /** Name of the plug-in; every id begins with it and a slash. */
  readonly owner: string;
  readonly migrations: readonly Migration[];
}

interface AppliedMigration {
  readonly id: string;
  readonly checksum: string;
}

/**
 * Compares the schema of a state database with the migrations that this host knows.
 *
 * @param database - the state database
 * @param sets - the host's own migrations and those of its plug-ins
 * @returns the migrations still to be applied, in order
 * @throws DciError err.state.conflict when the state has steps that this host does not know (it was used by a newer
 * release), when an applied step has changed since, or when steps were put before applied ones;
 * err.configuration.invalid for ids that are repeated or do not begin with their owner's name
 */
export function pendingMigrations(database: Database, sets: readonly MigrationSet[]): readonly Migration[] {
  checkMigrationIds(sets);
  const applied = readApplied(database);
  return sets.flatMap((set) => pendingOf(set, applied));
}

/**
 * Applies every pending migration, each in one transaction of its own together with the note that it is applied: a
 * process killed half-way leaves whole steps only, and the next start goes on from there (reliability.md CR8).
 *
 * @param database - the durable connection
 * @param sets - the host's own migrations and those of its plug-ins
 * @param clock - source of the time that is noted
 * @returns the ids that were applied now
 * @throws DciError as {@link pendingMigrations}; err.state.conflict when a step fails
 */
export function migrate(database: Database, sets: readonly MigrationSet[], clock: Clock): readonly string[] {
  checkMigrationIds(sets);
  database.exec(
    `CREATE TABLE IF NOT EXISTS dci_migration (
       sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
     ) STRICT`,
  );
  const done: string[] = [];
  for (const migration of pendingMigrations(database, sets)) {
    if (applyOne(database, migration, sets, clock)) done.push(migration.id);
  }
  return done;
}

function applyOne(database: Database, migration: Migration, sets: readonly MigrationSet[], clock: Clock): boolean {
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have applied it between the comparison and this transaction.
    const pending = pendingMigrations(database, sets).some(({ id }) => id === migration.id);
    if (pending) {
      database.exec(migration.sqlite);
      if (!database.inTransaction) throw new Error('the step ended the transaction that it runs in');
      database
        .prepare('INSERT INTO dci_migration (id, checksum, applied_at) VALUES (?, ?, ?)')
        .run(migration.id, checksumOf(migration), clock.now());
    }
    database.exec('COMMIT');
    return pending;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    const reason = error instanceof Error ? error.message : 'unknown error';
    throw new DciError('err.state.conflict', `migration ${migration.id} failed: ${reason}`, { cause: error });
  }
}

function pendingOf(set: MigrationSet, applied: readonly AppliedMigration[]): readonly Migration[] {
  const ofOwner = applied.filter(({ id }) => id.startsWith(`${set.owner}/`));
  ofOwner.forEach(({ id, checksum }, index) => {
    const known = set.migrations[index];
    if (known?.id === id && checksumOf(known) === checksum) return;
    const elsewhere = set.migrations.find((migration) => migration.id === id);
    throw new DciError(
      'err.state.conflict',
      elsewhere === undefined
        ? `the state was used by a newer release: this host does not know its migration ${id}`
        : `the state differs from this release: migration ${id} has been changed or moved since it was applied`,
    );
  });
  return set.migrations.slice(ofOwner.length);
}

function readApplied(database: Database): readonly AppliedMigration[] {
  const exists = database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'dci_migration'").get();
  if (exists === undefined) return [];
  return database.prepare<[], AppliedMigration>('SELECT id, checksum FROM dci_migration ORDER BY sequence').all();
}

/**
 * Checks the ids of migrations, for which no state is needed.
 *
 * @param sets - the host's own migrations and those of its plug-ins
 * @throws DciError err.configuration.invalid for ids that are repeated or do not begin with their owner's name
 */
export function checkMigrationIds(sets: readonly MigrationSet[]): void {
  const seen = new Set<string>();
  for (const { owner, migrations } of sets) {
    for (const { id } of migrations) {
      if (!id.startsWith(`${owner}/`) || id.length === owner.length + 1) {
        throw new DciError('err.configuration.invalid', `migration ${id}: the id must begin with ${owner}/`);
      }
      if (seen.has(id)) throw new DciError('err.configuration.invalid', `migration ${id}: the id is there twice`);
      seen.add(id);
    }
  }
}

function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sqlite).digest('hex');
}
