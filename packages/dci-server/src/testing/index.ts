export { type AdapterContractOptions, type TestRunner, testRegistryAdapter } from './adapter-contract.ts';
export { type AuditStoreContractOptions, testAuditStore } from './audit-store-contract.ts';
export { type OAuthClientStoreContractOptions, testOAuthClientStore } from './oauth-client-store-contract.ts';
export {
  type OpenedOutgoingStore,
  type OutgoingStoreContractOptions,
  testOutgoingStore,
} from './outgoing-store-contract.ts';
export { type ReceiverStoreContractOptions, testReceiverStore } from './receiver-store-contract.ts';
export { type ReplayStoreContractOptions, testReplayStore } from './replay-store-contract.ts';
export { type OpenedStore, type SenderStoreContractOptions, testSenderStore } from './sender-store-contract.ts';
export {
  type OpenedSubscriptionStore,
  type SubscriptionStoreContractOptions,
  testSubscriptionStore,
} from './subscription-store-contract.ts';
export {
  type OpenedTransactionStore,
  type TransactionStoreContractOptions,
  type TransactionStores,
  testTransactionStore,
} from './transaction-store-contract.ts';
