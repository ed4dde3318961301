import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  jwkThumbprint,
  opencrvsDialect,
  publicKeyOf,
  readJson,
  type SigningKey,
  social,
} from 'dci-core';
import { CompactSign, importJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { readSearchAnswer } from '../../calls/async-answers.ts';
import { crypto } from '../../registry.fixtures.ts';
import { readCallbackContent } from '../callback-content.ts';
import type { CallbackPath } from '../callback-kind.ts';
import { callbackSource } from '../callback-source.ts';
import {
  bodyOf,
  canary,
  createWorld,
  dataSource,
  keys,
  messages,
  OTHER_ID,
  OWN_ID,
  REGISTRY_ID,
  searchItem,
  signed,
  startTime,
  TOKEN,
  timestamp,
  type World,
} from '../callback-world.fixtures.ts';
import { createMemoryCallbackStores } from '../memory/memory-stores.ts';
import type { CallbackDelivery, CallbackReply } from './delivery.ts';

const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const ackOf = (reply: CallbackReply): JsonObject => objectOf(objectOf(bodyOf(reply)).message);
const codeOf = (reply: CallbackReply): JsonValue | undefined => {
  const { errors } = objectOf(bodyOf(reply));
  return Array.isArray(errors) ? objectOf(errors[0]).code : undefined;
};

async function deliveryOf(
  path: CallbackPath,
  ...rest: [Parameters<typeof signed>[1]?, number?]
): Promise<CallbackDelivery> {
  const body = new TextEncoder().encode(await signed(path, ...rest));
  return { path, body, contentType: 'application/json', authorization: `Bearer ${TOKEN}` };
}

describe('an answer to a search', () => {
  it('is stored with the evidence, acknowledged, and its handler is called', async () => {
    const world = createWorld();
    const asked = await world.open();
    const reply = await world.deliver('on-search', { header: { message_id: 'm1' } });
    expect(reply.status).toBe(202);
    expect(reply.headers).toEqual({ 'content-type': 'application/json' });
    expect(bodyOf(reply)).toEqual({
      message: { ack_status: 'ACK', timestamp, correlation_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/) },
    });
    const stored = await world.transactions.find('t-search');
    if (stored === undefined) throw new Error('it is gone');
    expect(stored).toMatchObject({ ...asked, state: 'answered' });
    const [callback] = stored.callbacks;
    expect(callback).toMatchObject({ messageId: 'm1', receivedAt: startTime, status: 'succ', final: true });
    expect(callback?.correlationId).toBe('c1');
    expect(callback && readCallbackContent(callback)).toMatchObject({
      message: messages['on-search'],
      evidence: {
        ...{ verified: true, senderId: REGISTRY_ID, keyId: 'k1', algorithm: 'ed25519', messageId: 'm1' },
        ...{ transactionId: 't-search', correlationId: 'c1', message: messages['on-search'] },
        header: { message_id: 'm1', sender_id: REGISTRY_ID },
      },
    });
    expect(readSearchAnswer(stored, dataSource().registry).outcomes).toHaveLength(1);
    expect(world.requested).toEqual([{ kind: 'answer', id: 't-search' }]);
    expect(world.logger.lines()).toMatchObject([
      { level: 'info', status: 202, state: 'stored', transaction_id: 't-search', message_id: 'm1' },
    ]);
    expect(world.logger.text()).not.toContain(canary);
  });

  it('can come in several callbacks: the header says whether more follow', async () => {
    const world = createWorld();
    await world.open({ referenceIds: ['r1', 'r2'] });
    const part = (header: JsonObject, referenceId: string) =>
      world.deliver('on-search', {
        header: { total_count: 2, completed_count: 1, ...header },
        message: { ...messages['on-search'], search_response: [searchItem(referenceId)] },
      });
    expect((await part({ status: 'pdng' }, 'r1')).status).toBe(202);
    expect((await part({ status: 'RCVD' }, 'r1')).status).toBe(202);
    expect((await world.transactions.find('t-search'))?.state).toBe('open');
    expect(world.requested).toEqual([]);
    expect((await part({ status: 'succ', completed_count: 2 }, 'r2')).status).toBe(202);
    const stored = await world.transactions.find('t-search');
    expect([stored?.state, stored?.callbacks.map(({ final }) => final)]).toEqual(['answered', [false, false, true]]);
    expect((await part({ status: 'succ' }, 'r2')).status).toBe(200);
    expect(world.requested).toHaveLength(1);
  });

  it('is over as well when all is done, although the header says pending', async () => {
    const world = createWorld();
    await world.open();
    await world.deliver('on-search', { header: { status: 'pdng', total_count: 1, completed_count: 1 } });
    expect((await world.transactions.find('t-search'))?.state).toBe('answered');
  });

  it('is taken by correlation id from a registry that names no transaction', async () => {
    const world = createWorld();
    await world.open();
    await world.transactions.acknowledge('t-search', 'c1');
    const { transaction_id: _id, ...message } = messages['on-search'];
    expect((await world.deliver('on-search', { message: { ...message, correlation_id: 'c2' } })).status).toBe(200);
    expect((await world.deliver('on-search', { message })).status).toBe(202);
    expect((await world.transactions.find('t-search'))?.state).toBe('answered');
  });

  it('is taken from a registry that names no receiver, save where it must', async () => {
    for (const [requireReceiverId, status] of [
      [false, 202],
      [true, 403],
    ] as const) {
      const world = createWorld({ requireReceiverId });
      await world.open();
      expect((await world.deliver('on-search', { header: { receiver_id: undefined } })).status).toBe(status);
    }
  });

  it('without ids in its header is known by what it says', async () => {
    const world = createWorld();
    await world.open();
    const header = { message_id: undefined, message_ts: undefined, total_count: undefined, status: undefined };
    const first = await world.deliver('on-search', { header });
    expect(first.status).toBe(202);
    expect(await world.deliver('on-search', { header })).toMatchObject({ status: 202, body: first.body });
    expect((await world.transactions.find('t-search'))?.callbacks).toHaveLength(1);
    expect((await world.transactions.find('t-search'))?.callbacks[0]).toMatchObject({ status: 'succ', final: true });
  });

  it('that is encrypted is opened, and read as any other', async () => {
    const world = createWorld();
    await world.open();
    const reply = await world.deliver('on-search', { encryptTo: 'own' });
    expect(reply.status, reply.body).toBe(202);
    const [callback] = (await world.transactions.find('t-search'))?.callbacks ?? [];
    expect(callback && readCallbackContent(callback).message).toEqual(messages['on-search']);
  });

  it('that is nested as deeply as a message may be, can be stored; encrypted, it has one level less', async () => {
    const nested = (levels: number): JsonValue => (levels === 0 ? 'x' : [nested(levels - 1)]);
    const message = (levels: number) => ({ ...messages['on-search'], nested: nested(levels) });
    for (const [envelope, status] of [
      [{ message: message(30) }, 202],
      [{ message: message(30), encryptTo: 'own' }, 202],
      [{ message: message(31), encryptTo: 'own' }, 400],
    ] as const) {
      const world = createWorld();
      await world.open();
      expect((await world.deliver('on-search', envelope)).status).toBe(status);
    }
  });
});

