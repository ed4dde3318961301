import type { DataSourceSettings } from '../../data-source-settings.ts';

/** What the state of a host knows of a data source. */
export interface StoredSource {
  readonly code: string;
  /** Absent: the settings are those of the configuration. */
  readonly settings?: DataSourceSettings;
  readonly disabled: boolean;
  /** Unix milliseconds. */
  readonly changedAt: number;
}

/** Keeps data sources that were added at run time, and which are disabled. Settings hold references to secrets, no secrets. */
export interface SourceStore {
  /** @returns all, by code */
  list(): readonly StoredSource[];
  /** @returns what is stored under a code */
  find(code: string): StoredSource | undefined;
  /**
   * Adds a source, or changes the settings of one that was added.
   *
   * @param settings - checked
   */
  save(settings: DataSourceSettings): Promise<void>;
  /**
   * @param code - of any source, also of the configuration
   * @param disabled - whether it is to be asked no more
   */
  setDisabled(code: string, disabled: boolean): Promise<void>;
  /** @returns whether there was a source that had been added */
  remove(code: string): Promise<boolean>;
}
