import { crvs, DciError, defineRegistryType } from 'dci-core';
import { describe, expect, it } from 'vitest';
import {
  clientDouble,
  clientOf,
  clock,
  evidence,
  lucia,
  luciaWith,
  notified,
  resultOf,
  uin,
} from './client.fixtures.ts';
import { crvsService } from './crvs-service.ts';
import { notingSink } from './sink/sink.fixtures.ts';

const context = { signal: new AbortController().signal, attempt: 1 };
const query = { eventType: 'LiveBirth', from: '1990-01-01', to: '1990-12-31' };

describe('crvsService', () => {
  it('asks civil registries only', async () => {
    const client = clientDouble({}, { registry: 'social' });
    expect(() => crvsService({ client, clock })).toThrow(
      expect.objectContaining({ code: 'err.configuration.invalid' }),
    );
    const national = defineRegistryType({
      ...crvs,
      name: 'civil-status',
      slugs: ['civil-status'],
      code: 'ns:cr:Civil',
    });
    const other = { ...clientOf(lucia), registry: 'civil-status' };
    const service = crvsService({ client: other, clock, registryType: national });
    expect(await service.verifyBirth(uin)).toMatchObject({ status: 'verified' });
    expect(await service.checkDeath(uin)).toMatchObject({ status: 'not_recorded' });
    expect(await service.getMarriageStatus(uin)).toMatchObject({ status: 'unknown' });
  });
});

describe('searchEvents', () => {
  it('asks for the days of the event, and gives events', async () => {
    const client = clientDouble({
      searchByDateRange: () =>
        resultOf([lucia, luciaWith({ birth_date: 'x' }), luciaWith({ birth_date: '1991-01-01' })], {
          next: { cursor: 'c2' },
        }),
    });
    const page = await crvsService({ client, clock }).searchEvents({ ...query, eventType: 'birth', page: { size: 5 } });
    expect(client.asked).toEqual([
      {
        method: 'searchByDateRange',
        arguments: [
          'birth_date',
          { from: '1990-01-01', to: '1990-12-31' },
          { recordType: 'Person', page: { size: 5 } },
        ],
      },
    ]);
    expect(page).toMatchObject({ skipped: 2, totalCount: 3, next: { cursor: 'c2' }, evidence });
    expect(page.events).toMatchObject([{ type: 'LiveBirth', date: '1990-05-17', source: 'crvs_main' }]);
  });

  it('takes of several marriages those of the days asked for', async () => {
    const twice = luciaWith({ marriage_date: ['2010-06-01', '2018-03-03'] });
    const client = clientDouble({ searchByDateRange: () => resultOf([twice]) });
    const { events } = await crvsService({ client, clock }).searchEvents({
      ...{ eventType: 'Marriage', from: '2018-03-03', to: '2018-03-03' },
    });
    expect(events.map(({ date }) => date)).toEqual(['2018-03-03']);
  });

  it.each([
    ['an event without a date', { eventType: 'Adoption' }, 'eventType'],
    ['no vital event', { eventType: 'UPDATE' }, 'eventType'],
    ['a word', { from: 'yesterday' }, 'from'],
    ['no day of the calendar', { to: '1990-02-30' }, 'to'],
    ['exchanged ends', { from: '1991-01-01' }, 'from'],
  ])('asks nothing for %s', async (_, changes, path) => {
    const service = crvsService({ client: clientDouble({}), clock });
    await expect(service.searchEvents({ ...query, ...changes })).rejects.toMatchObject({
      code: 'err.request.bad',
      path,
    });
  });

  it('goes over all pages', async () => {
    const births = [1, 2, 3].map((number) => luciaWith({ birth_date: `1990-01-0${number}` }));
    const client = clientDouble({
      searchByDateRange: (_, __, { page }) => {
        const number = page?.number ?? 1;
        return resultOf(births.slice(number - 1, number), number < 3 ? { next: { number: number + 1 } } : {});
      },
    });
    const days: string[] = [];
    for await (const { date } of crvsService({ client, clock }).events(query)) days.push(date);
    expect(days).toEqual(['1990-01-01', '1990-01-02', '1990-01-03']);
  });

  it('does not follow a registry for ever, and does not take that for the end', async () => {
    const same = clientDouble({ searchByDateRange: () => resultOf([lucia], { next: { cursor: 'again' } }) });
    const empty = clientDouble({
      searchByDateRange: (_attribute, _range, { page } = {}) =>
        resultOf([], { next: { number: (page?.number ?? 1) + 1 } }),
    });
    const turns = ['a', 'b'];
    const alternating = clientDouble({
      searchByDateRange: () => resultOf([lucia], { next: { cursor: turns.reverse()[0] ?? '' } }),
    });
    for (const [client, pages] of [
      [same, 2],
      [empty, 4],
      [alternating, 3],
    ] as const) {
      let count = 0;
      const all = async (): Promise<void> => {
        for await (const _ of crvsService({ client, clock }).eventPages(query)) count += 1;
      };
      await expect(all()).rejects.toMatchObject({ code: 'err.service.unavailable' });
      expect(count).toBe(pages);
    }
  });

  it('takes an answer that is not finished for none', async () => {
    const client = clientDouble({ searchByDateRange: () => resultOf([], { status: 'pdng' }) });
    await expect(crvsService({ client, clock }).searchEvents(query)).rejects.toMatchObject({
      code: 'err.service.unavailable',
    });
  });

  it('fails in the middle of the pages where a page fails', async () => {
    let calls = 0;
    const client = clientDouble({
      searchByDateRange: () => {
        calls += 1;
        if (calls === 2) throw new DciError('err.service.unavailable', 'gone');
        return resultOf([lucia], { next: { number: 2 } });
      },
    });
    const days: string[] = [];
    const all = async () => {
      for await (const { date } of crvsService({ client, clock }).events(query)) days.push(date);
    };
    await expect(all()).rejects.toMatchObject({ code: 'err.service.unavailable' });
    expect(days).toEqual(['1990-05-17']);
  });
});

