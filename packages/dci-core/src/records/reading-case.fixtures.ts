import type { JsonObject } from '../json/value.ts';

/** What a foreign record is read into. */
export interface ReadingCase {
  /** Registry type and record type. */
  readonly type: readonly [registryType: string, recordType: string];
  /** What the case shows: the row of records.md. */
  readonly shows: string;
  readonly received: JsonObject;
  readonly record: JsonObject;
  /** Paths of the warnings; none when absent. */
  readonly warnings?: readonly string[];
}
