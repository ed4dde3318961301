export type { CallbackHandler, HandlerContext } from './callbacks/handlers.ts';
export type { NotifiedEvent } from './callbacks/notifications.ts';
export { type ClientOptions, createClient } from './client.ts';
export type { DataSource, PeerKeysOption } from './data-source.ts';
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
  UnsubscribeReply,
} from './dci-client.ts';
export { type ClientFailure, clientFailure, type ProtocolFault } from './failure.ts';
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
