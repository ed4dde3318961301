import type { Migration } from 'dci-host';

/** Clients of the token endpoint. */
export const oauthTables: Migration = {
  id: 'dci-server/0009-oauth-clients',
  sqlite: '',
};
