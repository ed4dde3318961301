import assert from 'node:assert/strict';
import { DciError, type DciErrorCode } from 'dci-core';
import type { Sender, SenderToken } from '../senders/sender.ts';
import type { SenderStore } from '../stores/ports.ts';
import type { TestRunner } from './adapter-contract.ts';

/** A store under test and how to close it. */
export interface OpenedStore<T> {
  readonly store: T;
  /** Opens the same data again, as another process would. */
  readonly reopen: () => Promise<T> | T;
  readonly close?: () => Promise<void> | void;
}

/** What {@link testSenderStore} tests. */
export interface SenderStoreContractOptions {
  /** The store's name, for the test report. */
  readonly name: string;
  /** Makes an empty store. */
  readonly create: () => Promise<OpenedStore<SenderStore>> | OpenedStore<SenderStore>;
  readonly runner: Pick<TestRunner, 'describe' | 'it'>;
}

const full: Sender = {
  senderId: 'mis.example.org',
  name: 'Ministry of Social Affairs ☀',
  state: 'active',
  dialect: 'openspp',
  schemes: ['dci', 'dci-legacy'],
  keys: [
    {
      keyId: 'key1',
      publicKey: {
        algorithm: 'ed25519',
        jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
      },
      state: 'active',
      notBefore: 1_700_000_000,
      notAfter: 1_900_000_000,
    },
    { publicKey: { algorithm: 'rs256', jwk: { kty: 'RSA', n: 'sXch', e: 'AQAB' } }, state: 'retiring' },
  ],
  jwksUrl: 'https://mis.example.org/.well-known/jwks.json',
  callbackBase: 'https://mis.example.org/callback',
  callbackHosts: ['mis.example.org', 'callback.example.org:8443'],
  callbackCredential: { kind: 'basic', user: 'registry', password: 'pässword' },
  encryptionKey: { kty: 'RSA', n: 'sXch', e: 'AQAB', use: 'enc', kid: 'enc1' },
  subscriptionApproval: 'manual',
  policy: {
    registries: {
      social: {
        actions: ['search'],
        recordTypes: { Person: { fields: ['name', 'birth_date'], visible: 'age >= 18' } },
        maxPageSize: 50,
      },
    },
    quota: { perMinute: 60, perDay: 1_000 },
  },
};

const minimal: Sender = {
  senderId: 'a.example.org',
  state: 'disabled',
  dialect: 'spdci-1.0',
  schemes: ['dci'],
  keys: [],
  policy: { registries: {} },
};

const token = (senderId: string, tokenId: string, first: number, issuedAt = 1): SenderToken => ({
  tokenId,
  senderId,
  hash: new Uint8Array(32).fill(first),
  issuedAt,
});

/**
 * The contract of {@link SenderStore}: the same tests for every implementation.
 *
 * @param options - how to make a store, and the test runner's functions
 */
