import type { RegistryType } from 'dci-core';
import type { RegistryAdapter } from '../adapters/adapter.ts';
import type { EnrollmentSink } from './special/enrollment-sink.ts';

/** A registry that this server answers for. */
export interface ServedRegistry {
  readonly type: RegistryType;
  readonly adapter: RegistryAdapter;
  /** Takes beneficiaries that programmes deliver (IBR `sync/enrollment/updates`); absent: they are refused. */
  readonly onEnrollmentUpdate?: EnrollmentSink;
}
