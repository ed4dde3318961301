import {
  compileQuery,
  DciError,
  evaluateFilter,
  type Filter,
  type JsonObject,
  type RecordType,
  type RegistryType,
  resolveEventType,
} from 'dci-core';
import type { DemoChange } from '../demo-event.ts';
import { demoRegistryTypes } from '../registries.ts';
import { type ToldEvent, toldEvents } from '../told-events.ts';

/** What a receiver subscribes to, and by which event of the demo it can come about. */
export interface SubscriptionPlan {
  readonly registryType: RegistryType;
  readonly recordType: string;
  /** Code of the event type. */
  readonly event: string;
  /** CEL predicate; absent: every record. */
  readonly filter?: string;
  readonly told: ToldEvent;
  /**
   * @param change - what an event of the demo writes
   * @returns whether it is of the event and record type subscribed to
   */
  isOfThisKind(change: DemoChange): boolean;
  /**
   * @param record - a record
   * @returns whether it passes the filter
   */
  passes(record: JsonObject): boolean;
}

/** What was asked for on the command line. */
export interface PlanInput {
  readonly registry: string;
  readonly event?: string;
  /** An empty text: none. Absent: one that suits the record type. */
  readonly filter?: string;
  readonly now: number;
}

const ofWomen = 'person.sex == "female"';
const ofRegion = 'region == "REGION_01"';

/**
 * Plans a subscription.
 *
 * @param input - registry, event and filter as given
 * @returns the plan
 * @throws DciError `err.request.bad` for an event that the demo cannot cause, `rjct.filter.invalid` for a filter that the
 *   registry could not understand either
 */
export function planSubscription({ registry, event, filter, now }: PlanInput): SubscriptionPlan {
  const registryType = demoRegistryTypes.find(({ name }) => name === registry);
  const ofRegistry = toldEvents.filter((told) => told.registry === registry);
  const [shown] = ofRegistry;
  if (registryType === undefined || shown === undefined) throw new DciError('err.request.bad', 'no such registry');
  const code = event === undefined ? (shown.events[0] ?? '') : resolveEventType(registryType, event);
  const told =
    ofRegistry.find(({ events }) => events[0] === code) ??
    ofRegistry.find(({ events }) => code !== undefined && events.includes(code));
  if (code === undefined || told === undefined) {
    const known = [...new Set(ofRegistry.flatMap(({ events }) => events))].join(', ');
    throw new DciError('err.request.bad', `--event must be one that the demo can cause in ${registry}: ${known}`);
  }
  const recordType = registryType.recordTypes.find(({ name }) => name === told.recordType);
  if (recordType === undefined) throw new DciError('err.internal', 'an event of no record type');
  const compile = (predicate: string): Filter =>
    compileQuery({ queryType: 'predicate', query: predicate, recordType, registryType, now });
  const predicate = filter ?? usualFilter(recordType);
  const compiled = predicate === '' ? undefined : compile(predicate);
  return {
    registryType,
    recordType: recordType.name,
    event: code,
    ...(predicate !== '' && { filter: predicate }),
    told,
    isOfThisKind: (change) => change.recordType === recordType.name && change.events.includes(code),
    passes: (record) => compiled === undefined || evaluateFilter(compiled, record, recordType, registryType),
  };
}

/**
 * @param plan - what is subscribed to
 * @returns the predicate of a search for records of the same kind
 */
export function searchPredicate({ filter }: Pick<SubscriptionPlan, 'filter'>): string {
  return filter ?? ofRegion;
}

function usualFilter({ name }: Pick<RecordType, 'name'>): string {
  return name === 'Group' ? ofRegion : ofWomen;
}
