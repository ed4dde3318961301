import type { JsonObject } from 'dci-core';

/** A record that an event of the demo writes. */
export interface WrittenRecord {
  readonly recordType: string;
  readonly record: JsonObject;
  /** Before; absent for a new record. */
  readonly previous?: JsonObject;
  /** The identifier that names this record alone. */
  readonly identifierType: string;
}

/** What happens: records of one registry, the one that it is about first. */
export interface Happening {
  /** Name of the registry type. */
  readonly registry: string;
  readonly written: readonly [WrittenRecord, ...WrittenRecord[]];
}
