export { noSuchCheck, readDecision } from './check-decision.ts';
export type { CheckDuplicationOptions } from './check-duplication.ts';
export type {
  CheckEnrollmentOptions,
  EnrolledAnswer,
  EnrollmentAnswer,
  SourceEnrolled,
} from './check-enrollment.ts';
export {
  type CheckDecision,
  type CheckQuery,
  type CheckVerdict,
  checkVerdicts,
  type DuplicationCheckLog,
  type LoggedCheck,
  type LoggedMatch,
  type LoggedSource,
  listLimit,
  type NewDuplicationCheck,
  statusesToDecide,
} from './check-log.ts';
export {
  type DoubtReason,
  type DuplicationMatch,
  type DuplicationResult,
  type DuplicationStatus,
  isClear,
  type MatchBasis,
  type MatchedProgramme,
  type QuestionOutcome,
  type SourceOutcome,
} from './duplication.ts';
export type { Enrollment, EnrollmentState, ProgrammeReference } from './enrollment.ts';
export type { EnrollmentOptions, EnrollmentStatusResult, FoundEnrollment } from './enrollment-status.ts';
export { identifierHasher } from './keyed-hash.ts';
export { type MemoryCheckLogOptions, memoryCheckLog } from './memory-check-log.ts';
export type { Disclosure } from './questions.ts';
export type { Registrant, RegistrantIdentifier, RegistrantName } from './registrant.ts';
export { registrantOf } from './registrant-of.ts';
export type { EnrollmentReport, ReportEnrollmentsOptions, ReportedEnrollment } from './report-enrollments.ts';
export type { Contradiction } from './same-person.ts';
export type { BeneficiaryCriteria, FoundBeneficiary, SearchBeneficiaryOptions } from './search-beneficiary.ts';
export { type IbrService, type IbrServiceOptions, ibrService } from './service.ts';
export { type BeneficiarySource, failureReason, type SourceFailure } from './source.ts';
