import type { Migration } from 'dci-host';

/** Subscriptions, events and receipts. */
export const subscriptionTables: Migration = {
  id: 'dci-server/0007-subscriptions',
  sqlite: '',
};
