import { afterAll, describe, expect, it } from 'vitest';
import { contractPersons } from '../testing/adapter-contract/records.ts';
import { contractRegistryType } from '../testing/adapter-contract/registry-type.ts';
import { testRegistryAdapter } from '../testing/adapter-contract.ts';
import { memoryAdapter } from './memory-adapter.ts';

testRegistryAdapter({
  name: 'memory',
  create: (registryType, records) => memoryAdapter({ registryType, records }),
  keeper: (adapter) => adapter,
  consents: (adapter) => adapter,
  runner: { describe, it, afterAll },
});

describe('memoryAdapter', () => {
  it('refuses records of a type that the registry lacks', () => {
    expect(() => memoryAdapter({ registryType: contractRegistryType, records: { Persons: [] } })).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid', path: 'Persons' }),
    );
  });

  it('lets other work have its turn, and stops a search whose caller went away', async () => {
    const records = { Person: Array.from({ length: 5000 }, () => contractPersons).flat() };
    const adapter = memoryAdapter({ registryType: contractRegistryType, records });
    const abort = new AbortController();
    setImmediate(() => abort.abort());
    const filter = { kind: 'comparison', attribute: 'name', operator: 'contains', value: 'x' } as const;
    await expect(adapter.count({ recordType: 'Person', filter, signal: abort.signal })).rejects.toMatchObject({
      code: 'err.request.timeout',
    });
  });
});
