export { type AuditStoreOptions, createSqliteAuditStore } from './sqlite/audit-store.ts';
export { createSqliteOutgoingStore } from './sqlite/outgoing-store.ts';
export { createSqliteQuotaStore } from './sqlite/quota-store.ts';
export { createSqliteReplayStore } from './sqlite/replay-store.ts';
export { createSqliteSenderStore } from './sqlite/sender-store.ts';
export { createSqliteTransactionStore } from './sqlite/transaction-store.ts';
