import { type DestinationStream, destination } from 'pino';
import { build as pretty } from 'pino-pretty';

/** Where log lines go, and how to get the last ones out. */
export interface LogDestination {
  readonly stream: DestinationStream;
  /** Writes what is still buffered, at the end of the process. */
  flush(): void;
}

/**
 * Makes the destination of a host process.
 *
 * @param options - `json`: lines of JSON to standard output, buffered up to 4 KiB or a second, since a write for each
 * request would cost more than the request's log line is worth; otherwise readable lines to standard error, at once
 * @returns the destination
 */
export function createLogDestination(options: { readonly json: boolean; readonly color: boolean }): LogDestination {
  if (!options.json) {
    const stream = pretty({
      colorize: options.color,
      destination: 2,
      sync: true,
      translateTime: 'SYS:HH:MM:ss',
      ignore: 'pid,hostname',
    });
    return { stream, flush() {} };
  }
  const stream = destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 1000 });
  return {
    stream,
    flush() {
      try {
        stream.flushSync();
      } catch {
        // Nothing was written yet, or standard output is gone; there is nowhere left to say so.
      }
    },
  };
}
