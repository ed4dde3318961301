import { DciError, type RegistryType } from 'dci-core';
import type { RegistryAdapter } from '../adapters/adapter.ts';
import type { EnrollmentSink } from './special/enrollment-sink.ts';

/** A registry that this server answers for. */
export interface ServedRegistry {
  readonly type: RegistryType;
  readonly adapter: RegistryAdapter;
  /** Takes beneficiaries that programmes deliver (IBR `sync/enrollment/updates`); absent: they are refused. */
  readonly onEnrollmentUpdate?: EnrollmentSink;
}

/**
 * Finds the registry that a path names.
 *
 * @param registries - those of this server
 * @param registryType - the type that the path names
 * @returns the registry
 * @throws DciError `err.request.not_found` when this server has none of that type
 */
export function servedRegistry(registries: readonly ServedRegistry[], registryType: RegistryType): ServedRegistry {
  const registry = registries.find(({ type }) => type === registryType);
  if (registry === undefined) throw new DciError('err.request.not_found', 'this registry is not served here');
  return registry;
}
