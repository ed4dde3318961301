import { DciError, type RegistryType } from 'dci-core';
import type { HostContext } from 'dci-host';
import type { RegistryAdapter } from './adapters/adapter.ts';
import type { ServedRegistry } from './operations/served-registry.ts';
import type { EnrollmentSink } from './operations/special/enrollment-sink.ts';

/** Makes or opens an adapter when the host starts. */
export type AdapterFactory = (context: HostContext) => RegistryAdapter | Promise<RegistryAdapter>;

/** A registry to serve. */
export interface RegistryOptions {
  readonly type: RegistryType;
  /** Where its records come from; a function is called once when the host starts, and what it opens is closed at the end. */
  readonly adapter: RegistryAdapter | AdapterFactory;
  /** Name of this registry in health checks and logs. Default: the name of its type. */
  readonly name?: string;
  /**
   * Takes beneficiaries that programmes deliver to an IBR (`sync/enrollment/updates`), one by one. Absent: such calls are
   * answered `rjct.action.not_supported`.
   */
  readonly onEnrollmentUpdate?: EnrollmentSink;
}

/**
 * Checks what the plug-in is to serve, so that a slip in a configuration shows at start.
 *
 * @param registries - the registries
 * @param defaultRegistry - name of the registry type that answers under `/registry`
 * @returns the default registry's type, when there is one
 * @throws DciError `err.configuration.invalid` when two registries share a name or a path, or the default is none of them
 */
export function checkRegistries(
  registries: readonly Pick<RegistryOptions, 'type'>[],
  defaultRegistry: string | undefined,
): RegistryType | undefined {
  const taken = new Set<string>(['registry']);
  for (const { type } of registries) {
    for (const slug of new Set(type.slugs)) {
      if (taken.has(slug)) {
        throw new DciError('err.configuration.invalid', `dci-server: two registries answer under /${slug}`);
      }
      taken.add(slug);
    }
  }
  if (defaultRegistry === undefined) return undefined;
  const found = registries.find(({ type }) => type.name === defaultRegistry);
  if (found === undefined) {
    const names = registries.map(({ type }) => type.name).join(', ');
    throw new DciError(
      'err.configuration.invalid',
      `dci-server: the default registry ${defaultRegistry} is not served; served are ${names}`,
    );
  }
  return found.type;
}

/** A registry that is served, with its adapter open. */
export interface OpenedRegistry extends ServedRegistry {
  /** In health checks and logs. */
  readonly name: string;
}

/**
 * Opens the adapters of the registries.
 *
 * @param registries - the registries
 * @param context - the host
 * @returns the registries, in their order
 * @throws DciError `err.configuration.invalid` when an adapter holds record types that its registry type does not know
 */
export async function openRegistries(
  registries: readonly RegistryOptions[],
  context: HostContext,
): Promise<readonly OpenedRegistry[]> {
  return Promise.all(
    registries.map(async (registry) => ({
      type: registry.type,
      name: registry.name ?? registry.type.name,
      adapter: await openAdapter(registry, context),
      ...(registry.onEnrollmentUpdate && { onEnrollmentUpdate: registry.onEnrollmentUpdate }),
    })),
  );
}

async function openAdapter(registry: RegistryOptions, context: HostContext): Promise<RegistryAdapter> {
  const adapter = typeof registry.adapter === 'function' ? await registry.adapter(context) : registry.adapter;
  const unknown = adapter.recordTypes.filter((name) => !registry.type.recordTypes.some((type) => type.name === name));
  if (unknown.length > 0) {
    throw new DciError(
      'err.configuration.invalid',
      `dci-server: the adapter of ${registry.type.name} holds records of unknown types: ${unknown.join(', ')}`,
    );
  }
  return adapter;
}
