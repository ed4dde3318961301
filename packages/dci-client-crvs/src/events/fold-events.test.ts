import type { JsonObject, JsonValue } from 'dci-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clock, lucia, luciaWith, notified, readRecords } from '../client.fixtures.ts';
import { newVitalEvent } from '../log/event-keys.ts';
import { foldEvents, readVitalEvent, readVitalEventType } from './fold-events.ts';
import { foldNotification } from './fold-notification.ts';
import { vitalEventTypes } from './vital-event.ts';

const from = { source: 'crvs_main', clock };
const fold = (record: JsonValue, eventType?: string, day?: string) =>
  foldEvents(readRecords([record])[0] ?? {}, from, eventType, day);
const told = (record: JsonValue, eventType?: string, day?: string) => {
  const { events, rejected } = fold(record, eventType, day);
  return [
    ...events.map(({ type, date }) => `${type} ${date}`),
    ...rejected.map(({ type, reason }) => `${type} ${reason}`),
  ];
};

const life = luciaWith({
  marriage_date: ['2018-03-03', '2010-06-01'],
  divorce_date: '2015-01-01',
  death_date: '2024-12-24',
  death_place: { name: 'Hospital' },
  marital_status: 'S',
  identifier: [
    ...(lucia.identifier as readonly JsonObject[]),
    { identifier_type: 'DRN', identifier_value: 'D-1' },
    { identifier_type: 'MRN', identifier_value: 'M-1' },
  ],
});

describe('foldEvents', () => {
  it('finds all events of a record, in the order of a life', () => {
    expect(told(life)).toEqual([
      'LiveBirth 1990-05-17',
      'Marriage 2010-06-01',
      'Divorce 2015-01-01',
      'Marriage 2018-03-03',
      'Death 2024-12-24',
    ]);
    for (const type of ['REGISTER', 'UPDATED']) expect(told(life, type)).toEqual(told(life));
    expect(told(lucia)).toEqual(['LiveBirth 1990-05-17']);
    expect(told({ identifier: lucia.identifier })).toEqual([]);
  });

  it('finds the event that it is about, in any spelling of its type', () => {
    for (const type of ['LiveBirth', 'BIRTH', 'live_birth', 'ocrvs:registry_type:birth']) {
      expect(told(life, type)).toEqual(['LiveBirth 1990-05-17']);
    }
    expect(told(life, 'death')).toEqual(['Death 2024-12-24']);
    expect(told(life, 'Marriage')).toEqual(['Marriage 2010-06-01', 'Marriage 2018-03-03']);
    expect(told(life, 'Adoption', '2026-04-21T08:00:00Z')).toEqual(['Adoption 2026-04-21']);
    expect(readVitalEventType('DIVORCE')).toBe('Divorce');
    expect(readVitalEventType('UPDATE')).toBeUndefined();
  });

  it('tells what follows from the record', () => {
    const [birth, marriage, , , death] = fold(life).events;
    expect(birth).toMatchObject({
      registrationNumber: 'B-1990-17',
      place: { name: 'Peñas Blancas' },
      source: 'crvs_main',
    });
    expect(death).toMatchObject({ registrationNumber: 'D-1', place: { name: 'Hospital' }, person: { sex: 'female' } });
    // an event that arrives late states what holds now
    expect(marriage).toMatchObject({ registrationNumber: 'M-1', maritalStatus: 'M', maritalStatusSince: '2018-03-03' });
    const tied = luciaWith({ marriage_date: '2010-06-01', divorce_date: '2010-06-01' });
    expect(fold(tied, 'Divorce').events).toMatchObject([{ maritalStatus: 'D', maritalStatusSince: '2010-06-01' }]);
  });

  it.each<[string, JsonValue, string | undefined, readonly string[]]>([
    ['no date of the event', lucia, 'Death', ['Death no_date']],
    ['a date that cannot be read', luciaWith({ death_date: 'monday' }), 'Death', ['Death unreadable_date']],
    [
      'one of two that cannot be read',
      luciaWith({ marriage_date: ['2010-06-01', 'x'] }),
      'Marriage',
      ['Marriage 2010-06-01', 'Marriage unreadable_date'],
    ],
    ['the future', luciaWith({ death_date: '2026-05-01' }), 'Death', ['Death date_in_future']],
    ['a date of another type', luciaWith({ birth_date: 5 }), undefined, ['LiveBirth unreadable_date']],
    ['a deletion', lucia, 'DELETE', ['DELETE event_type_not_supported']],
    ['an unknown event', lucia, 'graduation', ['graduation event_type_not_supported']],
    ['an event without a day', lucia, 'Adoption', ['Adoption no_date']],
  ])('makes no event of %s', (_, record, type, expected) => {
    expect(told(record, type)).toEqual(expected);
  });

  it('makes the same event of what it is stored as', () => {
    for (const event of fold(life).events) {
      const { type, date, source, record } = event;
      expect(readVitalEvent({ type, date, source, record }, clock)).toEqual(event);
    }
  });
});

