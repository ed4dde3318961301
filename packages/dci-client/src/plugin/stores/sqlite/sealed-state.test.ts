import nodeCrypto from 'node:crypto';
import { createRandom } from 'dci-core';
import { createSealer, type Sealer } from 'dci-host';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealedJson } from './sealed-json.ts';
import { type SealedSecret, sealedSecret } from './sealed-secret.ts';
import { type StateDirectory, stateDirectory } from './state-directory.fixtures.ts';

const random = createRandom(nodeCrypto.webcrypto);
const sealerOf = (byte: number): Sealer => createSealer(new Uint8Array(32).fill(byte), random);
const sqlite = 'CREATE TABLE secret (id INTEGER PRIMARY KEY CHECK (id = 1), sealed_key BLOB NOT NULL) STRICT';

let state: StateDirectory;
beforeEach(() => {
  state = stateDirectory([{ id: 'test/0001', sqlite }]);
});
afterEach(() => state.close());

describe('a sealed secret', () => {
  const secret = (sealer: Sealer = sealerOf(7)): SealedSecret =>
    sealedSecret({
      ...{ connection: state.connect(), table: 'secret', purpose: 'test/secret', name: 'the secret', sealer, random },
    });

  it('is made once, and is the same for whoever opens it later', () => {
    const one = secret();
    expect(one.read()).toBeUndefined();
    const made = one.open();
    expect(made).toHaveLength(32);
    for (const each of [one.open(), one.read(), secret().open()]) expect(each).toEqual(made);
    expect(state.holds(Buffer.from(made).toString('latin1'))).toBe(false);
  });

  it('is gone when the transaction fails in which it was made', () => {
    const connection = state.connect();
    const one = sealedSecret({
      ...{ connection, table: 'secret', purpose: 'test/secret', name: 'the secret', sealer: sealerOf(7), random },
    });
    let made: Uint8Array | undefined;
    const work = connection.transaction(() => {
      made = one.open();
      throw new Error('no');
    });
    expect(work).toThrow('no');
    expect(one.read()).toBeUndefined();
    expect(one.open()).not.toEqual(made);
  });

  it('of another key is not taken for one that is not there', () => {
    secret().open();
    for (const call of ['read', 'open'] as const) {
      expect(() => secret(sealerOf(8))[call]()).toThrow(expect.objectContaining({ code: 'err.state.conflict' }));
    }
  });
});

describe('sealed JSON', () => {
  const json = sealedJson(sealerOf(7), 'test/json');

  it('comes back as it was, numbers of any size too', () => {
    const value = { id: 'a', count: 12345678901234567890n, share: 4.5, list: [null, { é: '😀' }], left: undefined };
    const { left: _, ...kept } = value;
    expect(json.open(json.seal(value))).toEqual(kept);
  });

  it('of another key, of another purpose or changed is none', () => {
    const sealed = json.seal({ id: 'a' });
    const changed = sealed.map((byte, index) => (index === sealed.length - 1 ? byte ^ 1 : byte));
    for (const [one, bytes] of [
      [sealedJson(sealerOf(8), 'test/json'), sealed],
      [sealedJson(sealerOf(7), 'test/other'), sealed],
      [json, changed],
      [json, new Uint8Array()],
    ] as const) {
      expect(one.open(bytes)).toBeUndefined();
    }
  });
});
