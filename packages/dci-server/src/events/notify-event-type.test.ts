import { crvs, dr, type RegistryType, social } from 'dci-core';
import { expect, it } from 'vitest';
import { writeEventType, writeSubscribedTypes } from './notify-event-type.ts';

const planted: RegistryType = { ...social, notifyEventTypes: ['PLANTED'] };

it.each<[string, RegistryType, string, object]>([
  ['in the list', social, 'REGISTER', { reg_event_type: 'REGISTER' }],
  ['beside the list', social, 'UPDATE', { event_type: 'UPDATE' }],
  ['of a registry without a list', crvs, 'UPDATE', { reg_event_type: 'UPDATE' }],
  ["of a contributor's registry", planted, 'PLANTED', { reg_event_type: 'PLANTED' }],
  ["beside a contributor's list", planted, 'REGISTER', { event_type: 'REGISTER' }],
])('writes an event type %s', (_name, type, eventType, written) => {
  expect(writeEventType(type, eventType)).toEqual(written);
});

it('writes the event types of a subscription', () => {
  expect(writeSubscribedTypes(social, ['REGISTER', 'UPDATE'])).toEqual({ reg_event_type: 'REGISTER,UPDATE' });
  expect(writeSubscribedTypes(dr, ['REGISTER'])).toEqual({ reg_event_type: 'REGISTER' });
  expect(writeSubscribedTypes(dr, ['REGISTER', 'UPDATE'])).toEqual({ event_type: 'REGISTER,UPDATE' });
});
