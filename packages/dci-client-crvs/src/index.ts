export { type CrvsService, type CrvsServiceOptions, crvsService } from './crvs-service.ts';
// events
export { type EventHandlerOptions, eventHandler } from './events/event-handler.ts';
export {
  type EventSource,
  type FoldedEvents,
  foldEvents,
  type RejectedEvent,
  readVitalEvent,
  readVitalEventType,
} from './events/fold-events.ts';
export { foldNotification } from './events/fold-notification.ts';
export {
  type EventPage,
  type EventQuery,
  eventPages,
  type SearchEventsOptions,
  searchEvents,
} from './events/search-events.ts';
export {
  type EventSubscription,
  handlerName,
  type SubscribeEventsOptions,
  subscribeEvents,
  unsubscribeEvents,
} from './events/subscribe-events.ts';
export {
  type BirthEvent,
  type DeathEvent,
  type EventRejection,
  type MaritalEvent,
  type NotificationReference,
  type OtherVitalEvent,
  type VitalEvent,
  type VitalEventOrigin,
  type VitalEventType,
  vitalEventTypes,
} from './events/vital-event.ts';
// people
export { type CivilIdentifier, sameIdentifier } from './identifiers.ts';
// log
export { newVitalEvent } from './log/event-keys.ts';
export {
  createEventProcessor,
  type EventProcessorOptions,
  type ProcessorSettings,
  type ProcessResult,
  type ReceivedVitalEvent,
  type VitalEventProcessor,
} from './log/event-processor.ts';
export { memoryVitalEventLog } from './log/memory-log.ts';
export {
  type ClaimedEvent,
  type ClaimResult,
  type LoggedContent,
  type LoggedEvent,
  type LogQuery,
  type NewVitalEvent,
  type RetryQuery,
  type Settlement,
  type VitalEventLog,
  type VitalEventState,
  vitalEventStates,
} from './log/vital-event-log.ts';
export type {
  CivilName,
  CivilPerson,
  CivilPlace,
  MaritalStatusCode,
  SexCode,
  UnreadableMember,
} from './person/civil-person.ts';
export type { FindPersonOptions, LookupOptions, Provenance, RecordsBy } from './person/find-person.ts';
export { compareNames, type NameComparison, type NameInput } from './person/name-comparison.ts';
export { readCivilPerson } from './person/read-civil-person.ts';
// sink
export type { EventOutcome } from './sink/apply-event.ts';
export type {
  Deactivation,
  EventPreview,
  EventSink,
  FieldDifference,
  SinkContext,
  SinkOutcome,
  SinkResult,
} from './sink/event-sink.ts';
export type { MappedColumn, MappedColumns, MappedField } from './sink/mapped-fields.ts';
export { type MappedEventSink, type MappedEventSinkOptions, mappedEventSink } from './sink/mapped-sink.ts';
// questions
export { checkDeath, type DeathCheck } from './verify/check-death.ts';
export type {
  ComparedField,
  ExpectedBirth,
  FieldComparison,
  FieldComparisons,
} from './verify/expected-birth.ts';
export { getMarriageStatus, type MarriageStatus } from './verify/get-marriage-status.ts';
export { type MaritalFacts, maritalStatusOf } from './verify/marital-status.ts';
export { type BirthFacts, type BirthVerification, verifyBirth } from './verify/verify-birth.ts';
