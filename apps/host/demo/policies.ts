import type { RegistryType, SpecialOperation } from 'dci-core';
import type { AccessPolicy } from 'dci-server';

/**
 * @param types - registry types
 * @returns a policy that grants everything that there is in these registries
 */
export function everythingIn(types: readonly RegistryType[]): AccessPolicy {
  return policyOf(types, () => true);
}

/**
 * @param types - registry types
 * @returns a policy that grants every question and every subscription, and no operation that delivers something
 */
export function questionsIn(types: readonly RegistryType[]): AccessPolicy {
  return policyOf(types, ({ action }) => action !== 'notify');
}

function policyOf(types: readonly RegistryType[], isGranted: (operation: SpecialOperation) => boolean): AccessPolicy {
  return {
    registries: Object.fromEntries(
      types.map(({ name, recordTypes, operations }) => [
        name,
        {
          actions: ['search', 'subscribe', ...operations.filter(isGranted).map((operation) => operation.name)],
          recordTypes: Object.fromEntries(recordTypes.map((recordType) => [recordType.name, { fields: ['**'] }])),
          events: ['*'],
        },
      ]),
    ),
  };
}
