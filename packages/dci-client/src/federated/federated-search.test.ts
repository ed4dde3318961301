import { DciError } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { timedOut, unreachable } from '../failure.ts';
import { clientOf, personWith, resultOf } from './federated.fixtures.ts';
import { createFederation } from './federated-search.ts';

const clock = { now: () => 1_000 };
const query = { queryType: 'predicate', query: 'sex == "female"' } as const;
const north = clientOf('north', async () => resultOf([personWith(['UIN:1']), personWith(['UIN:2'])]));
const south = clientOf('south', async () => resultOf([personWith(['UIN:2', 'NID:9'])], { totalCount: 40 }));
const broken = clientOf('broken', async () => {
  throw unreachable('ECONNREFUSED');
});

describe('a federated search', () => {
  test('joins the answers, tells whose each record is, and groups those of one registrant', async () => {
    const result = await createFederation({ clients: [north, south], clock }).search(query);
    expect(result.complete).toBe(true);
    expect(result.records.map(({ source }) => source)).toEqual(['north', 'north', 'south']);
    expect(result.groups.map(({ sources, records }) => [sources, records.length])).toEqual([
      [['north'], 1],
      [['north', 'south'], 2],
    ]);
    expect(result.groups[1]?.identifiers.map(({ value }) => value)).toEqual(['2', '9']);
    expect(result.outcomes).toMatchObject([
      { source: 'north', status: 'answered', count: 2, totalCount: 2 },
      { source: 'south', status: 'answered', count: 1, totalCount: 40, evidence: { senderId: 'registry' } },
    ]);
    expect(result.next).toBeUndefined();
  });

  test('of which a source fails gives what the others have, and says that it is incomplete', async () => {
    const result = await createFederation({ clients: [north, broken, south], clock }).search(query);
    expect(result.complete).toBe(false);
    expect(result.records).toHaveLength(3);
    expect(result.outcomes[1]).toMatchObject({
      source: 'broken',
      status: 'failed',
      failure: { kind: 'unreachable', systemCode: 'ECONNREFUSED' },
    });
  });

  test('of which a source has not finished its answer is incomplete', async () => {
    const slow = clientOf('slow', async () => resultOf([], { status: 'pdng' }));
    const result = await createFederation({ clients: [slow, north], clock }).search(query);
    expect(result.complete).toBe(false);
    expect(result.outcomes[0]).toMatchObject({ status: 'failed', failure: { fault: 'not_finished' } });
  });

  test('of which every source fails is no error, and not complete', async () => {
    const throwing = clientOf('throwing', async () => {
      throw new Error('a fault of the program');
    });
    const result = await createFederation({ clients: [broken, throwing], clock }).search(query);
    expect(result).toMatchObject({ records: [], groups: [], complete: false });
    expect(result.outcomes[1]).toMatchObject({ status: 'failed', error: { code: 'err.internal' } });
  });

  test('waits for no source longer than its time, and ends its call', async () => {
    let ended: unknown;
    const silent = clientOf('silent', (_criteria, options) => {
      options?.signal?.addEventListener('abort', () => {
        ended = options.signal?.reason;
      });
      return new Promise(() => undefined);
    });
    const federation = createFederation({ clients: [silent, north], clock, timeoutSeconds: 0.05 });
    const result = await federation.search(query);
    expect(result.records).toHaveLength(2);
    expect(result.outcomes[0]).toMatchObject({ status: 'failed', failure: { kind: 'timeout', seconds: 0.05 } });
    expect(ended).toEqual(timedOut(0.05));
  });

  test('asks all sources at the same time', async () => {
    let running = 0;
    let most = 0;
    const waiting = ['a', 'b', 'c'].map((source) =>
      clientOf(source, async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return resultOf([]);
      }),
    );
    await createFederation({ clients: waiting, clock }).search(query);
    expect(most).toBe(3);
  });

  test('ends with the signal of the caller, whatever has come', async () => {
    const controller = new AbortController();
    const silent = clientOf('silent', () => new Promise(() => undefined));
    const search = createFederation({ clients: [north, silent], clock }).search(query, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(search).rejects.toThrow('enough');
  });

  test('goes on with the pages that are left', async () => {
    const asked: unknown[] = [];
    const paged = clientOf('paged', async (criteria) => {
      asked.push(criteria.page);
      return resultOf([personWith(['UIN:7'])], criteria.page?.number === 2 ? {} : { next: { number: 2, size: 1 } });
    });
    const federation = createFederation({ clients: [north, paged], clock });
    const first = await federation.search({ ...query, page: { size: 1 } });
    expect(first.next).toEqual({ paged: { number: 2, size: 1 } });
    const second = await federation.search({ ...query, page: { size: 1 } }, { pages: first.next ?? {} });
    expect(asked).toEqual([{ size: 1 }, { number: 2, size: 1 }]);
    expect(second.outcomes.map(({ source }) => source)).toEqual(['paged']);
    expect(second.next).toBeUndefined();
  });

  test('asks only the sources that are named', async () => {
    const federation = createFederation({ clients: [north, south], clock });
    const { outcomes } = await federation.searchById('UIN', '2', { sources: ['south'] });
    expect(outcomes.map(({ source }) => source)).toEqual(['south']);
    await expect(federation.search(query, { sources: ['west'] })).rejects.toMatchObject({ code: 'err.request.bad' });
  });
});

test.each([
  ['without clients', { clients: [], clock }],
  ['with two clients of one source', { clients: [north, north], clock }],
  ['without time', { clients: [north], clock, timeoutSeconds: 0 }],
])('a federation %s is refused', (_name, options) => {
  expect(() => createFederation(options)).toThrow(DciError);
});
