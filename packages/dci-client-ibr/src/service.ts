import type { SearchCriteria } from 'dci-client';
import { type Beneficiary, type Clock, DciError } from 'dci-core';
import { type CheckDuplicationOptions, checkDuplication } from './check-duplication.ts';
import { type CheckEnrollmentOptions, checkEnrollment, type EnrollmentAnswer } from './check-enrollment.ts';
import type { DuplicationCheckLog } from './check-log.ts';
import type { DuplicationResult } from './duplication.ts';
import { type EnrollmentOptions, type EnrollmentStatusResult, getEnrollmentStatus } from './enrollment-status.ts';
import type { Registrant, RegistrantIdentifier } from './registrant.ts';
import { type EnrollmentReport, type ReportEnrollmentsOptions, reportEnrollments } from './report-enrollments.ts';
import {
  type BeneficiaryCriteria,
  type FoundBeneficiary,
  type SearchBeneficiaryOptions,
  searchBeneficiary,
} from './search-beneficiary.ts';
import { type BeneficiarySource, readSources } from './source.ts';

/** What {@link ibrService} works with. */
export interface IbrServiceOptions {
  /** The beneficiary registry, or several: a national one and those of the provinces. A `DciClient` is a source. */
  readonly clients: BeneficiarySource | readonly BeneficiarySource[];
  readonly clock: Clock;
  /** Keeps every check for duplicates; absent: none is kept. */
  readonly log?: DuplicationCheckLog;
  /** Time for the questions to each source, in seconds; absent: 30. The client's own time holds beside it. */
  readonly timeoutSeconds?: number;
  /**
   * Whether a registry that does not show identifiers in its records is believed that a record matches. Absent: no, such
   * a match is possible only.
   */
  readonly acceptUnshownIdentifiers?: boolean;
}

/** Questions to beneficiary registries, and reports to them. */
export interface IbrService {
  /** Codes of the sources. */
  readonly sources: readonly string[];
  /**
   * Finds out whether somebody is enrolled already, before they are enrolled. Asks every source for every identifier; a
   * source that failed is never taken for one that has nothing. `isClear` tells whether the way is clear.
   *
   * @param registrant - whoever is to be enrolled, with all identifiers that are known
   * @param options - programmes, question by name and birth date, who asks, time, signal
   * @returns matches with programmes and provenance, and what every source said
   * @throws DciError `err.request.bad` when there is nothing to ask for; what the log throws, because a check that is not on
   *   record is none; the reason of the signal
   */
  checkDuplication(registrant: Registrant, options?: CheckDuplicationOptions): Promise<DuplicationResult>;
  /**
   * Asks whether somebody is enrolled (OpenAPI v1.0.0, IBR `sync/enrolled`; by a search where a source has no such
   * operation).
   *
   * @param identifier - of somebody
   * @param options - programme, sources, time, signal
   * @returns `yes`, `no` or `unknown`, and what every source said
   * @throws DciError `err.request.bad`; the reason of the signal
   */
  checkEnrollment(identifier: RegistrantIdentifier, options?: CheckEnrollmentOptions): Promise<EnrollmentAnswer>;
  /**
   * Gives all enrolments of somebody with status, dates and benefits.
   *
   * @param identifier - of somebody
   * @param options - sources, time, signal
   * @returns the enrolments, and what every source said
   * @throws DciError `err.request.bad`; the reason of the signal
   */
  getEnrollmentStatus(identifier: RegistrantIdentifier, options?: EnrollmentOptions): Promise<EnrollmentStatusResult>;
  /**
   * Searches beneficiaries of all sources, page after page while they are iterated.
   *
   * @param criteria - conditions, or a search as a client takes it
   * @param options - sources and signal
   * @returns the beneficiaries with their types
   * @throws DciError from the iterator, after the beneficiaries of the other sources, when a source failed
   */
  searchBeneficiary(
    criteria: BeneficiaryCriteria | SearchCriteria,
    options?: SearchBeneficiaryOptions,
  ): AsyncIterable<FoundBeneficiary>;
  /**
   * Tells a registry of enrolments (OpenAPI v1.0.0, IBR `sync/enrollment/updates`), each once.
   *
   * @param beneficiaries - whole
   * @param options - source, size of messages, signal
   * @returns one outcome for each beneficiary
   * @throws DciError `err.request.bad` before anything is sent; the reason of the signal
   */
  reportEnrollments(
    beneficiaries: readonly Beneficiary[],
    options?: ReportEnrollmentsOptions,
  ): Promise<EnrollmentReport>;
}

const defaultTimeoutSeconds = 30;

/**
 * Makes the service of one or several beneficiary registries. Nothing is sent before the first question.
 *
 * @param options - clients, clock, log of checks
 * @returns the service
 * @throws DciError `err.configuration.invalid` for clients or a time that cannot be used
 */
export function ibrService(options: IbrServiceOptions): IbrService {
  const { clock, log, timeoutSeconds = defaultTimeoutSeconds, acceptUnshownIdentifiers = false } = options;
  const sources = readSources(options.clients);
  if (!(timeoutSeconds > 0 && timeoutSeconds <= 3600)) {
    throw new DciError('err.configuration.invalid', 'timeoutSeconds must be more than 0 and not exceed 3600', {
      path: 'timeoutSeconds',
    });
  }
  const ports = { sources, clock, log, timeoutSeconds, acceptUnshownIdentifiers };
  return {
    sources: sources.map(({ source }) => source),
    checkDuplication: (registrant, call = {}) => checkDuplication(registrant, call, ports),
    checkEnrollment: (identifier, call = {}) => checkEnrollment(identifier, call, ports),
    getEnrollmentStatus: (identifier, call = {}) => getEnrollmentStatus(identifier, call, ports),
    searchBeneficiary: (criteria, call = {}) => searchBeneficiary(criteria, call, sources),
    reportEnrollments: (beneficiaries, call = {}) => reportEnrollments(beneficiaries, call, sources),
  };
}
