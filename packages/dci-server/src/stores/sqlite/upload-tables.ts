import type { Migration } from 'dci-host';

/** Uploaded files; their content is in files of their own. */
export const uploadTables: Migration = {
  id: 'dci-server/0010-uploads',
  sqlite: `
    CREATE TABLE dci_server_upload (
      upload_id TEXT PRIMARY KEY,
      correlation_id TEXT NOT NULL UNIQUE,
      layout TEXT NOT NULL,
      bytes INTEGER NOT NULL
    ) STRICT;
  `,
};
