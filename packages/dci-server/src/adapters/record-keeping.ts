import { DciError, type JsonObject } from 'dci-core';

/** An identifier of a record, its type in the registry's spelling. */
export interface IdentifierKey {
  readonly identifierType: string;
  readonly value: string;
}

/** What became of a record that was put. One that is put again as it was counts as replaced too. */
export type PutResult = 'inserted' | 'replaced';

/** Who is told of a write. */
export interface WriteOptions {
  /**
   * `none`: the change feed does not tell of it, so subscribers do not hear of it; for the first fill of a registry.
   * Absent: `feed`.
   */
  readonly changes?: 'feed' | 'none';
}

/** How a record that is put is recognised. */
export interface PutOptions extends WriteOptions {
  /**
   * Identifier types that name one record each. A record that carries the same identifier of one of these
   * types, at the first of the record type's `identifierPaths`, is replaced. Absent: all types.
   */
  readonly identifiedBy?: readonly string[];
}

/** An adapter that keeps the records itself, so that they are changed through it. */
export interface RecordKeeper {
  /**
   * Inserts a record, or replaces the one that carries one of its identifiers (at the first of the record
   * type's `identifierPaths`); the replaced one keeps its place in the keeper's own order. A record that is equal to
   * the one that is there, whatever the order of its members, changes nothing.
   *
   * @returns what was done
   * @throws DciError `err.request.bad` when it is no JSON object, `err.state.conflict` when its identifiers
   *   belong to several records
   */
  put(recordType: string, record: JsonObject, options?: PutOptions): Promise<PutResult>;
  /**
   * Deletes the record that carries an identifier at the first of the record type's `identifierPaths`, with its
   * consents.
   *
   * @returns whether there was one
   * @throws DciError `err.state.conflict` when several records carry it
   */
  delete(recordType: string, identifier: IdentifierKey, options?: WriteOptions): Promise<boolean>;
}

/** @returns the error of identifiers that belong to several records */
export function identifierConflict(): DciError {
  return new DciError('err.state.conflict', 'The identifiers belong to several records of the store.');
}

/** @returns the error of a record that is no JSON object */
export function noRecord(): DciError {
  return new DciError('err.request.bad', 'A record must be a JSON object.');
}
