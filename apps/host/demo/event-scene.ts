import {
  DciError,
  type Filter,
  formatTimestamp,
  identifiersOf,
  isJsonObject,
  type JsonObject,
  type Random,
} from 'dci-core';
import type { RecordStore } from 'dci-server';
import { type DemoHost, type DemoRegistries, demoRegistryTypes } from './registries.ts';

/** What an event needs to happen: the registries, the time, and chance. */
export interface EventScene {
  /** RFC 3339 UTC. */
  readonly now: string;
  /** `YYYY-MM-DD` */
  readonly today: string;
  /** @returns the day so many years ago, `YYYY-MM-DD` */
  yearsAgo(years: number): string;
  /** @returns the store of a registry */
  store(registry: string): Promise<RecordStore>;
  /** @returns an integer from 0, below `end` */
  chance(end: number): number;
  /** @returns a fresh random UUID */
  uuid(): string;
  /**
   * @param registry - name of the registry type
   * @param recordType - record type name
   * @param filter - which records will do
   * @returns one of them by chance
   * @throws DciError `err.state.conflict` when there is none
   */
  pick(registry: string, recordType: string, filter: Filter): Promise<JsonObject>;
}

/**
 * Sets the scene.
 *
 * @param registries - the demo's registries
 * @param host - clock, chance and data directory
 * @returns the scene
 */
export function eventScene(registries: DemoRegistries, host: DemoHost & { readonly random: Random }): EventScene {
  const { clock, random } = host;
  const now = formatTimestamp(clock.now());
  const today = now.slice(0, 10);
  const chance = (end: number): number => {
    const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
    return Math.floor((((a * 256 + b) * 256 + c) * 256 + d) % end);
  };
  const store = (registry: string) => registries.store(registry, host);
  return {
    now,
    today,
    // The first of the month: every month has one.
    yearsAgo: (years) => `${Number(today.slice(0, 4)) - years}${today.slice(4, 8)}01`,
    store,
    chance,
    uuid: () => random.uuid(),
    pick: async (registry, recordType, filter) => {
      const adapter = await store(registry);
      const count = await adapter.count({ recordType, filter });
      const page = { size: 1, number: 1 + (count === 0 ? 0 : chance(count)) };
      const [record] = (await adapter.search({ recordType, filter, sort: [], page })).records;
      if (record === undefined) throw new DciError('err.state.conflict', 'The demo has no record for this event.');
      return record;
    },
  };
}

/**
 * @param record - a record of a demo registry
 * @param registry - name of the registry type
 * @param path - where its identifiers are
 * @param type - identifier type
 * @returns the identifier of this type
 */
export function identifierIn(record: JsonObject, registry: string, path: string, type: string): string | undefined {
  const registryType = demoRegistryTypes.find(({ name }) => name === registry);
  if (registryType === undefined) return undefined;
  return identifiersOf(record, path, registryType).find(({ identifierType }) => identifierType === type)?.value;
}

/** @returns the object in a member of a record; empty where there is none */
export function part(record: JsonObject | undefined, name: string): JsonObject {
  const value = record?.[name];
  const [first] = Array.isArray(value) ? value : [value];
  return isJsonObject(first) ? first : {};
}

/** @returns the elements of a list in a record */
export function listOf(record: JsonObject, name: string): readonly JsonObject[] {
  const value = record[name];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
