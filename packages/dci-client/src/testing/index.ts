export { testHeldSubscriptionStore } from './held-subscription-store-contract.ts';
export { testNotificationStore } from './notification-store-contract.ts';
export type { CallbackStoreContractOptions, OpenedCallbackStores, TestRunner } from './opened-stores.ts';
export { testTransactionStore } from './transaction-store-contract.ts';
