import { join } from 'node:path';
import { type JsonObject, social } from 'dci-core';
import { type RecordStore, recordStoreAdapter } from 'dci-server';
import type { Arrival, Ledger } from './ledger.fixtures.ts';
import { eventsOf } from './ledger.fixtures.ts';
import { correlationOf, type Party, type PreparedCall, searchCall, send } from './resilient-host.fixtures.ts';

/** Searches that were acknowledged: transaction id → correlation id. */
export type Acknowledged = Map<string, string>;

/** A stream of asynchronous searches at a host that comes and goes. */
export interface SearchStream {
  readonly acknowledged: Acknowledged;
  /** Calls that had an answer other than an acknowledgement, which must not happen. */
  readonly refused: readonly string[];
  /** Ends it; calls without an answer are sent again until they have one, unless `abandon` is set. */
  stop(abandon?: boolean): Promise<void>;
}

/**
 * Sends searches without pause. A call that had no answer is sent again as it is: its sender cannot know whether it
 * arrived.
 *
 * @param party - who sends
 * @param ledger - where callbacks go
 * @param address - the host's address, absent while there is none
 * @param senders - calls that are under way at once
 */
export function streamSearches(
  party: Party,
  ledger: Ledger,
  address: () => string | undefined,
  senders = 4,
): SearchStream {
  const acknowledged: Acknowledged = new Map();
  const refused: string[] = [];
  let isEnding = false;
  let isAbandoned = false;
  let count = 0;
  const attempt = async (call: PreparedCall): Promise<boolean> => {
    const url = address();
    const answer = url === undefined ? undefined : await send(url, party, call);
    if (answer === undefined) return false;
    if (answer.status === 202) acknowledged.set(call.transactionId, correlationOf(answer));
    // A host that is about to stop may say so; the call is sent again.
    else if (answer.status === 503) return false;
    else refused.push(`${answer.status} ${JSON.stringify(answer.body)}`);
    return true;
  };
  const run = async (): Promise<void> => {
    while (!isEnding) {
      count += 1;
      const call = await searchCall(party, `${(count % 50) + 1}`, `${ledger.url}/on-search`);
      while (!isAbandoned && !(await attempt(call))) await pause(20);
    }
  };
  const runs = Array.from({ length: senders }, run);
  return {
    acknowledged,
    refused,
    stop: async (abandon = false) => {
      isEnding = true;
      isAbandoned = abandon;
      await Promise.all(runs);
    },
  };
}

/** Opens the registry of a host beside it: what is written here the host learns from its change feed. */
export function openRegistry(dataDirectory: string): RecordStore {
  return recordStoreAdapter({ registryType: social, file: join(dataDirectory, 'social.sqlite') });
}

/** @returns a person as the registry keeps it */
export function person(uin: string, sex: 'male' | 'female' = 'female'): JsonObject {
  return {
    '@context': 'https://schema.spdci.org/extensions/social/v1',
    '@type': 'Person',
    identifier: [{ identifier_type: 'UIN', identifier_value: uin }],
    name: { given_name: 'Person', surname: `No ${uin}` },
    sex,
    birth_date: '1990-01-01',
  };
}

/** @returns the correlation ids of all callbacks that say that a search is done */
export function answeredSearches(ledger: Ledger): ReadonlySet<string> {
  return new Set(
    ledger.arrivals
      .filter(({ action, header }) => action === 'on-search' && header.status === 'succ')
      .map(({ message }) => String(message.correlation_id)),
  );
}

/** @returns the identifiers of the persons in all notifications */
export function notifiedPersons(ledger: Ledger): ReadonlySet<string> {
  const found = new Set<string>();
  for (const arrival of ledger.arrivals) {
    for (const event of eventsOf(arrival)) {
      for (const match of JSON.stringify(event).matchAll(/"identifier_value":"(new-\d+)"/g)) found.add(match[1] ?? '');
    }
  }
  return found;
}

/**
 * Finds messages that are the same by what they are for, but not by their id or content.
 *
 * @param arrivals - all that arrived
 * @returns what is wrong; empty when every duplicate is one
 */
export function faultyDuplicates(arrivals: readonly Arrival[]): readonly string[] {
  const contents = new Map<string, string>();
  const subjects = new Map<string, string>();
  const faults: string[] = [];
  for (const arrival of arrivals) {
    const content = JSON.stringify([arrival.header, arrival.message]);
    const before = contents.get(arrival.messageId);
    if (before !== undefined && before !== content) faults.push(`${arrival.messageId} has two contents`);
    contents.set(arrival.messageId, content);
    for (const subject of subjectsOf(arrival)) {
      const messageId = subjects.get(subject);
      if (messageId !== undefined && messageId !== arrival.messageId) faults.push(`${subject} has two message ids`);
      subjects.set(subject, arrival.messageId);
    }
  }
  return faults;
}

function subjectsOf(arrival: Arrival): readonly string[] {
  const { action, message } = arrival;
  if (action !== 'notify') return [`${action} ${String(message.correlation_id)}`];
  return eventsOf(arrival).map(({ reference_id: reference }) => `event ${String(reference)}`);
}

/** @returns a promise that resolves after some milliseconds */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
