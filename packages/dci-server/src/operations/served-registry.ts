import type { RegistryType } from 'dci-core';
import type { RegistryAdapter } from '../adapters/adapter.ts';

/** A registry that this server answers for. */
export interface ServedRegistry {
  readonly type: RegistryType;
  readonly adapter: RegistryAdapter;
}
