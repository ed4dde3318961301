import {
  crvs,
  defineDialect,
  dr,
  type JsonObject,
  opencrvsDialect,
  opensppDialect,
  social,
  spdciDialect,
} from 'dci-core';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  failureOf,
  inItem,
  objectOf,
  person,
  type ReceivedRequest,
  type ReplyParts,
  registryForTests,
} from '../registry.fixtures.ts';
import { dateRangeExpression } from './date-range.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;
const everybody = { queryType: 'predicate', query: 'person.age >= 0' } as const;

const sentItem = (): JsonObject => itemOf(registry.current.requests.at(-1));
const itemOf = (request: ReceivedRequest | undefined): JsonObject =>
  objectOf((request?.message.search_request as readonly JsonObject[] | undefined)?.[0]);
const criteriaOf = (request: ReceivedRequest | undefined): JsonObject => objectOf(itemOf(request).search_criteria);

describe('a search by dates', () => {
  const rangeIn = (query: JsonObject): unknown => objectOf(objectOf(objectOf(query.value).expression).query).$and;

  it('asks for both ends, included, in the standard’s expression', async () => {
    await client().searchByDateRange('birth_date', { from: '1990-01-01', to: '1990-12-31' }, { recordType: 'Person' });
    expect(objectOf(sentItem().search_criteria)).toMatchObject({
      query_type: 'expression',
      reg_record_type: 'Person',
      query: {
        type: 'ns:org:QueryType:expression',
        value: {
          expression: {
            collection: 'Person',
            query: { $and: [{ birth_date: { $gte: '1990-01-01' } }, { birth_date: { $lte: '1990-12-31' } }] },
          },
        },
      },
    });
  });

  it.each<[string, Parameters<typeof dateRangeExpression>, unknown]>([
    ['only a beginning', ['birth_date', { from: '2000-01-01' }, social], [{ birth_date: { $gte: '2000-01-01' } }]],
    ['only an end', ['birth_date', { to: '2000-01-01' }, social], [{ birth_date: { $lte: '2000-01-01' } }]],
    [
      'whole days of a timestamp',
      ['registration_date', { from: '2026-01-30', to: '2026-01-31' }, crvs],
      [
        { registration_date: { $gte: '2026-01-30T00:00:00Z' } },
        { registration_date: { $lte: '2026-01-31T23:59:59.999Z' } },
      ],
    ],
    [
      'an alias, and a prefix',
      ['person.create_date', { to: '2026-01-31' }, dr],
      [{ 'person.create_date': { $lte: '2026-01-31T23:59:59.999Z' } }],
    ],
    [
      'the day of a timestamp, for a date',
      ['birth_date', { from: '2026-01-31T10:00:00+05:00' }, social],
      [{ birth_date: { $gte: '2026-01-31' } }],
    ],
    [
      'a timestamp as it is',
      ['registration_date', { from: '2026-01-31T10:00:00Z' }, crvs],
      [{ registration_date: { $gte: '2026-01-31T10:00:00Z' } }],
    ],
    [
      'an attribute of the deployment’s own',
      ['x_day', { from: '2026-01-31' }, crvs],
      [{ x_day: { $gte: '2026-01-31' } }],
    ],
  ])('takes %s', (_name, parameters, expected) => {
    expect(rangeIn(dateRangeExpression(...parameters))).toEqual(expected);
  });

  it.each([
    [{}, 'from'],
    [{ from: '2026-02-30' }, 'from'],
    [{ to: 'yesterday' }, 'to'],
    [{ to: '2026-01-31T10:00:00' }, 'to'],
    [{ from: '2026-02-01', to: '2026-01-31' }, 'from'],
  ])('refuses %j', async (range, path) => {
    await expect(client().searchByDateRange('birth_date', range)).rejects.toMatchObject({
      code: 'err.request.bad',
      path,
    });
    expect(registry.current.requests).toEqual([]);
  });

  it('never turns the ends of a range around', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(days, days, (one, other) => {
        const [from, to] = [one, other].map((date) => date.toISOString().slice(0, 10));
        const make = () => dateRangeExpression('birth_date', { from: from ?? '', to: to ?? '' }, social);
        if (one.toISOString().slice(0, 10) <= other.toISOString().slice(0, 10)) {
          expect(rangeIn(make())).toEqual([{ birth_date: { $gte: from } }, { birth_date: { $lte: to } }]);
        } else expect(make).toThrow('from must not be after to');
      }),
    );
  });

  it('takes the form of the registry’s family', async () => {
    registry.current.behave({ answer: (response) => void response.writeHead(400).end() });
    await failureOf(client({ dialect: opensppDialect }).searchByDateRange('birth_date', { from: '1990-01-01' }));
    const openspp = criteriaOf(registry.current.requests[0]);
    expect(openspp.query).toMatchObject({ seq: [{ operator: '>=', value: '1990-01-01' }] });
    expect(openspp.reg_type).toBe('SOCIAL_REGISTRY');
    const ranges = defineDialect({
      ...opencrvsDialect,
      signatures: spdciDialect.signatures,
      writeHeader: (header) => header,
    });
    await failureOf(
      client({ dialect: ranges, registry: crvs }).searchByDateRange(
        'registration_date',
        { from: '2026-01-01', to: '2026-01-31' },
        { eventType: 'birth' },
      ),
    );
    const opencrvs = criteriaOf(registry.current.requests[1]);
    expect(opencrvs).toMatchObject({
      reg_type: 'ocrvs:registry_type:birth',
      query: { value: { createdAt: { type: 'range', gte: '2026-01-01T00:00:00Z', lte: '2026-01-31T23:59:59.999Z' } } },
    });
  });
});

