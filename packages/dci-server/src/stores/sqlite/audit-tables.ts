import type { Migration } from 'dci-host';

/** The audit. */
export const auditTables: Migration = {
  id: 'dci-server/0008-audit',
  sqlite: '',
};
