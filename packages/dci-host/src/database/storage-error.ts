/** How a failure of the state database is to be taken. */
export type StorageFault = 'busy' | 'full' | 'fatal' | 'other';

/**
 * Classifies a failure of SQLite (reliability.md DB1, DB2, DB3, DB6).
 *
 * @param error - whatever was thrown
 * @returns `busy`: another process holds the write lock, trying again helps; `full`: the disk is full, the host
 * recovers by itself; `fatal`: reading or writing the file failed or the file is damaged, the process must end,
 * since after a failed fsync nobody knows what the disk holds; `other`: any other failure of SQLite; `undefined`:
 * not from SQLite
 */
export function storageFault(error: unknown): StorageFault | undefined {
  if (!(error instanceof Error) || error.name !== 'SqliteError') return undefined;
  const code = 'code' in error ? String(error.code) : '';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return 'busy';
  if (code === 'SQLITE_FULL') return 'full';
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') return 'fatal';
  return 'other';
}