describe('what a search can say', () => {
  it('is the event type, in any spelling, and the locale', async () => {
    await client({ registry: crvs }).searchById('BRN', '1', { eventType: 'BIRTH', locale: 'fra' });
    expect(sentItem()).toMatchObject({ locale: 'fra', search_criteria: { reg_event_type: 'LiveBirth' } });
  });

  it.each([
    ['eventType', { eventType: 'harvest' }],
    ['locale', { locale: 'en' }],
  ])('must be right: %s', async (path, options) => {
    await expect(client({ registry: crvs }).searchById('BRN', '1', options)).rejects.toMatchObject({
      code: 'err.request.bad',
      path,
    });
    expect(registry.current.requests).toEqual([]);
  });

  it('is the locale of the family where the caller says nothing', async () => {
    await client({ dialect: defineDialect({ ...spdciDialect, name: 'short', locale: 'en' }) }).searchById('UIN', '1');
    expect(sentItem().locale).toBe('en');
  });

  it('names the record type where the registry has only one', async () => {
    await client({ registry: dr }).searchById('UIN', '1');
    expect(criteriaOf(registry.current.requests[0]).reg_record_type).toBe('DisabledPerson');
    await client().searchById('UIN', '1');
    expect(criteriaOf(registry.current.requests[1]).reg_record_type).toBeUndefined();
  });

  it('goes to the address that is registered for the call', async () => {
    const { baseUrl } = registry.current;
    await client({ endpoints: { 'sync-search': '/registry/sync/search' } }).searchById('UIN', '1');
    await client({ endpoints: { 'sync-search': `${baseUrl}/elsewhere` } }).searchById('UIN', '1');
    expect(registry.current.requests.map(({ path }) => path)).toEqual([
      '/dci_api/v1/registry/sync/search',
      '/dci_api/v1/elsewhere',
    ]);
  });

  it('is refused before anything is sent where the family does not know the call', async () => {
    const dialect = defineDialect({ ...spdciDialect, name: 'small', calls: ['sync-search'] });
    const one = client({ dialect });
    const calls = [
      () => one.txnStatus({ type: 'search', attribute: 'transaction_id', value: 't' }),
      () => one.receipt({ referenceIds: ['r'] }),
      () => one.searchAsync(everybody),
      () => one.subscribe({ eventTypes: 'REGISTER' }),
      () => one.unsubscribe(['s']),
      () => one.txnStatusAsync({ type: 'search', attribute: 'transaction_id', value: 't' }),
    ];
    for (const call of calls) {
      const { error, failure } = await failureOf(call());
      expect(failure.kind).toBe('unsupported');
      expect(error.code).toBe('rjct.action.not_supported');
    }
    await failureOf(client({ registry: dr, dialect }).call('disabled', {}));
    expect(registry.current.requests).toEqual([]);
  });
});

describe('an item without records', () => {
  const behave = (header: JsonObject, ...items: readonly JsonObject[]): void =>
    registry.current.behave({
      change: (parts, request) => ({
        header: { ...parts.header, ...header },
        message: {
          ...parts.message,
          search_response: items.map((item, index) => ({
            reference_id: objectOf((request.message.search_request as readonly JsonObject[])[index]).reference_id,
            data: { reg_record_type: 'Person', reg_records: [] },
            ...item,
          })),
        },
      }),
    });
  const rejecting = { status: 'rjct', status_reason_code: 'rjct.filter.invalid' };
  const statuses = async (): Promise<readonly unknown[]> =>
    (await client().searchBatch([everybody, everybody])).outcomes.map(({ status }) => status);

  it('is rejected where the header rejects the request, whatever it says itself', async () => {
    behave(rejecting, { status: 'succ' });
    expect((await failureOf(client().search(everybody))).failure).toMatchObject({
      kind: 'rejected',
      peerCode: 'rjct.filter.invalid',
    });
    behave(rejecting, {}, { status: 'succ' });
    expect(await statuses()).toEqual(['rjct', 'rjct']);
  });

  it('has the status of the header where it says none', async () => {
    behave({ status: 'pdng' }, {}, { status: 'succ' });
    expect(await statuses()).toEqual(['pdng', 'succ']);
  });

  it('is nobody found beside one that explains why the header rejects', async () => {
    behave(rejecting, { status: 'rjct' }, { status: 'succ' });
    expect(await statuses()).toEqual(['rjct', 'succ']);
  });
});

