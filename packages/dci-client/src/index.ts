export { type ClientOptions, createClient, type DciClient } from './client.ts';
export type { DataSource, PeerKeysOption } from './data-source.ts';
export { type ClientFailure, clientFailure, type ProtocolFault } from './failure.ts';
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
