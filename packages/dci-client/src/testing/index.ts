export { testHeldSubscriptionStore } from './held-subscription-store-contract.ts';
export { testNotificationStore } from './notification-store-contract.ts';
export type { CallbackStoreContractOptions, OpenedCallbackStores } from './opened-stores.ts';
export { type OpenedContractOptions, type TestRunner, testOpened } from './test-opened.ts';
export { testTransactionStore } from './transaction-store-contract.ts';