describe('a count', () => {
  it('is the total of the smallest page', async () => {
    registry.current.behave({ change: inItem({ pagination: { page_size: 1, page_number: 1, total_count: 4711 } }) });
    expect(await client().count({ ...everybody, page: { size: 500, number: 9 } })).toBe(4711);
    expect(criteriaOf(registry.current.requests[0]).pagination).toEqual({ page_size: 1, page_number: 1 });
  });

  it('is nothing where nothing is found, also when the registry does not count', async () => {
    registry.current.behave({ change: inItem({ data: { reg_records: [] }, pagination: undefined }) });
    expect(await client().count(everybody)).toBe(0);
  });

  it('is not guessed', async () => {
    for (const pagination of [undefined, { page_size: 1, page_number: 1, total_count: 0 }]) {
      registry.current.behave({ change: inItem({ pagination }) });
      const { failure } = await failureOf(client().count(everybody));
      expect(failure).toMatchObject({ kind: 'protocol', fault: 'no_total' });
    }
  });

  it.each(['pdng', 'rcvd'])('is not nothing while the registry is not done: %s', async (status) => {
    registry.current.behave({ change: inItem({ status, data: { reg_records: [] }, pagination: undefined }) });
    for (const call of [client().count(everybody), client().records(everybody)[Symbol.asyncIterator]().next()]) {
      expect((await failureOf(call)).failure).toMatchObject({ kind: 'protocol', fault: 'not_finished' });
    }
  });
});

