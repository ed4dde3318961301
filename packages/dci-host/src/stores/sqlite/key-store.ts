import type { Database, Statement } from 'better-sqlite3';
import {
  type Clock,
  DciError,
  generateKey,
  type PrivateKey,
  type PublicKey,
  type PublishedKey,
  publicKeyOf,
  type Random,
  type SignatureAlgorithm,
  type SigningKey,
} from 'dci-core';
import type { KeySettings } from '../../config/host-config.ts';
import type { GenerateOptions, HostKey, KeyStore, RotateOptions, Rotation } from '../../keys/key-store.ts';
import type { Sealer } from '../../keys/seal.ts';

const purpose = 'dci-host/private-key';
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

interface KeyRow {
  readonly key_id: string;
  readonly algorithm: SignatureAlgorithm;
  readonly state: HostKey['state'];
  readonly public_jwk: string;
  readonly sealed_private_jwk: Uint8Array | null;
  readonly created_at: number;
  readonly activated_at: number | null;
  readonly not_after: number | null;
  readonly revoked_at: number | null;
}

interface CachedKey extends HostKey {
  readonly signing?: SigningKey;
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
  #cache: readonly CachedKey[] = [];

  constructor(options: KeyStoreOptions) {
    this.#options = options;
    this.#counter = options.database.prepare<[], number>('SELECT counter FROM dci_host_key_change').pluck();
  }

  async active(): Promise<SigningKey> {
    const now = this.#options.clock.now();
    const key = this.#keys().find((candidate) => candidate.state === 'active' && isValid(candidate, now));
    if (key?.signing === undefined)
      throw new DciError('err.service.unavailable', 'this host has no active signing key');
    return key.signing;
  }

  async published(): Promise<readonly PublishedKey[]> {
    const { clock, senderId } = this.#options;
    const now = clock.now();
    return this.#keys()
      .filter((key) => (key.state === 'active' || key.state === 'retiring') && isValid(key, now))
      .map(({ keyId, publicKey }) => ({ senderId, keyId, publicKey }));
  }

  async generate(options: GenerateOptions = {}): Promise<HostKey> {
    const key = await this.#newKey(options.algorithm);
    this.#insert(key, options.state ?? 'active', options.validDays);
    return this.#get(key.keyId);
  }

  async rotate(options: RotateOptions = {}): Promise<Rotation> {
    const { database, clock, settings } = this.#options;
    const created = options.keyId === undefined ? await this.#newKey(options.algorithm) : undefined;
    const replaced = database.transaction(() => {
      const now = clock.now();
      const activeIds = this.#keys()
        .filter(({ state }) => state === 'active')
        .map(({ keyId }) => keyId);
      const retire = database.prepare(
        `UPDATE dci_host_key SET state = 'retiring', not_after = min(coalesce(not_after, @until), @until) WHERE key_id = @keyId`,
      );
      const until = now + (options.retireDays ?? settings.retireDays) * day;
      for (const keyId of activeIds) retire.run({ keyId, until });
      if (created !== undefined) this.#insert(created, 'active');
      else this.#activate(options.keyId ?? '', now);
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
    return this.#keys().map(withoutSigning);
  }

  async #newKey(algorithm: SignatureAlgorithm = this.#options.settings.algorithm): Promise<NewKey> {
    const { clock, random } = this.#options;
    const date = new Date(clock.now()).toISOString().slice(0, 10);
    const suffix = Buffer.from(random.bytes(4)).toString('hex');
    return { keyId: `${date}-${suffix}`, privateKey: await generateKey(algorithm, { random }) };
  }

  #insert({ keyId, privateKey }: NewKey, state: 'active' | 'pending', validDays?: number): void {
    const { database, sealer, clock } = this.#options;
    const now = clock.now();
    database
      .prepare(
        `INSERT INTO dci_host_key
           (key_id, algorithm, state, public_jwk, sealed_private_jwk, created_at, activated_at, not_after)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        keyId,
        privateKey.algorithm,
        state,
        JSON.stringify(publicKeyOf(privateKey).jwk),
        sealer.seal(new TextEncoder().encode(JSON.stringify(privateKey.jwk)), purpose),
        now,
        state === 'active' ? now : null,
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
    return withoutSigning(key);
  }

  /** Every key, the newest active one first. */
  #keys(): readonly CachedKey[] {
    const counter = this.#counter.get() ?? 0;
    if (counter !== this.#cachedAt) {
      const rows = this.#options.database
        .prepare<[], KeyRow>(
          'SELECT * FROM dci_host_key ORDER BY coalesce(activated_at, created_at) DESC, sequence DESC',
        )
        .all();
      const known = new Map(this.#cache.map((key) => [key.keyId, key]));
      this.#cache = rows.map((row) => this.#read(row, known.get(row.key_id)));
      this.#cachedAt = counter;
    }
    return this.#cache;
  }

  #read(row: KeyRow, known: CachedKey | undefined): CachedKey {
    const signing = row.state === 'active' ? (known?.signing ?? this.#open(row)) : undefined;
    return {
      keyId: row.key_id,
      algorithm: row.algorithm,
      state: row.state,
      publicKey: known?.publicKey ?? ({ algorithm: row.algorithm, jwk: JSON.parse(row.public_jwk) } as PublicKey),
      createdAt: row.created_at,
      ...(row.activated_at === null ? {} : { activatedAt: row.activated_at }),
      ...(row.not_after === null ? {} : { notAfter: row.not_after }),
      ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
      ...(signing === undefined ? {} : { signing }),
    };
  }

  #open(row: KeyRow): SigningKey | undefined {
    const plain = row.sealed_private_jwk && this.#options.sealer.open(row.sealed_private_jwk, purpose);
    if (!plain) return undefined;
    const privateKey = { algorithm: row.algorithm, jwk: JSON.parse(new TextDecoder().decode(plain)) } as PrivateKey;
    return { senderId: this.#options.senderId, keyId: row.key_id, privateKey };
  }
}

interface NewKey {
  readonly keyId: string;
  readonly privateKey: PrivateKey;
}

function isValid(key: HostKey, now: number): boolean {
  return key.notAfter === undefined || now < key.notAfter;
}

function withoutSigning({ signing: _signing, ...key }: CachedKey): HostKey {
  return key;
}
