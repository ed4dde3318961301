// ports and errors
export {
  DciError,
  type DciErrorCode,
  type DciErrorOptions,
  type HeaderReasonCode,
  type PreciseErrorCode,
  type SearchReasonCode,
  type StandardErrorCode,
} from './errors.ts';
export type { Clock, CryptoProvider, Fetch, FetchInit, LogFields, Logger, Random } from './ports.ts';

// JSON (owner A)
export { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from './json/value.ts';

// keys, crypto, signing (owner A)
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

// envelope, messages, codes (owner B)

// records, code lists, registry types (owner B)
export type {
  AttributeDefinition,
  AttributeTable,
  AttributeType,
  CodeList,
  EventType,
  IdentifierType,
  ReadRecord,
  RecordType,
  RecordWarning,
  RegistryType,
  SpecialOperation,
} from './registry-type/define.ts';

// queries (owner C)
export type {
  AndFilter,
  AttributeValue,
  ComparisonFilter,
  ComparisonOperator,
  ExistsFilter,
  Filter,
  IdentifierFilter,
  InFilter,
  NotFilter,
  OrFilter,
  SortKey,
} from './query/filter.ts';

// mapper (owner D)
