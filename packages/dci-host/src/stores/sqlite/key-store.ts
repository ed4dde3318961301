import type { Database, Statement } from 'better-sqlite3';
import {
  type Clock,
  DciError,
  type DecryptionKey,
  type EncryptionPublicKey,
  generateEncryptionKey,
  generateKey,
  type PublicKey,
  type PublishedEncryptionKey,
  type PublishedKey,
  type Random,
  type SigningKey,
} from 'dci-core';
import type { KeySettings } from '../../config/host-config.ts';
import type {
  GenerateOptions,
  HostKey,
  HostKeyAlgorithm,
  KeyStore,
  KeyUse,
  RotateOptions,
  Rotation,
} from '../../keys/key-store.ts';
import type { Sealer } from '../../keys/seal.ts';
import {
  type HostKeyRow,
  type NewHostKey,
  type OpenedHostKey,
  readHostKeyRow,
  sealHostKey,
  withoutPrivateKey,
} from './host-key-row.ts';

const day = 24 * 60 * 60 * 1000;

/** What {@link createKeyStore} works with. */
export interface KeyStoreOptions {
  /** The durable connection of the migrated state. */
  readonly database: Database;
  readonly sealer: Sealer;
  /** First part of every `kid`. */
  readonly senderId: string;
  readonly settings: KeySettings;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Makes the key store over the state database.
 *
 * Keys are read, opened and parsed once; a trigger counts every change of the table, and each use compares that one
 * number.
 *
 * @param options - state, sealer, settings
 * @returns the key store
 */
export function createKeyStore(options: KeyStoreOptions): KeyStore {
  return new SqliteKeyStore(options);
}

class SqliteKeyStore implements KeyStore {
  readonly #options: KeyStoreOptions;
  readonly #counter: Statement<[], number>;
  #cachedAt = -1;
  #cache: readonly OpenedHostKey[] = [];

  constructor(options: KeyStoreOptions) {
    this.#options = options;
    this.#counter = options.database.prepare<[], number>('SELECT counter FROM dci_host_key_change').pluck();
  }

  async active(): Promise<SigningKey> {
    const now = this.#options.clock.now();
    const keys = this.#valid('sig').filter(({ signing }) => signing !== undefined);
    const active = keys.filter(({ state }) => state === 'active');
    // A key signs when its lead time is over; until then the one that it replaces does.
    const key =
      active.find(({ activatedAt = 0 }) => activatedAt <= now) ??
      keys.find(({ activatedAt = 0 }) => activatedAt <= now) ??
      active[0];
    if (active.length === 0 || key?.signing === undefined)
      throw new DciError('err.service.unavailable', 'this host has no active signing key');
    return key.signing;
  }

  async published(): Promise<readonly PublishedKey[]> {
    const { senderId } = this.#options;
    return this.#valid('sig')
      .filter(({ state }) => state === 'active' || state === 'retiring')
      .map(({ keyId, publicKey }) => ({ senderId, keyId, publicKey: publicKey as PublicKey }));
  }

  async encryptionKeys(): Promise<readonly PublishedEncryptionKey[]> {
    const { senderId } = this.#options;
    return this.#valid('enc')
      .filter(({ state }) => state === 'active')
      .map(({ keyId, publicKey }) => ({ senderId, keyId, publicKey: publicKey as EncryptionPublicKey }));
  }

  async decryptionKeys(): Promise<readonly DecryptionKey[]> {
    return this.#valid('enc').flatMap(({ decryption }) => decryption ?? []);
  }

  async generate(options: GenerateOptions = {}): Promise<HostKey> {
    const key = await this.#newKey(options.use ?? 'sig', options.algorithm);
    this.#insert(key, options.state ?? 'active', options);
    return this.#get(key.keyId);
  }

