import * as nodeCrypto from 'node:crypto';
import { createRandom } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { testDisabilityCache } from '../testing/disability-cache-contract.ts';
import type { CachedAnswer } from './disability-cache.ts';
import { createMemoryCache } from './memory-cache.ts';

const random = createRandom(nodeCrypto.webcrypto);

testDisabilityCache({
  name: 'memory',
  create: () => ({ cache: createMemoryCache({ random }) }),
  runner: { describe, it },
});

it('lets the oldest go when it is full', async () => {
  const cache = createMemoryCache({ random, maxEntries: 3 });
  const answer = (key: string, fetchedAt: number): CachedAnswer => ({
    ...{ key, source: 'dr_main', fetchedAt, expiresAt: 1_000 },
    evidence: { verified: true, senderId: 'dr.example.org' },
  });
  await cache.store(['a', 'b', 'c'].map((key) => answer(key, 1)));
  await cache.store([answer('a', 2), answer('d', 2)]);
  expect((await cache.list({ limit: 9 })).map(({ key }) => key)).toEqual(['a', 'c', 'd']);
});