describe('a message that comes again', () => {
  it('gets the same ACK, also signed anew and much later, and is stored once', async () => {
    const world = createWorld();
    await world.open();
    const first = await world.receiver.receive(await deliveryOf('on-search', { header: { message_id: 'm1' } }));
    world.clock.advance(86_400_000 * 2);
    const header = { message_id: 'm1', message_ts: timestamp };
    const again = await world.receiver.receive(await deliveryOf('on-search', { header }, world.clock.now()));
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(world.logger.lines().at(-1)).toMatchObject({ state: 'repeated' });
    expect((await world.transactions.find('t-search'))?.callbacks).toHaveLength(1);
    expect(world.requested).toHaveLength(1);
  });

  it('gets its ACK before it is opened again: our key may be gone by then', async () => {
    const { decryptionKeys } = dataSource();
    let own = await decryptionKeys?.();
    const world = createWorld({
      sources: (make) => [make(dataSource({ decryptionKeys: async () => own ?? [] }), TOKEN)],
    });
    await world.open();
    const delivery = await deliveryOf('on-search', { encryptTo: 'own' });
    const first = await world.receiver.receive(delivery);
    own = [];
    expect(await world.receiver.receive(delivery)).toMatchObject({ status: 202, body: first.body });
    expect((await world.deliver('on-search', { encryptTo: 'own' })).status).toBe(400);
  });

  it('cannot be replayed once its signature is over', async () => {
    const world = createWorld();
    await world.open();
    const delivery = await deliveryOf('on-search');
    expect((await world.receiver.receive(delivery)).status).toBe(202);
    world.clock.advance(400_000);
    expect(codeOf(await world.receiver.receive(delivery))).toBe('err.signature.expired');
  });

  it('a hundred times at once is stored once, with one ACK for all', async () => {
    const world = createWorld();
    await world.open();
    const delivery = await deliveryOf('on-search');
    const replies = await Promise.all(Array.from({ length: 100 }, () => world.receiver.receive(delivery)));
    expect(new Set(replies.map(({ status, body }) => `${status} ${body}`)).size).toBe(1);
    expect(replies[0]?.status).toBe(202);
    expect((await world.transactions.find('t-search'))?.callbacks).toHaveLength(1);
    expect(world.requested).toHaveLength(1);
  });

  it('with other content is refused, whatever transaction it names', async () => {
    const world = createWorld();
    await world.open();
    await world.open({ transactionId: 't2' });
    const header = { message_id: 'm1' };
    expect((await world.deliver('on-search', { header })).status).toBe(202);
    const message = { ...messages['on-search'], transaction_id: 't2' };
    expect((await world.deliver('on-search', { header, message })).status).toBe(409);
    expect((await world.transactions.find('t2'))?.callbacks).toEqual([]);
  });

  it('under an id that another registry used is another one', async () => {
    const world = createWorld();
    await world.open();
    await world.open({ transactionId: 't2', source: 'other' });
    expect((await world.deliver('on-search', { header: { message_id: 'm1' } })).status).toBe(202);
    const other = {
      key: keys.other,
      header: { message_id: 'm1' },
      message: { ...messages['on-search'], transaction_id: 't2' },
    };
    const authorization = 'Bearer token-of-the-callbacks-of-other';
    expect((await world.deliver('on-search', other, { authorization })).status).toBe(202);
  });
});

