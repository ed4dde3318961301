import type { Database, Statement } from 'better-sqlite3';
import type { ConsentRequirement } from '../adapter.ts';
import { anyRecipient, type Consent, type ConsentGrant, type ConsentKey } from '../consent.ts';
import type { SqlCondition } from './filter-to-sql.ts';
import type { TableLayout } from './table-layout.ts';

type ConsentRow = readonly [recipient: string, purpose: string, expires: number | null, granted: number];

/** The consents of one record type. Every method but `list` expects an open transaction. */
export class ConsentTable {
  private readonly insert: Statement<[number, string, string, number | null, number]>;
  private readonly remove: Statement<[number, string, string]>;
  private readonly removeAll: Statement<[number]>;
  private readonly select: Statement<[number], ConsentRow>;

  /**
   * @param database - a connection that may write
   * @param layout - the tables of the record type; they exist
   */
  constructor(database: Database, { consentTable }: TableLayout) {
    this.insert = database.prepare(
      `INSERT OR REPLACE INTO "${consentTable}" (record, purpose, recipient, expires, granted) VALUES (?, ?, ?, ?, ?)`,
    );
    this.remove = database.prepare(`DELETE FROM "${consentTable}" WHERE record = ? AND purpose = ? AND recipient = ?`);
    this.removeAll = database.prepare(`DELETE FROM "${consentTable}" WHERE record = ?`);
    this.select = database
      .prepare<[number], ConsentRow>(
        `SELECT recipient, purpose, expires, granted FROM "${consentTable}" WHERE record = ? ORDER BY recipient, purpose`,
      )
      .raw();
  }

  /**
   * @param record - key of the record
   * @param consent - what is consented to
   * @param now - unix milliseconds
   */
  grant(record: number, consent: ConsentGrant, now: number): void {
    this.insert.run(record, consent.purpose, consent.recipient, consent.expiresAt ?? null, now);
  }

  /**
   * @param record - key of the record
   * @param consent - which consent
   * @returns whether there was one
   */
  revoke(record: number, { purpose, recipient }: ConsentKey): boolean {
    return this.remove.run(record, purpose, recipient).changes > 0;
  }

  /** @param record - key of a record that is deleted */
  drop(record: number): void {
    this.removeAll.run(record);
  }

  /**
   * @param record - key of the record
   * @returns its consents
   */
  list(record: number): readonly Consent[] {
    return this.select.all(record).map(([recipient, purpose, expires, granted]) => ({
      recipient,
      purpose,
      ...(expires === null ? {} : { expiresAt: expires }),
      grantedAt: granted,
    }));
  }
}

/**
 * Translates a required consent.
 *
 * @param consent - who receives what for which purpose, and when
 * @param layout - the tables of the record type
 * @returns a condition on the record table, which is called `r`
 */
export function consentToSql({ recipient, purpose, at }: ConsentRequirement, layout: TableLayout): SqlCondition {
  return {
    sql:
      `EXISTS (SELECT 1 FROM "${layout.consentTable}" AS c WHERE c.record = r.key AND c.purpose = ? ` +
      `AND c.recipient IN (?, '${anyRecipient}') AND (c.expires IS NULL OR c.expires > ?))`,
    parameters: [purpose, recipient, at],
  };
}