describe('foldNotification', () => {
  it('takes every record, and names the notification', () => {
    const other = luciaWith({ identifier: [{ identifier_type: 'UIN', identifier_value: '2' }] });
    const { events } = foldNotification(notified('BIRTH', [lucia, other]), { clock });
    expect(events).toMatchObject([
      { notification: { id: 'n-1', subscriptionCode: 'SUB-1', referenceId: 'ref-1' } },
      { identifiers: [{ value: '2' }] },
    ]);
  });

  it('rejects a notification without a record', () => {
    expect(foldNotification(notified('Death', []), { clock })).toEqual({
      events: [],
      rejected: [{ type: 'Death', reason: 'no_record' }],
    });
  });
});

describe('the key of an event', () => {
  const keysOf = (record: JsonValue, type = 'Marriage') =>
    fold(record, type).events.flatMap((event) => newVitalEvent(event).keys);
  const withIdentifiers = (...identifiers: readonly [string, string][]) =>
    luciaWith({
      marriage_date: '2010-06-01',
      identifier: identifiers.map(([identifier_type, identifier_value]) => ({ identifier_type, identifier_value })),
    });

  it('is one for each identifier of the person, whatever its spelling', () => {
    const keys = keysOf(withIdentifiers(['NID', 'ab 1'], ['urn:gov:national-id', 'AB1'], ['BRN', '2']));
    expect(keys).toEqual(['Marriage 2010-06-01 NationalID AB1', 'Marriage 2010-06-01 BRN 2']);
  });

  it('does not take two spouses for one person', () => {
    const bride = keysOf(withIdentifiers(['UIN', '1'], ['MRN', 'M-1']));
    const groom = keysOf(withIdentifiers(['UIN', '2'], ['MRN', 'M-1']));
    expect(bride.filter((key) => groom.includes(key))).toEqual([]);
  });

  it('rejects what is nobody’s', () => {
    const [event] = fold(luciaWith({ identifier: [] }), 'LiveBirth').events;
    expect(event === undefined ? undefined : newVitalEvent(event).rejection).toBe('no_identifier');
  });
});

/** What `readJson` lets through. */
const json = (fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>).filter(
  (value) => !JSON.stringify(value).includes('__proto__'),
);
const date = fc.oneof(
  fc.integer({ min: 0, max: 25_000 }).map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10)),
  json,
);
const anyRecord = fc.record(
  {
    identifier: fc.oneof(json, fc.constant(lucia.identifier as JsonValue)),
    name: json,
    sex: json,
    birth_date: date,
    birth_place: json,
    death_date: date,
    death_place: json,
    marital_status: json,
    marriage_date: fc.oneof(date, fc.array(date, { maxLength: 3 })),
    divorce_date: fc.oneof(date, fc.array(date, { maxLength: 3 })),
    parent1_identifier: json,
    relations: json,
    related_person: json,
  },
  { requiredKeys: [] },
);

describe('foldEvents, for any record', () => {
  it('gives each event once, on a day that has been, and says the same of the record as read again', () => {
    fc.assert(
      fc.property(anyRecord, fc.constantFrom(undefined, 'REGISTER', ...vitalEventTypes, 'x'), (record, type) => {
        for (const each of [record, ...readRecords([record])]) {
          const { events, rejected } = foldEvents(each, from, type, '2026-01-01');
          const names = events.map((event) => `${event.type} ${event.date}`);
          expect(new Set(names).size).toBe(names.length);
          for (const event of events) {
            expect(event.date).toMatch(/^\d{4}-\d\d-\d\d$/);
            expect(event.date <= '2026-04-23').toBe(true);
            if (type !== undefined && type !== 'REGISTER') expect(event.type).toBe(type);
            const { type: stored, date: day, source } = event;
            expect(readVitalEvent({ type: stored, date: day, source, record: each }, clock)).toEqual(event);
            expect(newVitalEvent(event).keys.length).toBeGreaterThan(0);
          }
          if (type !== undefined && type !== 'REGISTER') expect(events.length + rejected.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});