describe('the store', () => {
  it('has everything before the ACK is given', async () => {
    const stores = createMemoryCallbackStores();
    const { promise: written, resolve: write } = Promise.withResolvers<void>();
    const world = createWorld({
      stores: {
        ...stores,
        transactions: {
          ...stores.transactions,
          receive: async (...parameters) => {
            await written;
            return stores.transactions.receive(...parameters);
          },
        },
      },
    });
    await world.open();
    let isAcknowledged = false;
    const delivered = world.deliver('on-search').then((reply) => {
      isAcknowledged = true;
      return reply;
    });
    for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
    expect(isAcknowledged).toBe(false);
    write();
    expect((await delivered).status).toBe(202);
  });

  it.each(['find', 'findCallback', 'receive'] as const)(
    'that fails in %s means 503 and no ACK; the next attempt is stored',
    async (name) => {
      const stores = createMemoryCallbackStores();
      let failure: Error | undefined = Object.assign(new Error(`disk of ${canary}`), {
        name: 'SqliteError',
        code: 'SQLITE_FULL',
      });
      const world = createWorld({
        stores: {
          ...stores,
          transactions: {
            ...stores.transactions,
            [name]: async (...parameters: never[]) => {
              if (failure !== undefined) throw failure;
              return Reflect.apply(stores.transactions[name], undefined, parameters);
            },
          },
        },
      });
      await world.open();
      const delivery = await deliveryOf('on-search');
      const reply = await world.receiver.receive(delivery);
      expect([reply.status, reply.headers['retry-after'], codeOf(reply)]).toEqual([
        503,
        '30',
        'err.service.unavailable',
      ]);
      expect(ackOf(reply).ack_status).toBe('ERR');
      expect(reply.failure).toBe(failure);
      expect(world.logger.lines()).toMatchObject([{ level: 'error', error: 'SqliteError', status: 503 }]);
      expect(world.logger.text()).not.toContain(canary);
      expect((await stores.transactions.find('t-search'))?.callbacks).toEqual([]);
      failure = undefined;
      expect((await world.receiver.receive(delivery)).status).toBe(202);
      expect((await stores.transactions.find('t-search'))?.callbacks).toHaveLength(1);
    },
  );

  it('that fails by a fault of the program is answered in the same way', async () => {
    const world = createWorld({ sources: () => [] });
    const { receiver } = createWorld({
      rateLimit: {
        take: () => {
          throw new TypeError(canary);
        },
      },
    });
    expect((await world.deliver('on-search')).status).toBe(401);
    const reply = await receiver.receive(await deliveryOf('on-search'));
    expect(reply.status).toBe(503);
    expect(reply.failure).toBeInstanceOf(TypeError);
  });
});

