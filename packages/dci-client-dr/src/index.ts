export type { CacheTimes } from './cache/answer-cache.ts';
export type { CachedAnswer, CacheListing, CacheSelection, DisabilityCache } from './cache/disability-cache.ts';
export { cacheSecretLength, hashIdentifier } from './cache/identifier-hash.ts';
export { createMemoryCache, type MemoryCacheOptions } from './cache/memory-cache.ts';
export type { CodedValue } from './coded-value.ts';
export type { Certification, DisabilityFinding, DisabilityStatusName, StatusBasis } from './disability-finding.ts';
export type { AnswerEvidence, DisabilitySource, LookupOptions } from './disability-source.ts';
export type { DisabilityStatus, StatusOptions, UnansweredIdentifier } from './disability-status.ts';
export type { DisabilitySupportReport, SupportItem, SupportKind } from './disability-support.ts';
export { type DrService, type DrServiceOptions, drService } from './dr-service.ts';
export type { FunctionalAssessment, FunctionalLimitation, Impairment } from './functional-assessment.ts';
export {
  type FunctionalDomain,
  type FunctionalScores,
  type FunctionalSeverity,
  functionalDomains,
  hasSevereDisability,
  type SeverityThreshold,
} from './functional-scores.ts';
export type { PwdAnswer, PwdOptions } from './pwd-answer.ts';
export type { Registrant, RegistrantIdentifier, RegistrantRecord, RegistrantReference } from './registrant.ts';
export type { SyncCounts, SyncFailure, SyncOptions, SyncReport } from './sync-disability-data.ts';