describe('subscriptions', () => {
  const reply = { outcomes: [{ status: 'succ', referenceId: 'r', codes: ['SUB-1'] }], evidence } as const;

  it('name the events by their codes, and the handler of the service', async () => {
    const client = clientDouble({ subscribe: () => reply });
    const service = crvsService({ client, clock, sink: notingSink() });
    const filter = { region: 'R2' };
    const handle = await service.subscribeEvents({
      eventTypes: ['birth', 'LiveBirth', 'Death'],
      filter,
      receipts: true,
    });
    expect((await handle.result()).outcomes[0]?.codes).toEqual(['SUB-1']);
    expect(client.asked).toEqual([
      {
        method: 'subscribe',
        arguments: [
          [
            { eventTypes: 'LiveBirth', recordType: 'Person', filter },
            { eventTypes: 'Death', recordType: 'Person', filter },
          ],
          { handler: 'crvs:crvs_main', receipts: true },
        ],
      },
    ]);
    expect(service.handler?.name).toBe('crvs:crvs_main');
  });

  it('are not asked for with nothing, or something unknown', async () => {
    const service = crvsService({ client: clientDouble({}), clock });
    await expect(service.subscribeEvents({ eventTypes: [] })).rejects.toMatchObject({ code: 'err.request.bad' });
    await expect(service.subscribeEvents({ eventTypes: ['Death', 'moon'] })).rejects.toMatchObject({
      path: 'eventTypes[1]',
    });
    await expect(service.unsubscribeEvents([])).rejects.toMatchObject({ code: 'err.request.bad' });
  });

  it('end by their codes', async () => {
    const client = clientDouble({ unsubscribe: () => ({ status: 'succ', subscriptions: [], evidence }) });
    await (await crvsService({ client, clock }).unsubscribeEvents(['a', 'b', 'a'])).result();
    expect(client.asked).toMatchObject([{ arguments: [['a', 'b']] }]);
  });
});

describe('the handler of notifications', () => {
  const dead = luciaWith({ death_date: '2024-12-24' });

  it('is there with a sink only', () => {
    expect(crvsService({ client: clientDouble({}), clock }).handler).toBeUndefined();
  });

  it('applies events at once, and rejects where one may be tried again', async () => {
    const sink = notingSink();
    const { handler, log } = crvsService({ client: clientDouble({}), clock, sink });
    sink.answer(() => {
      throw new Error('Núñez');
    });
    const failed = await handler?.onEvent?.(notified('Death', [dead]), context).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'err.service.unavailable' });
    expect(String(failed)).not.toContain('Núñez');
    const second = crvsService({ client: clientDouble({}), clock, sink });
    sink.answer(() => 'conflict');
    await second.handler?.onEvent?.(notified('Death', [dead]), context);
    await second.handler?.onEvent?.(notified('Death', [lucia]), context);
    expect(await log.list({})).toMatchObject([{ state: 'error', reason: 'Error' }]);
    expect(await second.log.list({})).toMatchObject([{ reason: 'no_date' }, { reason: 'conflict' }]);
  });

  it('only logs them where something else applies them', async () => {
    const sink = notingSink();
    const { handler, log } = crvsService({ client: clientDouble({}), clock, sink, processing: 'later' });
    await handler?.onEvent?.(notified('Death', [dead]), context);
    expect(sink.calls).toEqual([]);
    expect(await log.counts()).toMatchObject({ received: 1 });
  });
});