describe('subscriptions', () => {
  const subscribed = async (item: JsonObject, more: JsonObject = {}): Promise<World> => {
    const world = createWorld();
    await world.open({ action: 'subscribe' });
    const message = {
      transaction_id: 't-subscribe',
      subscribe_response: [{ reference_id: 'r1', timestamp, ...item }],
      ...more,
    };
    expect((await world.deliver('on-subscribe', { message })).status).toBe(202);
    expect((await world.transactions.find('t-subscribe'))?.state).toBe('answered');
    return world;
  };
  const held = {
    source: 'crvs_main',
    transactionId: 't-subscribe',
    eventTypes: ['LiveBirth'],
    recordType: 'Person',
    handler: 'births',
    receipts: true,
    since: startTime,
  };

  it('are held once the registry has confirmed them, with what was asked for', async () => {
    const world = await subscribed({
      status: 'succ',
      subscriptions: [{ code: 's2', status: 'subscribe' }, { code: 's3' }],
      expires: '2027-04-22T10:30:00Z',
    });
    const expiresAt = Date.parse('2027-04-22T10:30:00Z');
    expect(await world.subscriptions.list()).toEqual([
      { ...held, code: 's3', state: 'active', expiresAt },
      { ...held, code: 's2', state: 'active', expiresAt },
    ]);
    expect(world.requested).toEqual([]);
  });

  it('wait for an operator of the registry, whose decision comes later', async () => {
    const world = await subscribed({ status: 'pdng', subscriptions: [{ code: 's2', status: 'subscribe' }] });
    expect(await world.subscriptions.list()).toEqual([{ ...held, code: 's2', state: 'pending' }]);
    const decided = (status: string) =>
      world.deliver('on-subscribe', {
        message: {
          transaction_id: 't-subscribe',
          subscribe_response: [{ reference_id: 'r1', status, subscriptions: [{ code: 's2' }] }],
        },
      });
    expect((await decided('succ')).status).toBe(202);
    expect(await world.subscriptions.list()).toEqual([{ ...held, code: 's2', state: 'active' }]);
    // Nothing is pending any more.
    expect((await decided('rjct')).status).toBe(200);
  });

  it('that an operator rejects are over', async () => {
    const world = await subscribed({ status: 'pdng', subscriptions: [{ code: 's2' }] });
    const message = {
      transaction_id: 't-subscribe',
      subscribe_response: [
        { reference_id: 'r1', status: 'rjct', subscriptions: [{ code: 's2', status: 'unsubscribe' }] },
      ],
    };
    expect((await world.deliver('on-subscribe', { message })).status).toBe(202);
    expect(await world.subscriptions.list(undefined, { ended: true })).toMatchObject([{ code: 's2', state: 'ended' }]);
  });

  it('that are rejected are not held', async () => {
    const world = await subscribed({ status: 'rjct', status_reason_code: 'rjct.notify_types.invalid' });
    expect(await world.subscriptions.list(undefined, { ended: true })).toEqual([]);
  });

  it('are read in the form of OpenSPP and of the early seed, which has the code beside the status', async () => {
    const openspp = await subscribed({ subscription_code: 's2', status: 'pdng' });
    expect(await openspp.subscriptions.list()).toEqual([{ ...held, code: 's2', state: 'pending' }]);
    const early = await subscribed({}, { subscribe_response: undefined, subscription_code: 's4', expires: timestamp });
    expect(await early.subscriptions.list()).toEqual([{ ...held, code: 's4', state: 'active', expiresAt: startTime }]);
  });

  it('of one request can be confirmed in several callbacks', async () => {
    const world = createWorld();
    await world.open({
      action: 'subscribe',
      referenceIds: ['r1', 'r2'],
      request: { criteria: [{ eventTypes: 'BIRTH' }, { eventTypes: ['Death', canary] }] },
    });
    const part = (reference_id: string, status: string) =>
      world.deliver('on-subscribe', {
        header: { status: 'pdng', total_count: undefined },
        message: {
          transaction_id: 't-subscribe',
          subscribe_response: [{ reference_id, status, subscriptions: [{ code: `s-${reference_id}` }] }],
        },
      });
    await part('r2', 'succ');
    expect((await world.transactions.find('t-subscribe'))?.state).toBe('open');
    await part('r1', 'rcvd');
    await world.deliver('on-subscribe', {
      header: { status: 'pdng', total_count: undefined },
      message: {
        transaction_id: 't-subscribe',
        subscribe_response: ['r1', 'r2'].map((reference_id) => ({ reference_id, status: 'succ', subscriptions: [] })),
      },
    });
    expect((await world.transactions.find('t-subscribe'))?.state).toBe('answered');
    expect((await world.subscriptions.list()).map(({ code, eventTypes, state }) => [code, eventTypes, state])).toEqual([
      ['s-r1', ['LiveBirth'], 'pending'],
      ['s-r2', ['Death', canary], 'active'],
    ]);
  });

  it('end when the registry confirms that, and not when it refuses', async () => {
    for (const [message, state] of [
      [{ status: 'succ' }, 'ended'],
      [{ status: 'succ', subscription_status: [{ code: 's1', status: 'unsubscribe' }] }, 'ended'],
      [{ status: 'succ', subscription_status: [{ code: 's1', status: 'subscribe' }] }, 'ending'],
      [{ status: 'rjct', status_reason_code: 'rjct.subscription_code.invalid' }, 'ending'],
      [{ status: 'rjct', status_reason_code: 'rjct.event.already_unsubscribed' }, 'ended'],
    ] as const) {
      const world = createWorld();
      await world.subscriptions.save({ ...held, code: 's1', state: 'ending' });
      await world.subscriptions.save({ ...held, code: 's2', state: 'active' });
      await world.open({ action: 'unsubscribe' });
      const reply = await world.deliver('on-unsubscribe', { message: { transaction_id: 't-unsubscribe', ...message } });
      expect(reply.status).toBe(202);
      expect((await world.subscriptions.find('crvs_main', 's1'))?.state).toBe(state);
      expect((await world.subscriptions.find('crvs_main', 's2'))?.state).toBe('active');
    }
  });
});

