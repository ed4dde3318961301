import type { Migration } from 'dci-host';

/** Uploaded files. */
export const uploadTables: Migration = {
  id: 'dci-server/0010-uploads',
  sqlite: '',
};
