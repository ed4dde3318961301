import { sealedSecret } from 'dci-client/service';
import type { Random } from 'dci-core';
import type { Sealer, StateDatabase } from 'dci-host';
import type { CachedAnswer, DisabilityCache } from '../../../cache/disability-cache.ts';
import { hashIdentifier } from '../../../cache/identifier-hash.ts';
import { openAnswer, sealAnswer } from './sealed-answer.ts';

/** What {@link createSqliteDisabilityCache} works with. */
export interface SqliteDisabilityCacheOptions {
  readonly database: Pick<StateDatabase, 'relaxed'>;
  /** Seals what is known of people, and the secret of the hashes. */
  readonly sealer: Sealer;
  /** Makes the secret, once. */
  readonly random: Random;
}

interface Row {
  readonly key: string;
  readonly source: string;
  readonly fetched_at: number;
  readonly expires_at: number;
  readonly content: Uint8Array | null;
}

const secretPurpose = 'dci-client-dr/cache-secret';
/** Rows of one transaction of `purge`. */
const batch = 1_000;

/**
 * The cache in a SQLite state database. What a power cut takes away is asked for again.
 *
 * @param options - database, sealer, randomness
 * @returns the cache
 */
export function createSqliteDisabilityCache(options: SqliteDisabilityCacheOptions): DisabilityCache {
  const { sealer } = options;
  const { relaxed } = options.database;
  const select = relaxed.prepare<[string], Row>('SELECT * FROM dci_client_dr_cache WHERE key = ?');
  const upsert = (condition: string) =>
    relaxed.prepare<[Row]>(
      `INSERT INTO dci_client_dr_cache (key, source, fetched_at, expires_at, content)
       VALUES (@key, @source, @fetched_at, @expires_at, @content)
       ON CONFLICT (key) DO UPDATE SET source = excluded.source, fetched_at = excluded.fetched_at,
         expires_at = excluded.expires_at, content = excluded.content
       WHERE ${condition}`,
    );
  // What was invalidated at the same moment was asked for too early to know of the change.
  const store = upsert(
    'excluded.fetched_at > fetched_at OR (excluded.fetched_at = fetched_at AND dci_client_dr_cache.content IS NOT NULL)',
  );
  const invalidate = upsert('excluded.fetched_at >= fetched_at');
  const remove = relaxed.prepare<[string]>('DELETE FROM dci_client_dr_cache WHERE key = ?');
  const list = relaxed.prepare<{ source: string | null; after: string; limit: number }, Row>(
    `SELECT * FROM dci_client_dr_cache
     WHERE (@source IS NULL OR source = @source) AND key > @after AND content IS NOT NULL ORDER BY key LIMIT @limit`,
  );
  const purge = relaxed.prepare<{ source: string | null; expiredBy: number | null; batch: number }>(
    `DELETE FROM dci_client_dr_cache WHERE key IN
       (SELECT key FROM dci_client_dr_cache
        WHERE (@expiredBy IS NULL OR expires_at <= @expiredBy) AND (@source IS NULL OR source = @source) LIMIT @batch)`,
  );
  const inTransaction = <T>(work: () => T): T => relaxed.transaction(work).immediate();

  const secretOfRows = sealedSecret({
    ...{ connection: relaxed, table: 'dci_client_dr_secret', column: 'sealed', purpose: secretPurpose },
    ...{ name: 'the secret of the disability cache', sealer, random: options.random },
  });
  let known: Uint8Array | undefined;
  const secret = (): Uint8Array => {
    known ??= inTransaction(secretOfRows.open);
    return known;
  };
  const answerOf = ({ key, source, fetched_at, expires_at, content }: Row): CachedAnswer | undefined => {
    const opened = content === null ? undefined : openAnswer(content, key, sealer);
    return opened === undefined ? undefined : { key, source, fetchedAt: fetched_at, expiresAt: expires_at, ...opened };
  };

  return {
    keyOf: (source, identifier) => hashIdentifier(secret(), source, identifier),
    find: async (keys) => {
      const answers = keys.flatMap((key) => {
        const row = select.get(key);
        return (row === undefined ? undefined : answerOf(row)) ?? [];
      });
      return new Map(answers.map((answer) => [answer.key, answer]));
    },
    store: async (answers) => {
      if (answers.length === 0) return;
      const rows = answers.map((answer): Row => {
        const { key, source, fetchedAt, expiresAt } = answer;
        return { key, source, fetched_at: fetchedAt, expires_at: expiresAt, content: sealAnswer(answer, sealer) };
      });
      inTransaction(() => {
        for (const row of rows) store.run(row);
      });
    },
    invalidate: async (keys, { source, at, until }) => {
      if (keys.length === 0) return;
      inTransaction(() => {
        for (const key of keys) invalidate.run({ key, source, fetched_at: at, expires_at: until, content: null });
      });
    },
    forget: async (keys) =>
      inTransaction(() => keys.filter((key) => select.get(key)?.content != null && remove.run(key).changes > 0).length),
    list: async ({ source, limit, after }) =>
      list.all({ source: source ?? null, after: after ?? '', limit }).flatMap((row) => answerOf(row) ?? []),
    purge: async (expiredBy, selection) =>
      purge.run({ source: selection?.source ?? null, expiredBy: expiredBy ?? null, batch }).changes,
    check: async () => {
      secret();
      select.get('');
    },
  };
}