describe('several registries', () => {
  it('behind one party are told apart by the transaction', async () => {
    const world = createWorld({
      sources: (make) => [make(dataSource({ code: 'social', registry: social })), make(dataSource())],
    });
    await world.open();
    await world.open({ transactionId: 't2', source: 'social' });
    expect((await world.deliver('on-search')).status).toBe(202);
    const message = { ...messages['on-search'], transaction_id: 't2' };
    expect((await world.deliver('on-search', { message })).status).toBe(202);
    expect((await world.transactions.find('t2'))?.callbacks).toHaveLength(1);
  });

  it('behind one party with keys of their own answer only their own transactions', async () => {
    const peerKeys = {
      keys: [{ keyId: 'k1', publicKey: publicKeyOf(keys.other.privateKey), state: 'active' as const }],
    };
    const world = createWorld({
      sources: (make) => [make(dataSource({ code: 'second', peerKeys })), make(dataSource())],
    });
    await world.open();
    const second = { ...keys.other, senderId: REGISTRY_ID };
    expect((await world.deliver('on-search', { key: second })).status).toBe(200);
    expect((await world.deliver('on-search')).status).toBe(202);
  });

  it('that know us under other ids are each addressed by theirs', async () => {
    const world = createWorld({
      sources: (make) => [
        make(dataSource({ code: 'second', senderId: 'second.mis.example.org' })),
        make(dataSource({ decryptionKeys: async () => [] })),
      ],
    });
    await world.open();
    await world.open({ transactionId: 't2', source: 'second' });
    expect((await world.deliver('on-search')).status).toBe(202);
    const message = { ...messages['on-search'], transaction_id: 't2' };
    const header = { receiver_id: 'second.mis.example.org' };
    expect((await world.deliver('on-search', { message })).status).toBe(200);
    expect(codeOf(await world.deliver('on-search', { header: { receiver_id: OTHER_ID }, message }))).toBe(
      'err.receiver_id.invalid',
    );
    expect((await world.deliver('on-search', { header, message })).status).toBe(202);
  });
});

