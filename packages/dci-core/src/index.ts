// ports and errors

// envelope, messages, codes (owner B)
export {
  type ReplyAction,
  type RequestAction,
  readAction,
  replyActionOf,
  requestActions,
} from './codes/action.ts';
export {
  type AckStatus,
  ackStatuses,
  type RequestStatus,
  requestStatuses,
  type SubscriptionStatus,
  subscriptionStatuses,
} from './codes/status.ts';
// keys, crypto, signing (owner A)
export { createNodeCryptoProvider, type NodeCrypto } from './crypto/node.ts';
export { createPortableCryptoProvider, type PortableCryptoOptions } from './crypto/portable.ts';
export { createRandom, type RandomSource } from './crypto/random.ts';
export { systemClock } from './crypto/system-clock.ts';
export {
  type Ack,
  type AckError,
  type AckOptions,
  ackReply,
  ackSchema,
  type ErrorReply,
  errorReply,
  type ReceivedAck,
} from './envelope/ack.ts';
export { type CallbackHeader, callbackHeaderSchema } from './envelope/callback-header.ts';
export { type EncryptedMessage, encryptedMessageSchema } from './envelope/encrypted-message.ts';
export { type Envelope, envelopeSchema } from './envelope/envelope.ts';
export { type Jwks, jwksSchema } from './envelope/jwks.ts';
export { type MessageSchema, parseMessage } from './envelope/parse-message.ts';
export { type ReplyHeader, type ReplyHeaderOptions, replyHeader } from './envelope/reply-header.ts';
export { type RequestHeader, requestHeaderSchema } from './envelope/request-header.ts';
export { formatTimestamp, parseTimestamp } from './envelope/timestamp.ts';
export {
  DciError,
  type DciErrorCode,
  type DciErrorOptions,
  type HeaderReasonCode,
  type PreciseErrorCode,
  type SearchReasonCode,
  type StandardErrorCode,
} from './errors.ts';
// JSON (owner A)
export { canonicalJson, type JsonStyle } from './json/canonical.ts';
export type { JsonDocument } from './json/document.ts';
export { envelopeDigest } from './json/envelope-digest.ts';
export { maxJsonDepth, type ReadJsonOptions, readJson } from './json/read.ts';
// queries (owner C)
export { compareCodePoints, compareCodePoints as compareText } from './json/text-order.ts';
export { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from './json/value.ts';
export { writeJson } from './json/write.ts';
export { type GenerateKeyOptions, generateKey, publicKeyOf } from './keys/generate.ts';
export { type PublishedKey, type ReadJwksOptions, readJwks, toJwks } from './keys/jwks.ts';
export type {
  Ed25519PrivateJwk,
  Ed25519PublicJwk,
  KeyState,
  PrivateKey,
  PublicKey,
  RsaPrivateJwk,
  RsaPublicJwk,
  SignatureAlgorithm,
  SigningKey,
  VerificationKey,
} from './keys/key.ts';
export { formatKid, type KidParts, parseKid } from './keys/kid.ts';
export { writePrivateKeyPem, writePublicKeyPem } from './keys/pem.ts';
export { type KeyInput, readPrivateKey, readPublicKey } from './keys/read-key.ts';
export { type RemoteJwks, type RemoteJwksOptions, remoteJwks } from './keys/remote-jwks.ts';
export type { ItemFrame, ParsedItem } from './messages/item.ts';
export type { Pagination, PaginationRequest } from './messages/pagination.ts';
export {
  parseSearchRequestItem,
  parseSearchRequestItems,
  type SearchCriteria,
  type SearchRequest,
  type SearchRequestItem,
  searchRequestSchema,
} from './messages/search-request.ts';
export {
  joinByReference,
  type ReceivedSearchResponse,
  type ReceivedSearchResponseItem,
  type SearchResponse,
  type SearchResponseData,
  type SearchResponseItem,
  searchResponseSchema,
  toRecordsForm,
} from './messages/search-response.ts';
export type { Clock, CryptoProvider, Fetch, FetchInit, LogFields, Logger, Random } from './ports.ts';
export type { AttributeScope } from './query/attribute-lookup.ts';
export { toAttributeValue } from './query/attribute-value.ts';
export { type BindingContext, bindFilter } from './query/bind-filter.ts';
export { bindSort } from './query/bind-sort.ts';
export { allOf, anyOf, negate } from './query/combine.ts';
export { compareForSort, compareRecords, sortValuesOf } from './query/compare-records.ts';
export {
  type ChosenRecordType,
  chooseRecordType,
  compileQuery,
  type QueryCompilation,
  type RecordTypeChoice,
} from './query/compile-query.ts';
export { evaluateFilter } from './query/evaluate-filter.ts';
export type {
  AndFilter,
  AttributeValue,
  ComparisonFilter,
  ComparisonOperator,
  ConstantFilter,
  ExistsFilter,
  Filter,
  IdentifierFilter,
  InFilter,
  NotFilter,
  OrFilter,
  SortKey,
} from './query/filter.ts';
export { foldText } from './query/fold-text.ts';
export { parseQuery, type QueryDialect, type QueryInput } from './query/parse-query.ts';
export { defaultQueryLimits, type QueryLimits } from './query/query-limits.ts';
export { attributePaths, attributeValues, identifiersOf, type RecordIdentifier } from './query/record-values.ts';
export type {
  ParsedQuery,
  UnboundAnd,
  UnboundComparison,
  UnboundExists,
  UnboundFilter,
  UnboundIdentifier,
  UnboundIn,
  UnboundNot,
  UnboundOr,
  UnboundValue,
} from './query/unbound-filter.ts';
export { type VerificationFailure, verificationError } from './signing/failure.ts';
export { parseSignatureParameters, type SignatureParameters } from './signing/parameters.ts';
export type { SignatureSchemeName } from './signing/scheme.ts';
export { type SignEnvelopeOptions, type SignedEnvelope, signEnvelope } from './signing/sign.ts';
export { type Verification, type VerifyEnvelopeOptions, verifyEnvelope } from './signing/verify.ts';

// mapper (owner D)
