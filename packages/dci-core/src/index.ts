// ports and errors

export {
  assistanceUnit,
  disabilityType,
  educationLevel,
  employmentStatus,
  functionalLimitationType,
  functionalSeverity,
  identifierTypeCode,
  incomeLevel,
  languageCode,
  maritalStatus,
  occupation,
  sexCategory,
} from './code-lists/core.ts';
export { vitalEventType } from './code-lists/crvs.ts';
export { type CodeListDefinition, defineCodeList } from './code-lists/define.ts';
export {
  animalAssistance,
  assistiveTechnology,
  disabilityLevel,
  disabilityOnset,
  disabilityStatus,
  housingSupport,
  housingType,
  humanAssistanceType,
  impairmentCause,
  impairmentLevel,
  impairmentType,
  medicalCare,
  supportFrequency,
  supportStatus,
  transportRequirement,
} from './code-lists/dr.ts';
export { employmentServiceEnrolmentStatus, employmentType, unemploymentReason } from './code-lists/ess.ts';
export {
  agriSupportActivity,
  animals,
  aquaculture,
  aquaSupportActivity,
  cropActivity,
  cropEndUse,
  cropType,
  equipmentSource,
  farmType,
  fertilizerType,
  forestActivity,
  irrigationWater,
  landTenure,
  livestockSystem,
  machinery,
  measurementUnit,
} from './code-lists/fr.ts';
export {
  benefitType,
  contributionType,
  enrollmentStatus,
  institutionType,
  legalStatus,
  programmeType,
  socialProtectionFunction,
} from './code-lists/ibr.ts';
export { biometricDataType } from './code-lists/id.ts';
export { relationshipType } from './code-lists/relationship.ts';
export {
  type ReplyAction,
  type RequestAction,
  readAction,
  replyActionOf,
  requestActions,
} from './codes/action.ts';
export {
  deleteEvent,
  endedEnrollment,
  enrollmentEvents,
  newHouseholdMemberEvent,
  registerEvent,
  updateEvent,
  vitalEvents,
} from './codes/event-type.ts';
export {
  civilIdentifierTypes,
  farmerIdentifierTypes,
  furtherIdentifierTypes,
  standardIdentifierTypes,
} from './codes/identifier-type.ts';
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
// dialects
export {
  type CriteriaContext,
  type Dialect,
  type DialectCall,
  defineDialect,
  type MessageContext,
  type MessageParties,
  type NeutralQuery,
  type ReadRefusal,
  type ReplyContext,
  type ShippedDialect,
  type WrittenQuery,
} from './dialect/dialect.ts';
export { dialects, findDialect } from './dialect/dialects.ts';
export { readErrorCode } from './dialect/error-code.ts';
export { readCopiedParties, withAllHeaderFields } from './dialect/header.ts';
export { mapConditions, type UnboundCondition } from './dialect/map-conditions.ts';
export { neutralQuery } from './dialect/neutral-query.ts';
export {
  opencrvs2025Dialect,
  opencrvs2026Dialect,
  opencrvsDialect,
  opencrvsDialects,
} from './dialect/opencrvs.ts';
export { openg2pDialect } from './dialect/openg2p.ts';
export { opensppDialect } from './dialect/openspp.ts';
export { spdciDialect } from './dialect/spdci.ts';
export { withUnfoundItems } from './dialect/unfound-items.ts';
export { writeCel } from './dialect/write-cel.ts';
export { writeMongoExpression } from './dialect/write-mongo-expression.ts';
export { writePredicateList } from './dialect/write-predicate-list.ts';
export { writeRangeExpression } from './dialect/write-range-expression.ts';
export { writeSequenceExpression } from './dialect/write-seq-expression.ts';
export { type DecryptOptions, decryptMessage } from './encryption/decrypt.ts';
export { type EncryptOptions, encryptMessage, type WrittenEncryptedMessage } from './encryption/encrypt.ts';
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
  type SubscribeReasonCode,
  type UnsubscribeReasonCode,
} from './errors.ts';
// JSON (owner A)
export { canonicalJson, type JsonStyle } from './json/canonical.ts';
export type { JsonDocument } from './json/document.ts';
export { envelopeDigest } from './json/envelope-digest.ts';
export { type ReadJsonOptions, readJson } from './json/read.ts';
// queries (owner C)
export { compareCodePoints } from './json/text-order.ts';
export { isJsonObject, type JsonArray, type JsonObject, type JsonValue } from './json/value.ts';
export { writeJson } from './json/write.ts';
export {
  decryptionKeyFromJwk,
  encryptionKeyFromJwk,
  encryptionKeyOf,
  type GenerateEncryptionKeyOptions,
  generateEncryptionKey,
} from './keys/encryption-jwk.ts';
export type {
  DecryptionKey,
  EncryptionAlgorithm,
  EncryptionKey,
  EncryptionPrivateKey,
  EncryptionPublicKey,
  X25519PrivateJwk,
  X25519PublicJwk,
} from './keys/encryption-key.ts';
export { type GenerateKeyOptions, generateKey, publicKeyOf } from './keys/generate.ts';
export {
  type PublishedEncryptionKey,
  type PublishedKey,
  type ReadJwksOptions,
  readEncryptionJwks,
  readJwks,
  toJwks,
} from './keys/jwks.ts';
export type {
  EcPrivateJwk,
  EcPublicJwk,
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
export {
  type KeyInput,
  readDecryptionKey,
  readEncryptionKey,
  readPrivateKey,
  readPublicKey,
} from './keys/read-key.ts';
export { type RemoteJwks, type RemoteJwksOptions, remoteJwks } from './keys/remote-jwks.ts';
export { jwkThumbprint } from './keys/thumbprint.ts';
// mapper (owner D)
export { asCode, type CodeConversionOptions } from './mapper/code-conversion.ts';
export { type ColumnCondition, type ColumnReference, columnsFor, type RowReference } from './mapper/columns-for.ts';
export { asBoolean, asDecimal, asInteger, asText, type Conversion } from './mapper/conversion.ts';
export { asDate, asDateTime, type DateStorage, type DateTimeStorage } from './mapper/date-conversion.ts';
export { defineMapping, type Mapping } from './mapper/define.ts';
export type {
  ColumnField,
  ColumnTranslation,
  ComputedColumn,
  ComputedField,
  ConstantField,
  CountField,
  Direction,
  ElementField,
  FieldMapping,
  ListField,
  MappingDefinition,
  Relation,
  RootTable,
  ValuesField,
} from './mapper/definition.ts';
export type { LookupTable } from './mapper/lookup.ts';
export type { ResPartnerOptions, ResPartnerTables } from './mapper/presets/res-partner.ts';
export { type ResPartnerGroupOptions, resPartnerGroup } from './mapper/presets/res-partner-group.ts';
export { resPartnerPerson } from './mapper/presets/res-partner-person.ts';
export type { Row, RowSet, RowValue } from './mapper/row.ts';
export { type ToRecordOptions, toRecord } from './mapper/to-record.ts';
export { type ToRowsOptions, toRows } from './mapper/to-rows.ts';
export {
  type DisabilityInfoItem,
  type DisabledRequest,
  type DisabledResponse,
  type DisabledResponseItem,
  disabledRequestSchema,
  disabledResponseSchema,
  type ReceivedDisabledResponse,
} from './messages/disabled.ts';
export {
  type EnrolledRequest,
  type EnrolledResponse,
  type EnrolledResponseItem,
  enrolledRequestSchema,
  enrolledResponseSchema,
  type ReceivedEnrolledResponse,
} from './messages/enrolled.ts';
export {
  type EnrollmentUpdatesRequest,
  type EnrollmentUpdatesResponse,
  type EnrollmentUpdatesResponseItem,
  enrollmentUpdatesRequestSchema,
} from './messages/enrollment-updates.ts';
export type { ItemFrame, ParsedItem } from './messages/item.ts';
export {
  type NotifyEvent,
  type NotifyRequest,
  notifyRequestSchema,
  type ReceivedNotifyEvent,
  type ReceivedNotifyRequest,
} from './messages/notify.ts';
export { type Pagination, type PaginationRequest, paginationRequestSchema } from './messages/pagination.ts';
export {
  type ReceiptRequest,
  type ReceiptResponse,
  type ReceiptResponseItem,
  type ReceivedReceiptResponse,
  receiptRequestSchema,
  receiptResponseSchema,
} from './messages/receipt.ts';
export {
  parseSearchRequestItem,
  parseSearchRequestItems,
  type SearchCriteria,
  type SearchRequest,
  type SearchRequestItem,
  searchCriteriaSchema,
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
export { type SpecialCriteria, specialCriteriaSchema } from './messages/special-criteria.ts';
export {
  parseSubscribeRequestItem,
  parseSubscribeRequestItems,
  type SubscribeCriteria,
  type SubscribeRequest,
  type SubscribeRequestItem,
  type SubscriptionFrequency,
  subscribeCriteriaSchema,
  subscribeRequestSchema,
} from './messages/subscribe-request.ts';
export {
  type ReceivedSubscribeResponse,
  type SubscribeResponse,
  type SubscribeResponseItem,
  type SubscriptionInfo,
  subscribeResponseSchema,
} from './messages/subscribe-response.ts';
export {
  type ReceivedTxnStatusResponse,
  type TransactionAttribute,
  type TransactionType,
  type TxnStatusRequest,
  type TxnStatusResponse,
  transactionAttributes,
  transactionTypes,
  txnStatusRequestSchema,
  txnStatusResponseSchema,
} from './messages/txn-status.ts';
export {
  type ReceivedUnsubscribeResponse,
  type UnsubscribeRequest,
  type UnsubscribeResponse,
  unsubscribeRequestSchema,
  unsubscribeResponseSchema,
} from './messages/unsubscribe.ts';
export type { YesNo } from './messages/yes-no.ts';
export { nearestName } from './nearest-name.ts';
export type { Clock, CryptoProvider, Fetch, FetchInit, LogFields, Logger, Random } from './ports.ts';
export type { AttributeScope } from './query/attribute-lookup.ts';
export { type AttributePath, type AttributePathStep, parseAttributePath } from './query/attribute-path.ts';
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
export { type Address, addressSchema, addressShape } from './records/address.ts';
export { type Beneficiary, beneficiarySchema, beneficiaryShape } from './records/beneficiary.ts';
export { type CrvsPerson, crvsPersonSchema, crvsPersonShape } from './records/crvs.ts';
export { type DisabilityInfo, disabilityInfoSchema, disabilityInfoShape } from './records/disability-info.ts';
export {
  animalAssistanceShape,
  assistiveTechnologyShape,
  type DisabilitySupport,
  disabilitySupportSchema,
  disabilitySupportShape,
  housingSupportShape,
  humanAssistanceShape,
  medicalCareShape,
} from './records/disability-support.ts';
export {
  type DisabilityDetails,
  type DisabledPerson,
  disabilityDetailsSchema,
  disabilityDetailsShape,
  disabledPersonSchema,
  disabledPersonShape,
} from './records/disabled-person.ts';
export {
  type EmploymentInfo,
  type EmploymentMember,
  employmentInfoSchema,
  employmentInfoShape,
  employmentMemberSchema,
  employmentMemberShape,
} from './records/employment.ts';
export {
  type CropDetails,
  cropDetailsSchema,
  cropDetailsShape,
  type FarmInfo,
  type FarmingActivities,
  farmInfoSchema,
  farmInfoShape,
  farmingActivitiesSchema,
  farmingActivitiesShape,
  type LivestockDetails,
  livestockDetailsSchema,
  livestockDetailsShape,
  type Machineries,
  machineriesSchema,
  machineriesShape,
} from './records/farm.ts';
export { type Farmer, farmerSchema, farmerShape } from './records/farmer.ts';
export * as field from './records/field.ts';
export {
  type GeoCoordinates,
  type GeoLocation,
  type GeoShape,
  geoCoordinatesSchema,
  geoCoordinatesShape,
  geoLocationSchema,
  geoLocationShape,
  geoShapeSchema,
  geoShapeShape,
} from './records/geo.ts';
export { type Group, groupSchema, groupShape } from './records/group.ts';
export { type Identifier, identifierSchema, identifierShape } from './records/identifier.ts';
export {
  type BiometricData,
  biometricDataSchema,
  biometricDataShape,
  type IdentityPerson,
  identityPersonSchema,
  identityPersonShape,
} from './records/identity.ts';
export {
  type Member,
  memberSchema,
  memberShape,
  type RelatedPerson,
  relatedPersonSchema,
  relatedPersonShape,
} from './records/member.ts';
export { type Name, nameSchema, nameShape } from './records/name.ts';
export { type Person, personSchema, personShape } from './records/person.ts';
export { type Place, placeSchema, placeShape } from './records/place.ts';
export {
  type Benefit,
  type BenefitFrequency,
  benefitFrequencySchema,
  benefitFrequencyShape,
  benefitSchema,
  benefitShape,
  type Programme,
  programmeSchema,
  programmeShape,
} from './records/programme.ts';
export { recordReader } from './records/read-record.ts';
export {
  defineShape,
  type Field,
  type Fields,
  type FromText,
  type ObjectOf,
  type Shape,
  type ShapeOptions,
} from './records/shape.ts';
export {
  enrolledProgramShape,
  householdInfoShape,
  type SocialPerson,
  socialPersonSchema,
  socialPersonShape,
} from './records/social.ts';
export {
  type AttributeEntries,
  attributesOf,
  joinAttributes,
  type MemberAttribute,
  nestAttributes,
  pickAttributes,
} from './registry-type/attributes.ts';
export { crvs } from './registry-type/crvs.ts';
export {
  type AttributeDefinition,
  type AttributeTable,
  type AttributeType,
  type CodeList,
  defineRegistryType,
  type EventCondition,
  type EventType,
  type IdentifierType,
  type ReadRecord,
  type RecordChangeKind,
  type RecordType,
  type RecordWarning,
  type RegistryType,
  type SpecialOperation,
} from './registry-type/define.ts';
export { dr } from './registry-type/dr.ts';
export { type ChangedRecord, eventTypesOf } from './registry-type/event-types-of.ts';
export { fr } from './registry-type/fr.ts';
export { groupAttributes, groupIdentifierPaths, sensitiveGroupPaths } from './registry-type/group-attributes.ts';
export { ibr } from './registry-type/ibr.ts';
export {
  circumstanceAttributes,
  memberAttributes,
  memberIdentifierPaths,
  sensitiveCircumstancePaths,
  sensitiveMemberPaths,
} from './registry-type/member-attributes.ts';
export { personAttributes, sensitivePersonPaths } from './registry-type/person-attributes.ts';
export {
  type ResolvedRegType,
  resolveEventType,
  resolveIdentifierType,
  resolveRecordType,
  resolveRegType,
} from './registry-type/resolve.ts';
export { social } from './registry-type/social.ts';
export { type VerificationFailure, verificationError } from './signing/failure.ts';
export { parseSignatureParameters, type SignatureParameters } from './signing/parameters.ts';
export type { SignatureSchemeName } from './signing/scheme.ts';
export { signatureSchemeNames } from './signing/schemes.ts';
export {
  type SignDocumentOptions,
  type SignEnvelopeOptions,
  type SignedEnvelope,
  type SigningOptions,
  signDocument,
  signEnvelope,
} from './signing/sign.ts';
export { signatureKeyId } from './signing/signature-key-id.ts';
export { type Verification, type VerifyEnvelopeOptions, verifyEnvelope } from './signing/verify.ts';
