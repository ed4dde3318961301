import { generateKey, publicKeyOf, toJwks } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import { failureOf, REGISTRY_ID, random, registryForTests } from './registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;

describe('the party asked', () => {
  it('is found out from its JWKS, once, and addressed', async () => {
    const before = registry.current.jwksRequests;
    const { receiverId: _, ...options } = registry.current.clientOptions();
    const one = createClient(options);
    await one.searchById('UIN', '1');
    await one.searchById('UIN', '1');
    expect(registry.current.requests.map(({ header }) => header.receiver_id)).toEqual([REGISTRY_ID, REGISTRY_ID]);
    // One look at who it is, one fetch of its keys.
    expect(registry.current.jwksRequests - before).toBe(2);
  });

  it('is looked up once for all who ask at the same time', async () => {
    const { receiverId: _, fetch, ...options } = registry.current.clientOptions();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let lookups = 0;
    const one = createClient({
      ...options,
      fetch: async (url, init) => {
        lookups += 1;
        await released;
        return await fetch(url, init);
      },
    });
    const searches = Array.from({ length: 5 }, () => one.searchById('UIN', '1'));
    await expect.poll(() => lookups).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(lookups).toBe(1);
    release();
    expect(await Promise.all(searches)).toHaveLength(5);
  });

  it('must be given when its JWKS names several', async () => {
    const other = await generateKey('ed25519', { random });
    registry.current.behave({
      jwks: (response) =>
        response.end(
          JSON.stringify(
            toJwks(
              ['a.example', 'b.example'].map((senderId) => ({ senderId, keyId: 'k', publicKey: publicKeyOf(other) })),
            ),
          ),
        ),
    });
    const { receiverId: _, ...options } = registry.current.clientOptions();
    await expect(createClient(options).searchById('UIN', '1')).rejects.toMatchObject({
      code: 'err.configuration.invalid',
      path: 'receiverId',
    });
  });

  it('can be known by a registered key instead', async () => {
    const keys = [{ publicKey: publicKeyOf(registry.current.key.privateKey), state: 'active' as const }];
    const before = registry.current.jwksRequests;
    expect((await client({ peerKeys: { keys } }).searchById('UIN', '1')).records).toHaveLength(1);
    expect(registry.current.jwksRequests).toBe(before);
    const { receiverId: _, ...options } = registry.current.clientOptions({ peerKeys: { keys } });
    expect(() => createClient(options)).toThrow(expect.objectContaining({ path: 'receiverId' }));
  });

  it.each(['redirect', 'garbage', 'error', 'private key'] as const)(
    'is not believed when its JWKS is a %s',
    async (kind) => {
      registry.current.behave({
        jwks: (response) => {
          if (kind === 'redirect') response.writeHead(302, { location: 'http://127.0.0.1:9/' });
          if (kind === 'error') response.writeHead(500);
          response.end(
            kind === 'private key'
              ? JSON.stringify({ keys: [{ ...registry.current.key.privateKey.jwk, kid: 'a|b|ed25519' }] })
              : '{"keys": 1',
          );
        },
      });
      const { failure, error } = await failureOf(client().searchById('UIN', '1'));
      expect(failure.kind).toBe('unreachable');
      expect(error.code).toBe('err.service.unavailable');
    },
  );
});
