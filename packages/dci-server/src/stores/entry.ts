export { type AuditStoreOptions, createSqliteAuditStore } from './sqlite/audit-store.ts';
export { createSqliteQuotaStore } from './sqlite/quota-store.ts';
export { createSqliteReplayStore } from './sqlite/replay-store.ts';
export { createSqliteSenderStore } from './sqlite/sender-store.ts';
