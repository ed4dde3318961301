import { expect, test } from 'vitest';
import { parseMessage } from '../envelope/parse-message.ts';
import { DciError } from '../errors.ts';
import type { JsonValue } from '../json/value.ts';
import { type NotifyRequest, notifyRequestSchema } from './notify.ts';

const timestamp = '2026-04-22T10:30:00Z';
const read = (message: JsonValue) => parseMessage(notifyRequestSchema, message, 'message');

test('what this project writes is read, records as a list', () => {
  const data = {
    version: '1.0.0',
    reg_type: 'ns:org:RegistryType:Social',
    reg_event_type: 'REGISTER',
    reg_record_type: 'Person',
  };
  const written: NotifyRequest = {
    transaction_id: 't',
    notify_event: [{ reference_id: 'e-1', timestamp, data: { ...data, reg_records: { sex: 'male' } } }],
  };
  expect(read(written)).toEqual({
    transaction_id: 't',
    notify_event: [{ reference_id: 'e-1', timestamp, data: { ...data, reg_records: [{ sex: 'male' }] } }],
  });
});

test("OpenSPP's events", () => {
  const read1 = read({
    subscription_code: 'S1',
    notification_id: 'n',
    notify_event: [
      { event_id: 'e-1', event_ts: timestamp, event_type: 'BIRTH', reg_type: 'CRVS', event_data: [{ a: 1 }, { b: 2 }] },
    ],
  });
  expect(read1).toEqual({
    subscription_code: 'S1',
    notification_id: 'n',
    notify_event: [
      {
        reference_id: 'e-1',
        timestamp,
        data: { reg_type: 'CRVS', reg_event_type: 'BIRTH', reg_records: [{ a: 1 }, { b: 2 }] },
      },
    ],
  });
});

test("one event without a list, as OpenSPP's receivers expect", () => {
  const event = { event_type: 'DEATH', event_date: timestamp, identifiers: [], person: { a: 1 } };
  expect(read({ notify_event: event }).notify_event).toEqual([
    { timestamp, data: { reg_event_type: 'DEATH', reg_records: [{ a: 1 }] } },
  ]);
});

test.each<JsonValue>([{}, { notify_event: 'x' }, { notify_event: [{ data: { reg_records: [1] } }] }, []])(
  '%j is refused',
  (message) => {
    expect(() => read(message)).toThrow(DciError);
  },
);