describe('a registry of another family', () => {
  const opencrvs = async (): Promise<World> => {
    const world = createWorld({
      sources: (make) => [
        make(dataSource({ code: 'other_family', receiverId: OTHER_ID })),
        make(dataSource({ dialect: opencrvsDialect })),
      ],
    });
    await world.open();
    return world;
  };
  /** OpenCRVS copies the header of the request, names a key by its thumbprint, and sends neither content type nor token. */
  const copied = async (header: JsonObject = {}, key: SigningKey = keys.registry): Promise<CallbackDelivery> => {
    const envelope = objectOf(readJson(await signed('on-search')).value);
    const content = {
      header: {
        ...objectOf(envelope.header),
        ...{ sender_id: OWN_ID, receiver_id: REGISTRY_ID, action: 'search', message_id: 'm-search' },
        ...header,
      },
      message: objectOf(envelope.message),
    };
    const { jwk } = key.privateKey;
    const kid = jwkThumbprint(jwk, crypto);
    const signature = await new CompactSign(new TextEncoder().encode(JSON.stringify(content)))
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .sign(await importJWK({ ...jwk }, 'EdDSA'));
    return { path: 'on-search', body: new TextEncoder().encode(JSON.stringify({ signature, ...content })) };
  };

  it('may copy the header of our request, and send neither content type nor token', async () => {
    const world = await opencrvs();
    const reply = await world.receiver.receive(await copied());
    expect(reply.status, reply.body).toBe(202);
    const [callback] = (await world.transactions.find('t-search'))?.callbacks ?? [];
    // The id in the copy is that of our request; a second callback would have the same.
    expect(callback?.messageId).toMatch(/^sha256:/);
  });

  it('cannot answer with the copy of another header, nor with another key', async () => {
    const world = await opencrvs();
    expect((await world.receiver.receive(await copied({ message_id: 'm-other' }))).status).toBe(200);
    expect(codeOf(await world.receiver.receive(await copied({}, keys.other)))).toBe('err.signature.invalid');
    expect((await world.transactions.find('t-search'))?.callbacks).toEqual([]);
  });

  it('whose dialect stumbles gets a refusal, and the others are served', async () => {
    const broken = {
      ...opencrvsDialect,
      name: 'broken',
      readParties: () => {
        throw new TypeError('no such thing');
      },
    };
    const stumbling = {
      ...opencrvsDialect,
      name: 'stumbling',
      readMessage: () => {
        throw new TypeError('no such thing');
      },
    };
    const world = createWorld({
      sources: (make) => [make(dataSource({ code: 'broken', dialect: broken, scheme: 'dci' })), make(dataSource())],
    });
    await world.open();
    expect((await world.deliver('on-search')).status).toBe(202);
    const other = createWorld({ sources: (make) => [make(dataSource({ dialect: stumbling, scheme: 'dci' }))] });
    await other.open();
    const reply = await other.deliver('on-search');
    expect([reply.status, codeOf(reply)]).toEqual([400, 'err.request.bad']);
  });
});

