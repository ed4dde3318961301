import { DciError, readJson, writeJson } from 'dci-core';
import type { StateDatabase } from 'dci-host';

/** What a source was last subscribed to. */
export interface KeptSubscriptionState {
  readonly source: string;
  /** Hash of what was asked for. */
  readonly fingerprint: string;
  readonly codes: readonly string[];
  /** Codes of what was asked for before, and has not been ended yet. */
  readonly formerCodes: readonly string[];
  /** Unix milliseconds; absent: the registry named no end. */
  readonly expiresAt?: number;
  /** Unix milliseconds at which it is asked for again; absent: never. */
  readonly renewAt?: number;
}

/** Keeps what the plug-in subscribed to. */
export interface KeptSubscriptionStore {
  /** @returns the state; `undefined` when nothing was subscribed to */
  find(source: string): Promise<KeptSubscriptionState | undefined>;
  save(state: KeptSubscriptionState, now: number): Promise<void>;
  remove(source: string): Promise<void>;
}

interface Row {
  readonly source: string;
  readonly fingerprint: string;
  readonly codes: string;
  readonly former_codes: string;
  readonly expires_at: number | null;
  readonly renew_at: number | null;
}

/**
 * @param database - the state database
 * @returns the store
 */
export function createSqliteKeptSubscriptionStore(database: StateDatabase): KeptSubscriptionStore {
  const { durable } = database;
  const select = durable.prepare<[string], Row>('SELECT * FROM dci_client_crvs_subscription WHERE source = ?');
  const upsert = durable.prepare<[string, string, string, string, number | null, number | null, number]>(
    `INSERT OR REPLACE INTO dci_client_crvs_subscription
       (source, fingerprint, codes, former_codes, expires_at, renew_at, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = durable.prepare<[string]>('DELETE FROM dci_client_crvs_subscription WHERE source = ?');
  return {
    find: async (source) => {
      const row = select.get(source);
      if (row === undefined) return undefined;
      return {
        source,
        fingerprint: row.fingerprint,
        codes: textsOf(row.codes),
        formerCodes: textsOf(row.former_codes),
        ...(row.expires_at !== null && { expiresAt: row.expires_at }),
        ...(row.renew_at !== null && { renewAt: row.renew_at }),
      };
    },
    save: ({ source, fingerprint, codes, formerCodes, expiresAt, renewAt }, now) =>
      database.commit(() => {
        upsert.run(
          source,
          fingerprint,
          writeJson(codes),
          writeJson(formerCodes),
          expiresAt ?? null,
          renewAt ?? null,
          now,
        );
      }),
    remove: (source) =>
      database.commit(() => {
        remove.run(source);
      }),
  };
}

function textsOf(json: string): readonly string[] {
  const { value } = readJson(json);
  if (!Array.isArray(value)) throw new DciError('err.internal', 'a subscription is not as it was stored');
  return value.map(String);
}
