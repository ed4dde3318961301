import type { Migration } from 'dci-host';

/** What is known of the parties that we call, and how they are called. */
export const receiverTables: Migration = {
  id: 'dci-server/0006-receivers',
  sqlite: '',
};