describe('pages', () => {
  const all = Array.from({ length: 7 }, (_, index) => ({ ...person, phone_number: [`+${index}`] }));

  /** A registry that pages honestly, save for what a test changes. */
  const paging =
    (pagination: (page: { size: number; number: number; cursor: string | undefined }) => JsonObject | undefined) =>
    (parts: ReplyParts, request: ReceivedRequest): ReplyParts => {
      const asked = objectOf(criteriaOf(request).pagination);
      const size = Number(asked.page_size);
      const cursor = typeof asked.cursor === 'string' ? asked.cursor : undefined;
      const number = cursor === undefined ? Number(asked.page_number) : Number(cursor.slice(1));
      const reg_records = all.slice((number - 1) * size, number * size);
      return inItem({
        data: { reg_record_type: 'Person', reg_records },
        pagination: pagination({ size, number, cursor }),
      })(parts, request);
    };
  const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
    const collected: T[] = [];
    for await (const item of items) collected.push(item);
    return collected;
  };
  const wanted = { ...everybody, page: { size: 3 } };

  it('are fetched by number to the last', async () => {
    registry.current.behave({
      change: paging(({ size, number }) => ({ page_size: size, page_number: number, total_count: 7 })),
    });
    expect(await collect(client().records(wanted))).toEqual(all);
    expect(registry.current.requests).toHaveLength(3);
    expect((await collect(client().pages(wanted))).map(({ records }) => records.length)).toEqual([3, 3, 1]);
  });

  it('are fetched by cursor to the last', async () => {
    registry.current.behave({
      change: paging(({ size, number }) => ({
        page_size: size,
        page_number: number,
        total_count: 7,
        ...(number < 3 && { next_cursor: `c${number + 1}` }),
      })),
    });
    expect(await collect(client().records(wanted))).toHaveLength(7);
    expect(registry.current.requests.map((request) => objectOf(criteriaOf(request).pagination))).toEqual([
      { page_size: 3, page_number: 1 },
      { page_size: 3, cursor: 'c2' },
      { page_size: 3, cursor: 'c3' },
    ]);
  });

  it('of a registry that does not count end with one that is not full', async () => {
    registry.current.behave({ change: paging(() => undefined) });
    expect(await collect(client().records(wanted))).toEqual(all);
  });

  it.each<[string, (size: number) => JsonObject]>([
    ['says nothing of their size', () => ({})],
    ['repeats the size that was asked for', (size) => ({ page_size: size })],
    ['says that it is nothing', () => ({ page_size: 0 })],
  ])('are all fetched from a registry that gives smaller ones, and %s', async (_name, sizeOf) => {
    registry.current.behave({
      change: (parts, request) => {
        const { page_size: size, page_number: number } = objectOf(criteriaOf(request).pagination);
        const reg_records = all.slice((Number(number) - 1) * 2, Number(number) * 2);
        const pagination = { ...sizeOf(Number(size)), page_number: number, total_count: 7 };
        return inItem({ data: { reg_record_type: 'Person', reg_records }, pagination })(parts, request);
      },
    });
    expect(await collect(client().records({ ...everybody, page: { size: 1000 } }))).toEqual(all);
    expect(registry.current.requests).toHaveLength(4);
  });

  it('begin where they are asked to', async () => {
    registry.current.behave({
      change: paging(({ size, number }) => ({ page_size: size, page_number: number, total_count: 7 })),
    });
    expect(await collect(client().records({ ...everybody, page: { size: 3, number: 3 } }))).toEqual(all.slice(6));
  });

  it('are fetched only as far as they are iterated', async () => {
    registry.current.behave({
      change: paging(({ size, number }) => ({ page_size: size, page_number: number, total_count: 7 })),
    });
    for await (const _record of client().records(wanted)) break;
    expect(registry.current.requests).toHaveLength(1);
  });

  it('end early when the registry’s total shrinks', async () => {
    registry.current.behave({
      change: paging(({ size, number }) => ({
        page_size: size,
        page_number: number,
        total_count: number === 1 ? 7 : 2,
      })),
    });
    expect(await collect(client().records(wanted))).toHaveLength(6);
  });

  it.each<[string, Parameters<typeof paging>[0], number]>([
    ['the same cursor', () => ({ total_count: 7, next_cursor: 'c1' }), 2],
    ['the same number', () => ({ page_size: 3, page_number: 1, total_count: 7 }), 2],
    [
      'numbers that run backwards',
      ({ number }) => ({ page_size: 3, page_number: number === 1 ? 1 : 0, total_count: 7 }),
      2,
    ],
  ])('that never end are noticed: %s', async (_name, pagination, requests) => {
    registry.current.behave({ change: paging(pagination) });
    const { failure } = await failureOf(collect(client().records(wanted)));
    expect(failure).toMatchObject({ kind: 'protocol', fault: 'repeated_page' });
    expect(registry.current.requests).toHaveLength(requests);
  });

  it('that never end are noticed: a new cursor for ever, without records', async () => {
    let count = 0;
    registry.current.behave({
      change: (parts, request) => {
        count += 1;
        return inItem({ data: { reg_records: [] }, pagination: { next_cursor: `c${count}` } })(parts, request);
      },
    });
    const { failure } = await failureOf(collect(client().records(wanted)));
    expect(failure).toMatchObject({ fault: 'repeated_page' });
    expect(registry.current.requests.length).toBeLessThan(6);
  });

  it('that never end are noticed: a registry that knows neither pages nor a total', async () => {
    registry.current.behave({
      change: inItem({ data: { reg_records: all.slice(0, 3) }, pagination: undefined }),
    });
    const { failure } = await failureOf(collect(client().records(wanted)));
    expect(failure).toMatchObject({ fault: 'repeated_page' });
    expect(registry.current.requests).toHaveLength(2);
  });

  it('that are the same are noticed where records tell who they are of, and taken where they do not', async () => {
    const same = (records: readonly JsonObject[]) =>
      inItem({ data: { reg_record_type: 'Person', reg_records: records }, pagination: { total_count: 6 } });
    registry.current.behave({ change: same(all.slice(0, 3)) });
    const { failure } = await failureOf(collect(client().records(wanted)));
    expect(failure).toMatchObject({ fault: 'repeated_page' });
    // Short of its total, and then the same once more.
    const anonymous = [{ sex: 'male' }, { sex: 'male' }];
    registry.current.behave({ change: same(anonymous) });
    const short = collect(client().records({ ...everybody, page: { size: 1000 } }));
    expect((await failureOf(short)).failure).toMatchObject({ fault: 'repeated_page' });
    registry.current.behave({ change: same([{ sex: 'male' }, { sex: 'male' }, { sex: 'male' }]) });
    expect(await collect(client().records(wanted))).toHaveLength(6);
  });

  it('end with the caller’s signal', async () => {
    const controller = new AbortController();
    registry.current.behave({
      change: paging(({ size, number }) => ({ page_size: size, page_number: number, total_count: 7 })),
    });
    const iterate = async () => {
      for await (const _page of client().pages(wanted, { signal: controller.signal })) {
        controller.abort(new Error('enough'));
      }
    };
    await expect(iterate()).rejects.toThrow('enough');
    expect(registry.current.requests).toHaveLength(1);
  });
});
