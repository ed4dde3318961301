import type { Database, Statement } from 'better-sqlite3';

/** Prepared statements by their text; the one that was not used for longest makes room for a new one. */
export class StatementCache {
  private readonly database: Database;
  private readonly capacity: number;
  private readonly statements = new Map<string, Statement>();

  /**
   * @param database - the connection that the statements belong to
   * @param capacity - how many statements are kept
   */
  constructor(database: Database, capacity = 200) {
    this.database = database;
    this.capacity = capacity;
  }

  /**
   * @param sql - a statement whose values are all parameters
   * @returns the prepared statement; its rows are arrays
   */
  rows(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      if (statement.reader) statement.raw();
      if (this.statements.size >= this.capacity) {
        const [oldest] = this.statements.keys();
        if (oldest !== undefined) this.statements.delete(oldest);
      }
    } else {
      this.statements.delete(sql);
    }
    this.statements.set(sql, statement);
    return statement;
  }
}