describe('what is only for development', () => {
  const unsigned = async (world: World, signature?: string): Promise<CallbackReply> => {
    const text = (await signed('on-search')).replace(/,"signature":"(?:[^"\\]|\\.)*"\}$/, '');
    const body = new TextEncoder().encode(
      signature === undefined ? `${text}}` : `${text},"signature":${JSON.stringify(signature)}}`,
    );
    return world.receiver.receive({ path: 'on-search', body, authorization: `Bearer ${TOKEN}` });
  };

  it.each([
    ['the switch', () => createWorld({ development: { allowUnsigned: true } })],
    [
      'the data source',
      () => createWorld({ sources: (make) => [make(dataSource({ requireSignedReplies: false }), TOKEN)] }),
    ],
  ])('a callback without signature, where %s allows it; a bad one never', async (_name, make) => {
    const world = make();
    await world.open();
    expect((await unsigned(world, canary)).status).toBe(401);
    expect((await unsigned(world, 'unsigned-stub')).status).toBe(202);
    const [callback] = (await world.transactions.find('t-search'))?.callbacks ?? [];
    const evidence = callback && readCallbackContent(callback).evidence;
    expect([evidence?.verified, evidence?.keyId]).toEqual([false, undefined]);
  });
});

describe('the keys of a registry', () => {
  const jwksUrl = 'https://crvs.example.org/.well-known/jwks.json';

  it('that cannot be had mean 503, because the callback may be good', async () => {
    const world = createWorld({ sources: (make) => [make(dataSource({ peerKeys: { jwksUrl } }))] });
    await world.open();
    const reply = await world.deliver('on-search');
    expect([reply.status, codeOf(reply), reply.failure]).toEqual([503, 'err.service.unavailable', undefined]);
    expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('and its id are looked up once, not for every stranger', async () => {
    const { receiverId: _id, ...source } = dataSource({ peerKeys: { jwksUrl } });
    let fetches = 0;
    const fetch = () => {
      fetches += 1;
      return Promise.reject(new Error('no connection'));
    };
    const unknown = callbackSource(source, { fetch, clock: { now: () => startTime }, crypto });
    const world = createWorld({ sources: (make) => [unknown, make(dataSource())] });
    await world.open();
    for (let count = 0; count < 20; count += 1) await world.deliver('on-search', { header: { sender_id: 'stranger' } });
    expect(fetches).toBe(1);
    expect((await world.deliver('on-search')).status).toBe(202);
    world.clock.advance(31_000);
    await world.deliver('on-search', { header: { sender_id: 'stranger' } });
    expect(fetches).toBe(2);
  });
});
