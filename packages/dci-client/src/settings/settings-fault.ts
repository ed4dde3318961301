import { DciError } from 'dci-core';

/** One thing that is wrong with settings. */
export interface SettingsFault {
  /** For example `authorization.tokenUrl`. */
  readonly path: string;
  /** Follows the path in a sentence: `must be …`, `is missing`. Never a value. */
  readonly text: string;
}

/**
 * @param faults - at least one
 * @returns `err.configuration.invalid` that names all of them; its path is that of the first
 */
export function settingsError(faults: readonly SettingsFault[]): DciError {
  const message = faults.map(({ path, text }) => `${path} ${text}`).join('; ');
  const [first] = faults;
  return new DciError('err.configuration.invalid', message, first === undefined ? {} : { path: first.path });
}
