import type { AsyncHandle, CallbackHandler, SubscribeOptions, SubscribeReply } from 'dci-client';
import { type Clock, DciError } from 'dci-core';
import { type CacheTimes, checkMaxAge, createAnswerCache } from './cache/answer-cache.ts';
import type { DisabilityCache } from './cache/disability-cache.ts';
import { changeHandlerName, createChangeHandler } from './change-handler.ts';
import { checkSource, type DisabilitySource, type LookupOptions } from './disability-source.ts';
import { type DisabilityStatus, findDisabilityStatus, type StatusOptions } from './disability-status.ts';
import { type DisabilitySupportReport, findDisabilitySupport } from './disability-support.ts';
import { type FunctionalAssessment, findFunctionalAssessment } from './functional-assessment.ts';
import { type SeverityThreshold, washingtonGroupThreshold } from './functional-scores.ts';
import { askPwd, type PwdAnswer, type PwdOptions } from './pwd-answer.ts';
import { type RegistrantReference, readRegistrant } from './registrant.ts';
import { type SyncOptions, type SyncReport, syncDisabilityData } from './sync-disability-data.ts';

/** What a disability service works with. */
export interface DrServiceOptions {
  /** Asks the disability registry. */
  readonly client: DisabilitySource;
  readonly clock: Clock;
  /** Absent: every question goes to the registry. */
  readonly cache?: DisabilityCache | undefined;
  /** Seconds up to which an answer of the cache is used in place of a question; absent: one day. */
  readonly maxAge?: number | undefined;
  /** How long answers are kept. */
  readonly times?: CacheTimes | undefined;
  /**
   * From which severity on a person counts as disabled whose record gives functional scores and no status: at least one
   * domain that reaches it. Absent: 3, the line of the Washington Group. Where a record has a status, that alone counts.
   */
  readonly severityThreshold?: SeverityThreshold | undefined;
  /**
   * Whether `isPwd` takes a no of `sync/disabled` only when a search finds a record. The standard's answer is yes or no,
   * so that some registries say no without a record. Absent: yes; false is for a registry that then says neither, as
   * dci-server does, or does not let us search.
   */
  readonly confirmNo?: boolean | undefined;
}

/** Asks one disability registry (issue: DR service; OpenAPI v1.0.0, `dr_api`). */
export interface DrService {
  /** Code of the data source. */
  readonly source: string;
  /**
   * Tells what the registry knows of a registrant, from the cache where that is young enough. "No record" is `unknown`
   * with `recordFound: false`, never `not_disabled`.
   *
   * @param registrant - one or several identifiers, or a record of the registrant; all identifiers are asked for
   * @param options - greatest age, what happens on failure, signal
   * @returns status, scores, impairments, level, age
   * @throws DciError with a `ClientFailure` as cause when the registry answered for none of the identifiers;
   *   `err.request.bad` for a registrant without identifiers
   */
  getDisabilityStatus(registrant: RegistrantReference, options?: StatusOptions): Promise<DisabilityStatus>;
  /**
   * Asks for scores by domain and impairments with level, cause and onset (`sync/get-disability-details` and a search).
   *
   * @param registrant - as {@link getDisabilityStatus}
   * @param options - signal, consent, legal basis
   * @returns the assessment, always from the registry
   * @throws DciError as {@link getDisabilityStatus}
   */
  getFunctionalAssessment(registrant: RegistrantReference, options?: LookupOptions): Promise<FunctionalAssessment>;
  /**
   * Asks what support a person needs or has (`sync/get-disability-support`, else a search).
   *
   * @param registrant - as {@link getDisabilityStatus}
   * @param options - signal, consent, legal basis
   * @returns the support, always from the registry
   * @throws DciError as {@link getDisabilityStatus}
   */
  getDisabilitySupport(registrant: RegistrantReference, options?: LookupOptions): Promise<DisabilitySupportReport>;
  /**
   * Asks whether somebody is certified as a person with disability now (`sync/disabled`, else a search).
   *
   * @param registrant - as {@link getDisabilityStatus}
   * @param options - greatest age of a known status that counts as the answer, signal
   * @returns yes, no or unknown; `no` only when the registry says so or the certification has run out
   * @throws DciError with a `ClientFailure` as cause when an identifier was not answered for and no other says yes
   */
  isPwd(registrant: RegistrantReference, options?: PwdOptions): Promise<PwdAnswer>;
  /**
   * Fetches what the registry knows of many registrants into the cache. What fails is counted and typed, and leaves what
   * was known; the same call again goes on where it stopped.
   *
   * @param registrants - whom to ask for, taken as they are needed
   * @param options - greatest age, batches, signal, progress
   * @returns counts
   * @throws DciError `err.configuration.invalid` without a cache, `err.request.bad` for an option that cannot be used
   */
  syncDisabilityData(
    registrants: Iterable<RegistrantReference> | AsyncIterable<RegistrantReference>,
    options?: SyncOptions,
  ): Promise<SyncReport>;
  /**
   * Forgets what the cache knows of a registrant.
   *
   * @param registrant - as {@link getDisabilityStatus}
   * @returns how many of its identifiers were known
   * @throws DciError `err.request.bad` for a registrant without identifiers
   */
  forget(registrant: RegistrantReference): Promise<number>;
  /** Keeps the cache right when the registry notifies of changes; for `handle` of the client plug-in, or `handlers`. */
  readonly changeHandler: CallbackHandler;
  /**
   * Subscribes to the changes of the registry, with {@link changeHandler} as their handler.
   *
   * @param options - signal, receipts
   * @returns a handle, once the registry has acknowledged
   * @throws DciError as `DciClient.subscribe`
   */
  subscribeChanges(options?: Omit<SubscribeOptions, 'handler'>): Promise<AsyncHandle<SubscribeReply>>;
}

