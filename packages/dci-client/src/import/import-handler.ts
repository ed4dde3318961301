import { DciError } from 'dci-core';
import type { CallbackHandler } from '../callbacks/handlers.ts';
import { type ImportOptions, importRecords } from './import-records.ts';

/** What {@link importHandler} works on. */
export interface ImportHandlerOptions extends Pick<ImportOptions, 'definition' | 'target' | 'onOutcome'> {
  /** Of the handler, as `subscribe` and `searchAsync` name it. */
  readonly name: string;
  /** Event types whose records are left alone; absent: `DELETE`, because a record that is deleted is told as it was. */
  readonly ignore?: readonly string[];
}

/**
 * Makes a handler that imports the records of notifications and of asynchronous searches. It may be called several times for
 * one event: the same records again change nothing.
 *
 * @param options - name, mapping and tables
 * @returns the handler, for `dciClient({ handlers })`
 */
export function importHandler(options: ImportHandlerOptions): CallbackHandler {
  const { name, ignore = ['DELETE'], definition } = options;
  const bring: (records: Parameters<typeof importRecords>[0], signal: AbortSignal) => Promise<void> = async (
    records,
    signal,
  ) => {
    const { failed } = await importRecords(records, { ...options, signal });
    if (failed > 0) throw new DciError('err.state.conflict', `The database refused ${failed} records.`);
  };
  return {
    name,
    onEvent: async ({ eventType, recordType, records }, { signal }) => {
      if (recordType === definition.mapping.recordType && !ignore.includes(eventType)) await bring(records, signal);
    },
    onSearchResult: async ({ outcomes }, { signal }) => {
      for (const outcome of outcomes) {
        if (outcome.status !== 'rjct' && outcome.recordType === definition.mapping.recordType) {
          await bring(outcome.records, signal);
        }
      }
    },
  };
}
