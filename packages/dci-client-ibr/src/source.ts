import { type ClientFailure, clientFailure, type DciClient } from 'dci-client';
import { DciError, type DciErrorCode } from 'dci-core';

/** What the service uses of a client; a `DciClient` of a beneficiary registry is one. */
export type BeneficiarySource = Pick<DciClient, 'source' | 'registry' | 'search' | 'searchBatch' | 'pages' | 'call'>;

/**
 * Why a source gave no answer, or none that can be relied on. Texts of the registry in it can hold personal data: they
 * are for the person who asked, never for a log.
 */
export type SourceFailure =
  | ClientFailure
  /** The registry took the question and answered nothing yet. */
  | { readonly kind: 'pending' }
  /** The registry counts more records than it gave, and does not say how to get the others. */
  | { readonly kind: 'truncated' }
  /** More records than a check reads. */
  | { readonly kind: 'too_many'; readonly limit: number }
  /** A record is about somebody else than was asked for, so that the registry seems to answer another question. */
  | { readonly kind: 'other_record' }
  /** The question could not be put, for example because the data source is disabled. */
  | { readonly kind: 'error'; readonly code: DciErrorCode };

/**
 * @param error - what a call of a client threw
 * @returns why it failed
 */
export function sourceFailure(error: unknown): SourceFailure {
  const failure = clientFailure(error);
  if (failure !== undefined) return failure;
  return { kind: 'error', code: error instanceof DciError ? error.code : 'err.internal' };
}

/**
 * Names a failure without anything that the registry wrote freely, for logs and stores.
 *
 * @param failure - a failure
 * @returns for example `timeout`, `rejected rjct.filter.invalid`, `protocol other_items`
 */
export function failureReason(failure: SourceFailure): string {
  switch (failure.kind) {
    case 'refused':
    case 'rejected': {
      const { kind, peerCode } = failure;
      return peerCode !== undefined && /^(rjct|err)\.[a-z_.]{1,60}$/.test(peerCode) ? `${kind} ${peerCode}` : kind;
    }
    case 'signature':
      return `signature ${failure.reason}`;
    case 'protocol':
      return `protocol ${failure.fault}`;
    case 'error':
      return `error ${failure.code}`;
    default:
      return failure.kind;
  }
}

/** Types of the standard that hold no beneficiaries. */
const otherRegistries: readonly string[] = ['social', 'crvs', 'dr', 'fr'];

/**
 * Checks the sources of a service.
 *
 * @param clients - one or several
 * @returns them as a list
 * @throws DciError `err.configuration.invalid` for none, two of one code, or one of another kind of registry
 */
export function readSources(clients: BeneficiarySource | readonly BeneficiarySource[]): readonly BeneficiarySource[] {
  const sources = isList(clients) ? clients : [clients];
  if (sources.length === 0) throw badSources('there is no source to ask');
  if (new Set(sources.map(({ source }) => source)).size !== sources.length) {
    throw badSources('two sources have one code');
  }
  for (const source of sources) requireBeneficiaries(source);
  return sources;
}

/**
 * @param source - a source
 * @throws DciError `err.configuration.invalid` when its registry is of a type that holds no beneficiaries
 */
export function requireBeneficiaries({ source, registry }: Pick<BeneficiarySource, 'source' | 'registry'>): void {
  if (otherRegistries.includes(registry)) throw badSources(`source ${source} is no registry of beneficiaries`);
}

/**
 * @param sources - the sources of a service
 * @param codes - those that are wanted; absent: all
 * @returns the wanted sources, in the service's order
 * @throws DciError `err.request.bad` for a code that none has
 */
export function chooseSources(
  sources: readonly BeneficiarySource[],
  codes: readonly string[] | undefined,
): readonly BeneficiarySource[] {
  if (codes === undefined) return sources;
  const known = sources.map(({ source }) => source);
  if (codes.length === 0 || codes.some((code) => !known.includes(code))) {
    throw new DciError('err.request.bad', `sources must name some of ${known.join(', ')}`, { path: 'sources' });
  }
  return sources.filter(({ source }) => codes.includes(source));
}

const isList = (clients: BeneficiarySource | readonly BeneficiarySource[]): clients is readonly BeneficiarySource[] =>
  Array.isArray(clients);

function badSources(fault: string): DciError {
  return new DciError('err.configuration.invalid', `beneficiary registries: ${fault}`, { path: 'clients' });
}
