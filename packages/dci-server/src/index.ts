// the plug-in

// senders and what they may do
export { type AuditEntry, type AuditLog, auditEntriesOf, type Disclosure } from './access/audit.ts';
export type { AccessPolicy, Quota, RecordTypePolicy, RegistryPolicy } from './access/policy.ts';
export { validatePolicy } from './access/policy-schema.ts';
export { recordKeysOf } from './access/record-keys.ts';
// adapters
export type {
  ChangePage,
  ConsentRequirement,
  PagePosition,
  PageRequest,
  RecordChange,
  RecordPage,
  RecordQuery,
  RegistryAdapter,
} from './adapters/adapter.ts';
export {
  anyRecipient,
  type Consent,
  type ConsentGrant,
  type ConsentKey,
  type ConsentRegister,
} from './adapters/consent.ts';
export { type MemoryAdapter, type MemoryAdapterOptions, memoryAdapter } from './adapters/memory-adapter.ts';
export type { IdentifierKey, PutOptions, PutResult, RecordKeeper, WriteOptions } from './adapters/record-keeping.ts';
export {
  type BuildRecordStoreOptions,
  buildRecordStore,
  type FirstRecord,
} from './adapters/record-store/build-record-store.ts';
export type { ChangeRetention } from './adapters/record-store/change-log.ts';
export type {
  ImportOptions,
  ImportResult,
  RecordStore,
  RecordStoreOptions,
  RecordStoreTransaction,
} from './adapters/record-store/record-store.ts';
export { recordStoreAdapter } from './adapters/record-store/record-store-adapter.ts';
// the server without the plug-in
export {
  createServer,
  type DciServer,
  type ServerOptions,
  type ServerSurroundings,
  type UploadPath,
} from './create-server.ts';
export { type DeliverySettings, defaultDeliverySettings } from './deliver/delivery-settings.ts';
export type { PublishedEvent, PublishedResult } from './events/take-events.ts';
export { defaultLimits, type ServerLimits } from './limits.ts';
export {
  type AccessGrant,
  type AccessTokenOptions,
  type AccessTokens,
  createAccessTokens,
} from './oauth/access-token.ts';
export { type ClientRegistry, type NewClient, openClientRegistry } from './oauth/client-registry.ts';
export type { FailureLimits } from './oauth/failure-limiter.ts';
export type { OAuthOptions } from './oauth/oauth.ts';
export type { AnswerNow } from './operations/answer-now.ts';
export type { ImmediateOperation, ImmediateScope } from './operations/immediate-operation.ts';
export type { TransactionOperations } from './operations/processor.ts';
export type { ServedRegistry } from './operations/served-registry.ts';
export type { EnrollmentSink, EnrollmentUpdate } from './operations/special/enrollment-sink.ts';
export type { OperationPart, OperationScope, TransactionOperation } from './operations/transaction-operation.ts';
export { type DciServerOptions, type DciServerPlugin, dciServer } from './plugin.ts';
export { createQuotaLimiter, defaultQuota, type QuotaLimiter } from './quota/quota-limiter.ts';
export { searchWeights } from './quota/weigh-message.ts';
export type { UploadRequest } from './receive/accept-upload.ts';
export type { ReceivedRequest } from './receive/received-envelope.ts';
export type { UploadPart } from './receive/upload-parts.ts';
export type { ServerReply } from './reply/server-reply.ts';
export type { NewSender } from './senders/new-sender.ts';
export type { DialectName, PeerCredential, Sender, SenderState, SenderToken } from './senders/sender.ts';
export type { SenderConnection, SenderUpdate } from './senders/sender-connection.ts';
export {
  createSenderRegistry,
  openSenderRegistry,
  type SenderRegistry,
  type SenderRegistryOptions,
  type TokenGrant,
} from './senders/sender-registry.ts';
export type { AdapterFactory, RegistryOptions } from './served-registries.ts';
// stores
export type {
  AuditFault,
  AuditHead,
  AuditQuery,
  AuditRow,
  AuditStore,
  AuditVerification,
  AuditVerifyOptions,
} from './stores/audit.ts';
export type { ClientSecretHash, OAuthClient, OAuthClientStore } from './stores/oauth.ts';
export type {
  NewOutgoingMessage,
  OutgoingContent,
  OutgoingKind,
  OutgoingMessage,
  OutgoingQuery,
  OutgoingState,
  OutgoingStore,
} from './stores/outgoing.ts';
export type { QuotaStore, QuotaUsage, ReplayClaim, ReplayStore, SenderStore } from './stores/ports.ts';
export type { Receipt, ReceiptMessage, ReceiptStore } from './stores/receipts.ts';
export type { Receiver, ReceiverStore, ReceiverSummary } from './stores/receivers.ts';
export { migrations } from './stores/sqlite/migrations.ts';
export type {
  AddedSubscription,
  FilteredSubscription,
  NewSubscription,
  ReceivedFilter,
  Subscription,
  SubscriptionDecision,
  SubscriptionQuery,
  SubscriptionState,
  SubscriptionStore,
} from './stores/subscriptions.ts';
export type {
  Acceptance,
  AcceptOptions,
  NewTransaction,
  Transaction,
  TransactionAction,
  TransactionContent,
  TransactionProgress,
  TransactionStore,
} from './stores/transactions.ts';
export type { NewUpload, Upload, UploadStore, UploadWriter } from './stores/uploads.ts';
export { defaultSubscriptionSettings, type SubscriptionSettings } from './subscriptions/settings.ts';
export type { UploadLayout } from './uploads/item-reader.ts';
