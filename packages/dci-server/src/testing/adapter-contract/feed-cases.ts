import assert from 'node:assert/strict';
import type { JsonObject } from 'dci-core';
import type { RecordChange, RegistryAdapter } from '../../adapters/adapter.ts';
import type { RecordKeeper } from '../../adapters/record-keeping.ts';

/** An adapter whose records the contract can change. */
export interface FeedSubject {
  readonly adapter: RegistryAdapter;
  readonly keeper: Pick<RecordKeeper, 'put' | 'delete'>;
}

/** One test of the change feed; it gets an adapter that holds one person, `kept`, and has no changes yet. */
export interface FeedCase {
  readonly name: string;
  readonly run: (subject: FeedSubject) => Promise<void>;
}

/** The one person that is there from the beginning. */
export const keptPerson = contractPerson('1', { sex: 'female' });

type Told = readonly [recordType: string, kind: string, record: JsonObject];

function contractPerson(uin: string, members: JsonObject = {}): JsonObject {
  return { id: `p${uin}`, identifier: [{ identifier_type: 'UIN', identifier_value: uin }], ...members };
}

const uin = (value: string) => ({ identifierType: 'UIN', value });

/** Makes one change of each kind, and two more. */
async function makeChanges({ keeper }: FeedSubject): Promise<readonly Told[]> {
  const changed = contractPerson('1', { sex: 'male', serial: 123456789012345678901234567890n });
  const added = contractPerson('2');
  await keeper.put('Person', added);
  await keeper.put('Person', changed);
  await keeper.put('Household', { id: 'h', ...contractPerson('1') });
  await keeper.delete('Person', uin('2'));
  await keeper.put('Person', keptPerson);
  return [
    ['Person', 'created', added],
    ['Person', 'updated', changed],
    ['Household', 'created', { id: 'h', ...contractPerson('1') }],
    ['Person', 'deleted', added],
    ['Person', 'updated', keptPerson],
  ];
}

async function read({ adapter }: FeedSubject, since: string | undefined, limit: number) {
  assert.ok(adapter.changes !== undefined, 'the adapter has a change feed');
  return adapter.changes(since, limit);
}

async function now(subject: FeedSubject): Promise<string> {
  return (await read(subject, undefined, 10)).position;
}

async function drain(subject: FeedSubject, since: string, limit: number): Promise<readonly RecordChange[]> {
  const changes: RecordChange[] = [];
  for (let position = since; ; ) {
    const page = await read(subject, position, limit);
    assert.equal(page.isIncomplete, undefined);
    assert.ok(page.changes.length <= limit, 'at most as many changes as were asked for');
    changes.push(...page.changes);
    if (page.changes.length < limit) return changes;
    position = page.position;
  }
}

const told = (changes: readonly RecordChange[]): readonly Told[] =>
  changes.map(({ recordType, kind, record }) => [recordType, kind, record]);

/** What a change feed must do. */
export const feedCases: readonly FeedCase[] = [
  {
    name: 'begins with the position of now and no changes',
    run: async (subject) => {
      const first = await read(subject, undefined, 10);
      assert.deepEqual(first.changes, []);
      assert.deepEqual((await read(subject, first.position, 10)).changes, []);
      await makeChanges(subject);
      assert.deepEqual((await read(subject, await now(subject), 10)).changes, []);
    },
  },
  {
    name: 'tells what was created, updated and deleted, in that order, with whole records',
    run: async (subject) => {
      const since = await now(subject);
      const expected = await makeChanges(subject);
      const changes = await drain(subject, since, 100);
      assert.deepEqual(told(changes), expected);
      assert.equal(new Set(changes.map(({ changeId }) => changeId)).size, expected.length);
      assert.ok(changes.every(({ at }) => Number.isSafeInteger(at)));
    },
  },
  {
    name: 'tells with an update what the record was before, or nothing of it',
    run: async (subject) => {
      const since = await now(subject);
      const expected = await makeChanges(subject);
      const previous = (await drain(subject, since, 100)).map((change) => change.previous);
      const before = [undefined, keptPerson, undefined, undefined, expected[1]?.[2]];
      for (const [index, record] of previous.entries()) {
        if (record !== undefined) assert.deepEqual(record, before[index]);
      }
    },
  },
  {
    name: 'is the same whatever the size of its pages, and goes on where it was left',
    run: async (subject) => {
      const since = await now(subject);
      const expected = await makeChanges(subject);
      const whole = await drain(subject, since, 100);
      for (let limit = 1; limit <= expected.length + 1; limit += 1) {
        assert.deepEqual(await drain(subject, since, limit), whole);
      }
      const { position } = await read(subject, since, 2);
      await subject.keeper.put('Person', contractPerson('3'));
      assert.deepEqual(told(await drain(subject, position, 2)), [
        ...expected.slice(2),
        ['Person', 'created', contractPerson('3')],
      ]);
    },
  },
  {
    name: 'gives the same changes again from the same position, also when there are more by then',
    run: async (subject) => {
      const since = await now(subject);
      await makeChanges(subject);
      const first = await read(subject, since, 3);
      assert.deepEqual(await read(subject, since, 3), first);
      await subject.keeper.put('Person', contractPerson('3'));
      assert.deepEqual(await read(subject, since, 3), first);
    },
  },
  {
    name: 'tells nothing of a record that is put as it is, or not deleted',
    run: async (subject) => {
      const since = await now(subject);
      await subject.keeper.put('Person', keptPerson);
      await subject.keeper.put('Person', Object.fromEntries(Object.entries(keptPerson).reverse()));
      await subject.keeper.delete('Person', uin('9'));
      assert.deepEqual(await drain(subject, since, 10), []);
    },
  },
  {
    name: 'begins with the oldest change from a position that it never gave, and says so',
    run: async (subject) => {
      await makeChanges(subject);
      const all = await read(subject, 'not-a-position', 100);
      assert.equal(all.isIncomplete, true);
      assert.ok(all.changes.length >= 5);
      assert.deepEqual(await drain(subject, all.position, 10), []);
    },
  },
  {
    name: 'calls a listener when a change can be read, until it is ended',
    run: async (subject) => {
      const { adapter, keeper } = subject;
      if (adapter.onChange === undefined) return;
      const since = await now(subject);
      let calls = 0;
      const called = new Promise<readonly RecordChange[]>((resolve, reject) => {
        adapter.onChange?.(() => drain(subject, since, 10).then(resolve, reject));
      });
      const end = adapter.onChange(() => {
        calls += 1;
      });
      await keeper.put('Person', contractPerson('2'));
      assert.deepEqual(told(await called), [['Person', 'created', contractPerson('2')]]);
      const before = calls;
      assert.ok(before > 0);
      end();
      await keeper.put('Person', contractPerson('3'));
      await drain(subject, since, 10);
      assert.equal(calls, before);
    },
  },
];
