import { mkdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from 'dci-core';
import type { Sealer, StateDatabase } from 'dci-host';
import type { UploadLayout } from '../../uploads/item-reader.ts';
import { createSealedFile, readSealedFile, type SealedFileOptions } from '../files/sealed-file.ts';
import type { NewUpload, Upload, UploadStore } from '../uploads.ts';

/** What the store works with. */
export interface UploadStoreOptions {
  readonly database: Pick<StateDatabase, 'durable' | 'commit'>;
  readonly sealer: Sealer;
  readonly random: Random;
  /** Directory of the files; made with the first one. */
  readonly directory: string;
}

const purgeBatch = 100;

/**
 * The uploaded files of a host with a SQLite state database.
 *
 * @param options - database, sealer and directory
 * @returns the store
 */
export function createSqliteUploadStore(options: UploadStoreOptions): UploadStore {
  const { database, sealer, random, directory } = options;
  const { durable } = database;
  const byTransaction = durable.prepare<[string], Row>(
    'SELECT upload_id, correlation_id, layout, bytes FROM dci_server_upload WHERE correlation_id = ?',
  );
  const one = durable.prepare<[string], unknown>('SELECT 1 FROM dci_server_upload WHERE upload_id = ?');
  const purgeable = durable
    .prepare<[number], string>(
      `SELECT upload_id FROM dci_server_upload AS u WHERE NOT EXISTS
         (SELECT 1 FROM dci_server_transaction AS t WHERE t.correlation_id = u.correlation_id AND t.content IS NOT NULL)
       LIMIT ?`,
    )
    .pluck();
  const forget = durable.prepare<[string]>('DELETE FROM dci_server_upload WHERE upload_id = ?');

  const fileOf = (uploadId: string): SealedFileOptions => ({
    path: join(directory, uploadId),
    id: Buffer.from(uploadId, 'hex'),
    sealer,
  });
  const remove = (uploadId: string): Promise<void> => rm(fileOf(uploadId).path, { force: true });

  return {
    create: async () => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      const uploadId = Buffer.from(random.bytes(16)).toString('hex');
      const file = await createSealedFile(fileOf(uploadId));
      let isOpen = true;
      return {
        uploadId,
        write: (chunk) => file.write(chunk),
        finish: async () => {
          await file.finish();
          isOpen = false;
        },
        discard: async () => {
          if (isOpen) await file.close().catch(() => {});
          isOpen = false;
          if (one.get(uploadId) === undefined) await remove(uploadId);
        },
      };
    },
    find: async (correlationId) => readRow(byTransaction.get(correlationId)),
    read: ({ uploadId }, offset) => readSealedFile(fileOf(uploadId), offset),
    removeOrphans: async () => {
      let count = 0;
      for (const name of await namesIn(directory)) {
        if (one.get(name) !== undefined) continue;
        await remove(name);
        count += 1;
      }
      return count;
    },
    purge: async () => {
      const ids = purgeable.all(purgeBatch);
      // The file first: a row without a file is found again, a file without a row only at the next start.
      for (const uploadId of ids) await remove(uploadId);
      if (ids.length > 0) {
        await database.commit(() => {
          for (const uploadId of ids) forget.run(uploadId);
        });
      }
      return ids.length;
    },
  };
}

interface Row {
  readonly upload_id: string;
  readonly correlation_id: string;
  readonly layout: string;
  readonly bytes: number;
}

function readRow(row: Row | undefined): Upload | undefined {
  if (row === undefined) return undefined;
  const { upload_id: uploadId, correlation_id: correlationId, bytes } = row;
  return { uploadId, correlationId, bytes, layout: JSON.parse(row.layout) as UploadLayout };
}

/**
 * @param database - the durable connection
 * @returns writes the row of a file, inside the commit that stores its transaction
 */
export function uploadWriter(database: StateDatabase['durable']): (upload: NewUpload, correlationId: string) => void {
  // Prepared when it is needed: most requests bring no file.
  return ({ uploadId, layout, bytes }, correlationId) => {
    database
      .prepare('INSERT INTO dci_server_upload (upload_id, correlation_id, layout, bytes) VALUES (?, ?, ?, ?)')
      .run(uploadId, correlationId, JSON.stringify(layout), bytes);
  };
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