const defaultMaxAge = 86_400;

/**
 * Makes the service of a disability registry.
 *
 * @param options - client, time, cache
 * @returns the service
 * @throws DciError `err.configuration.invalid` for a client of another kind of registry, or an option that cannot be used
 * @example
 * ```ts
 * const service = drService({ client, clock: systemClock, cache: createMemoryCache({ random }) });
 * const status = await service.getDisabilityStatus({ type: 'UIN', value: '1234567897' });
 * ```
 */
export function drService(options: DrServiceOptions): DrService {
  const { clock } = options;
  const source = checkSource(options.client);
  const answers = createAnswerCache({ cache: options.cache, source: source.source, clock, times: options.times });
  const maxAge = checkMaxAge(options.maxAge ?? defaultMaxAge);
  const threshold = checkThreshold(options.severityThreshold ?? washingtonGroupThreshold);
  const context = { source, clock, answers, maxAge, threshold, confirmNo: options.confirmNo ?? true };
  return {
    source: source.source,
    getDisabilityStatus: (registrant, status) => findDisabilityStatus(context, registrant, status),
    getFunctionalAssessment: (registrant, lookup) => findFunctionalAssessment(context, registrant, lookup),
    getDisabilitySupport: (registrant, lookup) => findDisabilitySupport(context, registrant, lookup),
    isPwd: (registrant, question) => askPwd(context, registrant, question),
    syncDisabilityData: (registrants, sync) => syncDisabilityData(context, registrants, sync),
    forget: async (registrant) => {
      const { cache } = answers;
      const keys = readRegistrant(registrant).map((identifier) => cache?.keyOf(source.source, identifier) ?? '');
      return (await cache?.forget(keys)) ?? 0;
    },
    changeHandler: createChangeHandler({ source: source.source, clock, answers, threshold }),
    subscribeChanges: (subscribe = {}) =>
      source.subscribe(
        { eventTypes: ['REGISTER', 'UPDATE', 'DELETE'], recordType: 'DisabledPerson' },
        { ...subscribe, handler: changeHandlerName(source.source) },
      ),
  };
}

function checkThreshold(threshold: SeverityThreshold): SeverityThreshold {
  if ([2, 3, 4].includes(threshold)) return threshold;
  throw new DciError('err.configuration.invalid', 'severityThreshold must be 2, 3 or 4', { path: 'severityThreshold' });
}
