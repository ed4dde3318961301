import assert from 'node:assert/strict';
import type { OAuthClient, OAuthClientStore } from '../stores/oauth.ts';
import type { TestRunner } from './adapter-contract.ts';
import type { OpenedStore } from './sender-store-contract.ts';

/** What {@link testOAuthClientStore} tests. */
export interface OAuthClientStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes an empty store in which the senders `a` and `b` are registered. */
  readonly create: () => Promise<OpenedStore<OAuthClientStore>> | OpenedStore<OAuthClientStore>;
  readonly runner: Pick<TestRunner, 'describe' | 'it'>;
}

/**
 * The contract of {@link OAuthClientStore}: the same tests for every implementation.
 *
 * @param options - how to make a store, and the test runner's functions
 */
export function testOAuthClientStore({ name, create, runner }: OAuthClientStoreContractOptions): void {
  const it = (test: string, run: (opened: OpenedStore<OAuthClientStore>) => Promise<void>): void => {
    runner.it(test, async () => {
      const opened = await create();
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });
  };
  const client = (clientId: string, changes: Partial<OAuthClient> = {}): OAuthClient => ({
    clientId,
    senderId: 'a',
    secret: { check: new Uint8Array([1]), salt: new Uint8Array([2, 3]), hash: new Uint8Array([4]) },
    createdAt: 1_000,
    ...changes,
  });
  const ids = async (store: OAuthClientStore, senderId: string): Promise<readonly string[]> =>
    (await store.list(senderId)).map(({ clientId }) => clientId);

  runner.describe(`OAuth client store contract: ${name}`, () => {
    it('keeps clients as they are, also for another process', async ({ store, reopen }) => {
      const full = client('full', { scopes: ['social/search'] });
      await store.add(full);
      await store.add(client('plain'));
      const other = await reopen();
      assert.deepEqual(await other.find('full'), full);
      assert.deepEqual(await other.find('plain'), client('plain'));
      assert.equal(await other.find('FULL'), undefined);
      assert.equal(await other.find(''), undefined);
    });

    it('lists the clients of one sender, oldest first', async ({ store }) => {
      await store.add(client('late', { createdAt: 2_000 }));
      await store.add(client('early'));
      await store.add(client('other', { senderId: 'b' }));
      assert.deepEqual(await ids(store, 'a'), ['early', 'late']);
      assert.deepEqual(await ids(store, 'b'), ['other']);
      assert.deepEqual(await ids(store, 'c'), []);
    });

    it('takes a client id once, for any sender', async ({ store }) => {
      await store.add(client('one'));
      for (const senderId of ['a', 'b']) {
        await assert.rejects(store.add(client('one', { senderId })), { code: 'err.state.conflict' });
      }
      assert.equal((await store.find('one'))?.senderId, 'a');
    });

    it('takes no client of a sender that is not registered', async ({ store }) => {
      await assert.rejects(store.add(client('one', { senderId: 'c' })), { code: 'err.request.not_found' });
      assert.equal(await store.find('one'), undefined);
    });

    it('removes a client of its sender only, seen at once by another process', async ({ store, reopen }) => {
      const other = await reopen();
      await store.add(client('one'));
      assert.equal(await store.remove('b', 'one'), false);
      assert.notEqual(await other.find('one'), undefined);
      assert.equal(await store.remove('a', 'one'), true);
      assert.equal(await store.remove('a', 'one'), false);
      assert.equal(await other.find('one'), undefined);
    });
  });
}
