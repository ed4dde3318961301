export { defineImport, type ImportDefinition, type ImportMatch } from './import-definition.ts';
export { type ImportHandlerOptions, importHandler } from './import-handler.ts';
export type { ImportOutcome } from './import-record.ts';
export { type ImportOptions, type ImportSummary, importRecords } from './import-records.ts';
export type { ColumnChange, ImportRows, ImportTarget, RowKey } from './import-target.ts';
export type { RowChange } from './row-change.ts';
export { type PostgresConnection, type PostgresPool, postgresImportTarget } from './stores/postgres-target.ts';
export { type SqliteConnection, sqliteImportTarget } from './stores/sqlite-target.ts';
