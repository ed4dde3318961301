export {
  type AuthorizationPorts,
  createAuthorization,
} from './authorization/create-authorization.ts';
export { type OAuth2Options, oauth2Authorization } from './authorization/oauth2.ts';
export {
  basicAuthorization,
  bearerAuthorization,
  noAuthorization,
  type SecretHeaderOptions,
} from './authorization/secret-header.ts';
export type { CredentialsPlace } from './authorization/token-request.ts';
export { type CallbackContent, readCallbackContent } from './callbacks/callback-content.ts';
export { type CallbackPath, callbackPaths } from './callbacks/callback-kind.ts';
export { type CallbackSource, type CallbackSourceOptions, callbackSource } from './callbacks/callback-source.ts';
export {
  type CallbackWork,
  type CallbackWorkOptions,
  type CallbackWorkOutcome,
  createCallbackWork,
} from './callbacks/callback-work.ts';
export type { CallbackHandler, HandlerContext } from './callbacks/handlers.ts';
export { type CallbackRetention, maintainCallbacks } from './callbacks/maintain-callbacks.ts';
export {
  createMemoryCallbacks,
  type MemoryCallbacks,
  type MemoryCallbacksOptions,
} from './callbacks/memory/memory-callbacks.ts';
export type { MemoryLimits } from './callbacks/memory/memory-state.ts';
export {
  type CallbackStores,
  createMemoryCallbackStores,
  type MemoryCallbackStoresOptions,
} from './callbacks/memory/memory-stores.ts';
export type { Schedule } from './callbacks/memory/work-queue.ts';
export type {
  NotificationStore,
  NotifiedEvent,
  NotifiedEventState,
  StoredEvent,
  VerifiedNotification,
} from './callbacks/notifications.ts';
export { receiptsBy } from './callbacks/receipts-by.ts';
export {
  type CallbackRateLimit,
  type CallbackReceiver,
  type CallbackReceiverOptions,
  createCallbackReceiver,
} from './callbacks/receive/create-receiver.ts';
export type { CallbackDelivery, CallbackLimits, CallbackReply } from './callbacks/receive/delivery.ts';
export type { ServeOptions } from './callbacks/serve/answer-request.ts';
export { callbackFetchHandler } from './callbacks/serve/fetch-handler.ts';
export type { HeldSubscription, HeldSubscriptionState, HeldSubscriptionStore } from './callbacks/subscriptions.ts';
export type {
  AsyncAction,
  CallbackReceipt,
  NewTransaction,
  ReceivedMessage,
  StoredTransaction,
  SubscriptionChanges,
  TransactionStore,
  VerifiedCallback,
} from './callbacks/transactions.ts';
export type { CallbackWorkRequest } from './callbacks/work-request.ts';
export { type ClientOptions, createClient } from './client.ts';
export type { Authorization, CallbackOptions, DataSource, PeerKeysOption } from './data-source.ts';
export {
  type AuthorizationSettings,
  type DataSourceSettings,
  dataSourceSettingsSchema,
  type PeerKeySettings,
  type SettingsSecret,
  type TlsSettings,
} from './data-source-settings.ts';
export type {
  AsyncHandle,
  AsyncSearchOptions,
  AsyncState,
  DateRange,
  DciClient,
  ReceiptConfirmation,
  ReceiptReply,
  SpecialReply,
  StatusQuestion,
  StatusReply,
  SubscribeOptions,
  SubscribeReply,
  SubscriptionCriteria,
  SubscriptionOutcome,
  SubscriptionPart,
  UnsubscribeReply,
} from './dci-client.ts';
export { withinDeadline } from './deadline.ts';
export { isNeverSent } from './exchange/attempts.ts';
export type { ClientPorts } from './exchange/context.ts';
export { type ClientFailure, clientFailure, type FailureCause, isNotOffered, type ProtocolFault } from './failure.ts';
export type { FederatedRecord } from './federated/federated-record.ts';
export {
  createFederation,
  type FederatedOutcome,
  type FederatedResult,
  type FederatedSearchOptions,
  type Federation,
  type FederationOptions,
} from './federated/federated-search.ts';
export type { RecordGroup } from './federated/group-records.ts';
export { type PersonIdentifier, parseIdentifier } from './parse-identifier.ts';
export type { ProbeSearch } from './probe/check-search.ts';
export type {
  ConnectionFacts,
  ConnectionTarget,
  InspectConnection,
} from './probe/connection.ts';
export type { DeviationCode } from './probe/deviation.ts';
export { explainFailure, type FailureExplanation } from './probe/explain-failure.ts';
export { type ProbeOptions, type ProbePorts, probeDataSource } from './probe/probe.ts';
export type { ProbeCheck, ProbeCheckName, ProbeReport, ProbeStatus } from './probe/report.ts';
export type {
  CallOptions,
  PageOptions,
  ReplyEvidence,
  SearchCriteria,
  SearchOptions,
  SearchOutcome,
  SearchPage,
  SearchRejection,
  SearchReply,
  SearchResult,
  SortOrder,
} from './search.ts';
export {
  checkDataSourceSettings,
  type SettingsDefaults,
  type SettingsRules,
  standardRegistryTypes,
} from './settings/check-settings.ts';
export { type HostDefaults, resolveSettings, type SettingsPorts } from './settings/resolve-settings.ts';
export type { ReadSecret } from './settings/secret.ts';
export { type ConnectionTls, fetchForSource, resolveTls } from './settings/tls.ts';
