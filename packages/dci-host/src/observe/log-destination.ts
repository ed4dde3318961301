import { type DestinationStream, destination } from 'pino';
import { build as pretty } from 'pino-pretty';

/**
 * Makes the destination of a host process's log. Lines that are still buffered are written when the process exits.
 *
 * @param options - `json`: lines of JSON to standard output, buffered up to 4 KiB or a second, since a write for each
 * request would cost more than the request's log line is worth; otherwise readable lines to standard error, at once
 * @returns the destination
 */
export function createLogDestination(options: { readonly json: boolean; readonly color: boolean }): DestinationStream {
  if (options.json) return destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 1000 });
  return pretty({
    colorize: options.color,
    destination: 2,
    sync: true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
  });
}
