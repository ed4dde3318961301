import { identifiersOf, type JsonObject, type RecordType, type RegistryType } from 'dci-core';
import type { ConsentRequirement } from './adapter.ts';
import { anyRecipient, type Consent, type ConsentGrant, type ConsentKey } from './consent.ts';
import { type IdentifierKey, identifierConflict, type PutOptions } from './record-keeping.ts';

/** A record with its place. */
export interface KeptRecord {
  /** Insertion number, from 1; never used again. */
  readonly key: number;
  readonly record: JsonObject;
}

/** The records of one type, with their consents. */
export class MemoryRecords {
  readonly type: RecordType;
  private readonly registryType: RegistryType;
  private readonly records = new Map<number, KeptRecord>();
  private readonly consents = new Map<number, Consent[]>();
  private lastKey = 0;

  /**
   * @param type - the record type
   * @param registryType - the registry type that it belongs to
   * @param records - the first ones
   */
  constructor(type: RecordType, registryType: RegistryType, records: readonly JsonObject[]) {
    this.type = type;
    this.registryType = registryType;
    for (const record of records) this.insert(record);
  }

  /** @returns the records there are now, in the order of their insertion */
  list(): readonly KeptRecord[] {
    return [...this.records.values()];
  }

  /** @param record - a new one */
  insert(record: JsonObject): void {
    this.lastKey += 1;
    this.records.set(this.lastKey, { key: this.lastKey, record });
  }

  /**
   * @param key - of the record that it replaces
   * @param record - the new one
   */
  replace(key: number, record: JsonObject): void {
    this.records.set(key, { key, record });
  }

  /** @param key - of the record that is taken out, with its consents */
  remove(key: number): void {
    this.records.delete(key);
    this.consents.delete(key);
  }

  /**
   * @param record - a record that is put
   * @param options - by which identifier types it is recognised
   * @returns the record that it replaces
   * @throws DciError `err.state.conflict` when its identifiers belong to several records
   */
  same(record: JsonObject, { identifiedBy }: PutOptions): KeptRecord | undefined {
    const own = this.identifiers(record).filter(({ identifierType }) => identifiedBy?.includes(identifierType) ?? true);
    return own.length === 0 ? undefined : this.only((key) => own.some((other) => isEqual(other, key)));
  }

  /**
   * @param identifier - at the first of the record type's `identifierPaths`
   * @returns the record that carries it
   * @throws DciError `err.state.conflict` when several do
   */
  find(identifier: IdentifierKey): KeptRecord | undefined {
    return this.only((key) => isEqual(identifier, key));
  }

  /**
   * @param key - of a record
   * @param consent - what is consented to
   * @param grantedAt - unix milliseconds
   */
  grant(key: number, { recipient, purpose, expiresAt }: ConsentGrant, grantedAt: number): void {
    const consent = { recipient, purpose, ...(expiresAt === undefined ? {} : { expiresAt }), grantedAt };
    this.revoke(key, consent);
    const sorted = [...this.consentsOf(key), consent].sort(
      (one, other) => compare(one.recipient, other.recipient) || compare(one.purpose, other.purpose),
    );
    this.consents.set(key, sorted);
  }

  /**
   * @param key - of a record
   * @param consent - which consent
   * @returns whether there was one
   */
  revoke(key: number, { recipient, purpose }: ConsentKey): boolean {
    const before = this.consentsOf(key);
    const after = before.filter((one) => one.recipient !== recipient || one.purpose !== purpose);
    this.consents.set(key, after);
    return after.length < before.length;
  }

  /**
   * @param key - of a record
   * @returns its consents
   */
  consentsOf(key: number): readonly Consent[] {
    return this.consents.get(key) ?? [];
  }

  /**
   * @param key - of a record
   * @param consent - what is required; absent: nothing
   * @returns whether the registrant consents
   */
  isAllowed(key: number, consent: ConsentRequirement | undefined): boolean {
    if (consent === undefined) return true;
    return this.consentsOf(key).some(
      ({ recipient, purpose, expiresAt }) =>
        purpose === consent.purpose &&
        (recipient === consent.recipient || recipient === anyRecipient) &&
        (expiresAt === undefined || expiresAt > consent.at),
    );
  }

  private identifiers(record: JsonObject): readonly IdentifierKey[] {
    const [path] = this.type.identifierPaths;
    return path === undefined ? [] : identifiersOf(record, path, this.registryType);
  }

  private only(carries: (identifier: IdentifierKey) => boolean): KeptRecord | undefined {
    const [found, ...others] = this.list().filter(({ record }) => this.identifiers(record).some(carries));
    if (others.length > 0) throw identifierConflict();
    return found;
  }
}

function isEqual(one: IdentifierKey, other: IdentifierKey): boolean {
  return one.identifierType === other.identifierType && one.value === other.value;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
