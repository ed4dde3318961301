import type { Clock, LogFields, Logger } from 'dci-core';
import { createLogger } from '../observe/logger.ts';

/** A logger that says nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};

/** One line as it was written. */
export type LogLine = LogFields & { readonly level: string; readonly msg: string };

/** A logger that keeps what it writes. */
export interface CollectingLogger extends Logger {
  /** @returns every line so far, parsed */
  lines(): readonly LogLine[];
  /** @returns everything so far, as it would be written */
  text(): string;
}

/**
 * The host's own logger, with its allow-list of fields, writing into memory.
 *
 * @param clock - time of the lines; default stands at 1970
 * @returns the logger
 */
export function collectingLogger(clock: Clock = { now: () => 0 }): CollectingLogger {
  const written: string[] = [];
  const logger = createLogger({
    level: 'debug',
    clock,
    destination: { write: (line: string) => void written.push(line) },
  });
  return {
    ...logger,
    lines: () => written.map((line) => JSON.parse(line) as LogLine),
    text: () => written.join(''),
  };
}