  async rotate(options: RotateOptions = {}): Promise<Rotation> {
    const { database, clock, settings } = this.#options;
    const created =
      options.keyId === undefined ? await this.#newKey(options.use ?? 'sig', options.algorithm) : undefined;
    const replaced = database.transaction(() => {
      const now = clock.now();
      const use = created?.use ?? this.#get(options.keyId ?? '').use;
      const activeIds = this.#keys()
        .filter((key) => key.state === 'active' && key.use === use)
        .map(({ keyId }) => keyId);
      const retire = database.prepare(
        `UPDATE dci_host_key SET state = 'retiring', not_after = min(coalesce(not_after, @until), @until) WHERE key_id = @keyId`,
      );
      const lead = use === 'sig' && activeIds.length > 0 ? (options.leadSeconds ?? settings.leadSeconds) * 1000 : 0;
      const until = now + lead + (options.retireDays ?? settings.retireDays) * day;
      for (const keyId of activeIds) retire.run({ keyId, until });
      if (created !== undefined) this.#insert(created, 'active', { activatedAt: now + lead });
      else this.#activate(options.keyId ?? '', now + lead);
      return activeIds;
    });
    const retiredIds = replaced.immediate();
    const activeId = created?.keyId ?? options.keyId ?? '';
    return { active: this.#get(activeId), retiring: retiredIds.map((keyId) => this.#get(keyId)) };
  }

  async revoke(keyId: string): Promise<HostKey> {
    this.#get(keyId);
    this.#options.database
      .prepare(
        `UPDATE dci_host_key SET state = 'revoked', sealed_private_jwk = NULL, revoked_at = coalesce(revoked_at, ?)
         WHERE key_id = ?`,
      )
      .run(this.#options.clock.now(), keyId);
    return this.#get(keyId);
  }

  async list(): Promise<readonly HostKey[]> {
    return this.#keys().map(withoutPrivateKey);
  }

  async #newKey(use: KeyUse, wanted?: HostKeyAlgorithm): Promise<NewHostKey> {
    const { clock, random, settings } = this.#options;
    const date = new Date(clock.now()).toISOString().slice(0, 10);
    const keyId = `${date}-${Buffer.from(random.bytes(4)).toString('hex')}`;
    const algorithm = wanted ?? (use === 'sig' ? settings.algorithm : settings.encryptionAlgorithm);
    if (algorithm === 'ed25519' || algorithm === 'rs256') {
      if (use === 'sig') return { use, keyId, privateKey: await generateKey(algorithm, { random }) };
    } else if (use === 'enc') {
      return { use, keyId, privateKey: await generateEncryptionKey(algorithm, { random }) };
    }
    throw new DciError(
      'err.key.invalid',
      `${algorithm} is no algorithm for ${use === 'sig' ? 'signatures' : 'encryption'}`,
    );
  }

  #insert(
    key: NewHostKey,
    state: 'active' | 'pending',
    { validDays, activatedAt }: { readonly validDays?: number; readonly activatedAt?: number },
  ): void {
    const { database, sealer, clock } = this.#options;
    const now = clock.now();
    const { publicJwk, sealed } = sealHostKey(key, sealer);
    database
      .prepare(
        `INSERT INTO dci_host_key
           (key_id, use, algorithm, state, public_jwk, sealed_private_jwk, created_at, activated_at, not_after)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        key.keyId,
        key.use,
        key.privateKey.algorithm,
        state,
        publicJwk,
        sealed,
        now,
        state === 'active' ? (activatedAt ?? now) : null,
        validDays === undefined ? null : now + validDays * day,
      );
  }

  #activate(keyId: string, now: number): void {
    const changed = this.#options.database
      .prepare(`UPDATE dci_host_key SET state = 'active', activated_at = ? WHERE key_id = ? AND state = 'pending'`)
      .run(now, keyId).changes;
    if (changed === 0) throw new DciError('err.key.invalid', 'there is no pending key of that id');
  }

  #get(keyId: string): HostKey {
    const key = this.#keys().find((candidate) => candidate.keyId === keyId);
    if (key === undefined) throw new DciError('err.key.invalid', 'there is no key of that id');
    return withoutPrivateKey(key);
  }

  #valid(use: KeyUse): readonly OpenedHostKey[] {
    const now = this.#options.clock.now();
    return this.#keys().filter((key) => key.use === use && (key.notAfter === undefined || now < key.notAfter));
  }

  /** Every key, the newest active one first. */
  #keys(): readonly OpenedHostKey[] {
    const counter = this.#counter.get() ?? 0;
    if (counter !== this.#cachedAt) {
      const rows = this.#options.database
        .prepare<[], HostKeyRow>(
          'SELECT * FROM dci_host_key ORDER BY coalesce(activated_at, created_at) DESC, sequence DESC',
        )
        .all();
      const known = new Map(this.#cache.map((key) => [key.keyId, key]));
      this.#cache = rows.map((row) => readHostKeyRow(row, known.get(row.key_id), this.#options));
      this.#cachedAt = counter;
    }
    return this.#cache;
  }
}
