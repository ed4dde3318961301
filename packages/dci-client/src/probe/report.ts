import type { DeviationCode } from './deviation.ts';

/** What came of one check. */
export type ProbeStatus = 'ok' | 'warning' | 'failed' | 'skipped';

/** What is checked. */
export type ProbeCheckName =
  /** Name, connection and TLS. */
  | 'reachability'
  /** How long the certificate of the registry is still valid. */
  | 'certificate'
  /** A credential is there, and the registry takes it. */
  | 'authorization'
  /** The registry's keys for signatures. */
  | 'keys'
  /** Its key for encryption, where messages are encrypted. */
  | 'encryption'
  /** A signed search that nobody matches. */
  | 'search'
  /** Where the reply differs from the standard; one check for each difference. */
  | 'reply'
  /** How far its clock is from ours. */
  | 'clock'
  /** Whether another dialect would fit better. */
  | 'dialect'
  /** Whether it can call us back. */
  | 'callbacks';

/** One check of a probe. Its texts hold no secret, no personal data and no text of the registry. */
export interface ProbeCheck {
  readonly name: ProbeCheckName;
  readonly status: ProbeStatus;
  /** One line. */
  readonly text: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Of a check `reply`: which difference, for programs. */
  readonly deviation?: DeviationCode;
}

/** What a probe found out. */
export interface ProbeReport {
  /** Code of the data source. */
  readonly source: string;
  /** The worst of the checks. */
  readonly status: Exclude<ProbeStatus, 'skipped'>;
  readonly checks: readonly ProbeCheck[];
}

/**
 * @param source - code of the data source
 * @param checks - in the order of the report
 * @returns the report
 */
export function probeReport(source: string, checks: readonly ProbeCheck[]): ProbeReport {
  const has = (status: ProbeStatus): boolean => checks.some((check) => check.status === status);
  return { source, status: has('failed') ? 'failed' : has('warning') ? 'warning' : 'ok', checks };
}
