import type { UploadLayout } from '../uploads/item-reader.ts';

/** An uploaded file that belongs to an accepted request, about to be stored with it. */
export interface NewUpload {
  /** 32 hexadecimal digits. */
  readonly uploadId: string;
  readonly layout: UploadLayout;
  /** Bytes of the file as it was received. */
  readonly bytes: number;
}

/** An uploaded file of an accepted request. */
export interface Upload extends NewUpload {
  /** Of the transaction that it belongs to. */
  readonly correlationId: string;
}

/** A file that is being received. */
export interface UploadWriter {
  readonly uploadId: string;
  write(chunk: Uint8Array): Promise<void>;
  /** All of it is on the disk when this resolves. */
  finish(): Promise<void>;
  /** Deletes it, unless a stored transaction names it. */
  discard(): Promise<void>;
}

/**
 * The uploaded files of asynchronous requests: their content in sealed files, what they are in the state database. A row is
 * written by `TransactionStore.accept`, with the transaction; a file without one is no upload.
 */
export interface UploadStore {
  /** Begins a file. */
  create(): Promise<UploadWriter>;
  /** @returns the file of a transaction; `undefined` when it has none, or none any more */
  find(correlationId: string): Promise<Upload | undefined>;
  /**
   * @param upload - the file
   * @param offset - byte to begin at
   * @returns its bytes from there
   * @throws DciError `err.internal` for a file that is not as it was stored
   */
  read(upload: NewUpload, offset: number): AsyncIterable<Uint8Array>;
  /**
   * Deletes the files that no transaction names: what a killed process was receiving. To be called while none is received.
   *
   * @returns how many there were
   */
  removeOrphans(): Promise<number>;
  /**
   * Deletes the files of transactions whose content is purged, a bounded number at a time (reliability.md SE4).
   *
   * @returns how many there were; 0 when none are left
   */
  purge(): Promise<number>;
}
