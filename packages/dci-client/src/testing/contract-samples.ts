import type { HeldSubscription } from '../callbacks/subscriptions.ts';
import type { NewTransaction, VerifiedCallback } from '../callbacks/transactions.ts';

/** @returns a request that waits for its callback */
export const transaction = (members: Partial<NewTransaction> = {}): NewTransaction => ({
  transactionId: 't1',
  source: 'crvs_main',
  action: 'search',
  messageId: 'm1',
  referenceIds: ['r1', 'r2'],
  request: { criteria: [{ query: { type: 'UIN', value: 'Secret-Élodie' } }, { big: 12345678901234567890n }] },
  handler: 'births',
  receipts: true,
  openedAt: 1_000,
  expiresAt: 9_000,
  ...members,
});

/** @returns the last callback of it */
export const callback = (members: Partial<VerifiedCallback> = {}): VerifiedCallback => ({
  messageId: 'c1',
  digest: 'd1',
  receivedAt: 2_000,
  status: 'succ',
  final: true,
  correlationId: 'registry-1',
  content: { header: {}, message: { search_response: [{ name: 'Secret-Élodie' }] }, signer: {} },
  ...members,
});

/** @returns a subscription that it makes */
export const held = (members: Partial<HeldSubscription> = {}): HeldSubscription => ({
  code: 's1',
  source: 'crvs_main',
  transactionId: 't1',
  eventTypes: ['LiveBirth'],
  state: 'active',
  receipts: false,
  since: 2_000,
  ...members,
});
