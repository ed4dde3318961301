import type { Database } from 'better-sqlite3';

interface WaitingWork {
  /** Runs the work and returns how to report its result after the commit. */
  run(): () => void;
  /** Reports that nothing happened. */
  fail(error: unknown): void;
}

/**
 * Makes the group commit of a connection: works that are requested in one turn of the event loop share a transaction,
 * and so one fsync, each in a savepoint of its own.
 *
 * @param database - the durable connection
 * @returns `StateDatabase.commit`
 */
export function createGroupCommit(database: Database): <T>(work: () => T) => Promise<T> {
  let waiting: WaitingWork[] = [];

  const flush = (): void => {
    const works = waiting;
    waiting = [];
    let reports: (() => void)[] = [];
    try {
      database.exec('BEGIN IMMEDIATE');
      reports = works.map((work) => inSavepoint(database, work));
      database.exec('COMMIT');
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK');
      for (const work of works) work.fail(error);
      return;
    }
    for (const report of reports) report();
  };

  return (work) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({
        run: () => {
          const result = work();
          return () => resolve(result);
        },
        fail: reject,
      });
    });
}

function inSavepoint(database: Database, work: WaitingWork): () => void {
  database.exec('SAVEPOINT work');
  try {
    const report = work.run();
    database.exec('RELEASE work');
    return report;
  } catch (error) {
    // A full disk or a broken file ends the whole transaction, not only the savepoint.
    if (!database.inTransaction) throw error;
    database.exec('ROLLBACK TO work; RELEASE work');
    return () => work.fail(error);
  }
}
