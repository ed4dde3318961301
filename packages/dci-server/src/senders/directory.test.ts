import { social, type VerificationKey } from 'dci-core';
import { describe, expect, it } from 'vitest';
import { grantAll } from '../server.fixtures.ts';
import type { SenderStore } from '../stores/ports.ts';
import { openedStore } from '../stores/sqlite/database.fixtures.ts';
import { createSqliteSenderStore } from '../stores/sqlite/sender-store.ts';
import { createSenderDirectory, type KeySource } from './directory.ts';
import type { Sender } from './sender.ts';

const key = (keyId: string): VerificationKey => ({
  keyId,
  publicKey: {
    algorithm: 'ed25519',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  },
  state: 'active',
});
const sender: Sender = {
  senderId: 'mis.example.org',
  state: 'active',
  dialect: 'spdci-1.0',
  schemes: ['dci'],
  keys: [key('key1')],
  policy: grantAll(social),
};
const hash = new Uint8Array(32).fill(7);

async function withStore(run: (store: SenderStore, calls: () => Readonly<Record<string, number>>) => Promise<void>) {
  const opened = openedStore(createSqliteSenderStore);
  const calls: Record<string, number> = { find: 0, findToken: 0 };
  const counted: SenderStore = {
    ...opened.store,
    find: (senderId) => {
      calls.find = (calls.find ?? 0) + 1;
      return opened.store.find(senderId);
    },
    findToken: (wanted) => {
      calls.findToken = (calls.findToken ?? 0) + 1;
      return opened.store.findToken(wanted);
    },
  };
  try {
    await run(counted, () => calls);
  } finally {
    await opened.close?.();
  }
}
const noJwks = (): KeySource => {
  throw new Error('nothing is fetched');
};

describe('a sender directory', () => {
  it('reads a sender and its token once, until something changes', () =>
    withStore(async (store, calls) => {
      await store.add(sender, { tokenId: 't', senderId: sender.senderId, hash, issuedAt: 1 });
      const directory = createSenderDirectory({ store, openJwks: noJwks });
      const first = await directory.find(sender.senderId);
      const again = await directory.find(sender.senderId);
      expect(again).toBe(first);
      expect(await again?.keys(undefined)).toBe(await first?.keys(undefined));
      expect(again?.access(social)).toBe(first?.access(social));
      await directory.findToken(hash);
      await directory.findToken(hash);
      expect(calls()).toEqual({ find: 1, findToken: 1 });

      await store.replace({ ...sender, state: 'disabled' });
      expect((await directory.find(sender.senderId))?.sender.state).toBe('disabled');
      await store.removeToken(sender.senderId, 't');
      expect(await directory.findToken(hash)).toBeUndefined();
    }));

  it('keeps nothing of what it does not know', () =>
    withStore(async (store, calls) => {
      const directory = createSenderDirectory({ store, openJwks: noJwks });
      for (let attempt = 0; attempt < 3; attempt += 1) {
        expect(await directory.find('nobody')).toBeUndefined();
        expect(await directory.findToken(hash)).toBeUndefined();
      }
      expect(calls()).toEqual({ find: 3, findToken: 3 });
      await store.add({ ...sender, senderId: 'nobody' });
      expect(await directory.find('nobody')).toBeDefined();
    }));

  it('does not keep a sender that changed while it was read', () =>
    withStore(async (store) => {
      await store.add(sender);
      const slow: SenderStore = {
        ...store,
        find: async (senderId) => {
          const found = await store.find(senderId);
          if (found?.state === 'active') await store.replace({ ...sender, state: 'disabled' });
          if (senderId === sender.senderId) await directory.find('another look-up, which sees the change');
          return found;
        },
      };
      const directory = createSenderDirectory({ store: slow, openJwks: noJwks });
      await directory.find(sender.senderId);
      expect((await directory.find(sender.senderId))?.sender.state).toBe('disabled');
    }));

  it('opens a registered JWKS once and keeps it when the sender changes', () =>
    withStore(async (store) => {
      const opened: string[] = [];
      const asked: (string | undefined)[] = [];
      const jwksUrl = 'https://mis.example.org/jwks.json';
      await store.add({ ...sender, jwksUrl });
      const directory = createSenderDirectory({
        store,
        openJwks: (url, senderId) => {
          opened.push(`${senderId} ${url}`);
          return {
            keys: async ({ keyId } = {}) => {
              asked.push(keyId);
              return [key('key2')];
            },
          };
        },
      });
      const ids = async (keyId?: string) =>
        (await (await directory.find(sender.senderId))?.keys(keyId))?.map((known) => known.keyId);
      expect(await ids()).toEqual(['key1', 'key2']);
      await store.replace({ ...sender, jwksUrl, keys: [] });
      expect(await ids('key3')).toEqual(['key2']);
      expect(opened).toEqual([`mis.example.org ${jwksUrl}`]);
      expect(asked).toEqual([undefined, 'key3']);
    }));
});