export function testSenderStore({ name, create, runner }: SenderStoreContractOptions): void {
  const it = (test: string, run: (opened: OpenedStore<SenderStore>) => Promise<void>): void => {
    runner.it(test, async () => {
      const opened = await create();
      try {
        await run(opened);
      } finally {
        await opened.close?.();
      }
    });
  };

  runner.describe(`sender store contract: ${name}`, () => {
    it('gives back a sender with every member', async ({ store }) => {
      await store.add(full);
      assert.deepEqual(await store.find(full.senderId), full);
    });

    it('gives back a sender without the optional members', async ({ store }) => {
      await store.add(minimal);
      assert.deepEqual(await store.find(minimal.senderId), minimal);
    });

    it('gives back a bearer credential', async ({ store }) => {
      const sender: Sender = { ...minimal, callbackCredential: { kind: 'bearer', token: 'callback-token' } };
      await store.add(sender);
      assert.deepEqual(await store.find(minimal.senderId), sender);
      await store.replace(minimal);
      assert.deepEqual(await store.find(minimal.senderId), minimal);
    });

    it('knows nothing that was not added', async ({ store }) => {
      assert.equal(await store.find('mis.example.org'), undefined);
      assert.deepEqual(await store.list(), []);
      assert.deepEqual(await store.listTokens('mis.example.org'), []);
      assert.equal(await store.findToken(new Uint8Array(32)), undefined);
    });

    it('finds a sender only by its exact id', async ({ store }) => {
      await store.add(full);
      assert.equal(await store.find('MIS.example.org'), undefined);
      assert.equal(await store.find('mis.example.org '), undefined);
    });

    it('lists senders by id', async ({ store }) => {
      await store.add(full);
      await store.add(minimal);
      assert.deepEqual(
        (await store.list()).map(({ senderId }) => senderId),
        ['a.example.org', 'mis.example.org'],
      );
    });

    it('refuses an id that is taken and leaves the sender as it was', async ({ store }) => {
      await store.add(full);
      await rejects(
        store.add({ ...minimal, senderId: full.senderId }, token(full.senderId, 't', 1)),
        'err.state.conflict',
      );
      assert.deepEqual(await store.find(full.senderId), full);
      assert.deepEqual(await store.listTokens(full.senderId), []);
    });

    it('replaces a sender with all its keys and keeps its tokens', async ({ store }) => {
      await store.add(full, token(full.senderId, 't1', 1));
      const changed: Sender = { ...minimal, senderId: full.senderId };
      await store.replace(changed);
      assert.deepEqual(await store.find(full.senderId), changed);
      assert.equal((await store.listTokens(full.senderId)).length, 1);
    });

    it('replaces no sender that is not there', async ({ store }) => {
      await rejects(store.replace(full), 'err.request.not_found');
      assert.equal(await store.find(full.senderId), undefined);
    });

    it('finds a token by its hash', async ({ store }) => {
      const first = token(full.senderId, 't1', 1, 10);
      const second = token(full.senderId, 't2', 2, 20);
      await store.add(full, second);
      await store.addToken(first);
      assert.deepEqual(await store.findToken(first.hash), first);
      assert.deepEqual(await store.findToken(second.hash), second);
      assert.equal(await store.findToken(new Uint8Array(32).fill(3)), undefined);
      assert.deepEqual(await store.listTokens(full.senderId), [first, second]);
    });

    it('issues no token to a sender that is not there', async ({ store }) => {
      await rejects(store.addToken(token('nobody', 't1', 1)), 'err.request.not_found');
    });

    it('refuses a second token of the same id', async ({ store }) => {
      await store.add(full, token(full.senderId, 't1', 1));
      await rejects(store.addToken(token(full.senderId, 't1', 2)), 'err.state.conflict');
      assert.equal(await store.findToken(new Uint8Array(32).fill(2)), undefined);
    });

    it('forgets a token that was removed, and only that one', async ({ store }) => {
      await store.add(full, token(full.senderId, 't1', 1));
      await store.addToken(token(full.senderId, 't2', 2));
      await store.add(minimal, token(minimal.senderId, 't1', 3));
      assert.equal(await store.removeToken(full.senderId, 't1'), true);
      assert.equal(await store.removeToken(full.senderId, 't1'), false);
      assert.equal(await store.findToken(new Uint8Array(32).fill(1)), undefined);
      assert.notEqual(await store.findToken(new Uint8Array(32).fill(2)), undefined);
      assert.notEqual(await store.findToken(new Uint8Array(32).fill(3)), undefined);
    });

    it('advances its revision with every change and with nothing else', async ({ store, reopen }) => {
      const other = await reopen();
      const changes: (() => Promise<unknown>)[] = [
        () => store.add(full),
        () => store.replace({ ...full, state: 'disabled' }),
        () => store.addToken(token(full.senderId, 't1', 1)),
        () => store.removeToken(full.senderId, 't1'),
      ];
      for (const change of changes) {
        const before = await other.revision();
        await change();
        assert.ok((await other.revision()) > before, 'a change by another process must show');
      }
      const before = await store.revision();
      await store.find(full.senderId);
      await store.list();
      await store.removeToken(full.senderId, 't1');
      await store.add(full).catch(() => undefined);
      assert.equal(await store.revision(), before);
    });

    it('keeps everything when it is opened again', async ({ store, reopen }) => {
      await store.add(full, token(full.senderId, 't1', 1));
      const other = await reopen();
      assert.deepEqual(await other.find(full.senderId), full);
      assert.notEqual(await other.findToken(new Uint8Array(32).fill(1)), undefined);
    });
  });
}

async function rejects(promise: Promise<unknown>, code: DciErrorCode): Promise<void> {
  await assert.rejects(promise, (error) => error instanceof DciError && error.code === code);
}
