import type { Clock, LogFields, Logger } from 'dci-core';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import type { LogLevel } from '../config/host-config.ts';

/**
 * The names that a log line can have. Anything else is dropped, so that a field which carries a body, a token or a
 * registrant's data cannot slip into a log unnoticed (reliability.md SE2); `dropped` counts what was.
 */
export const logFieldNames: ReadonlySet<string> = new Set([
  // where
  'plugin',
  'component',
  'process_id',
  'host',
  'port',
  'directory',
  'version',
  // the HTTP request
  'request_id',
  'method',
  'route',
  'status',
  'duration_ms',
  'bytes',
  // the message, by ids and codes of the protocol
  'message_id',
  'transaction_id',
  'correlation_id',
  'subscription_id',
  'reference_id',
  'sender_id',
  'receiver_id',
  'action',
  'registry',
  'record_type',
  'event_type',
  'scheme',
  'algorithm',
  'key_id',
  // what happened
  'error',
  'fault',
  'code',
  'reason',
  'cause',
  'stack',
  'check',
  'job',
  'job_id',
  'attempt',
  'count',
  'total',
  'migration',
  'setting',
  'signal',
  'state',
]);

const longestText = 1000;

/** What {@link createLogger} works with. */
export interface LoggerOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  /** Takes whole lines of JSON, each with its line end. */
  readonly destination: DestinationStream;
}

/**
 * Makes the host's logger: one JSON object a line, with `level`, `time` (RFC 3339), the allowed fields and `msg`.
 *
 * @param options - level, clock and where lines go
 * @returns the logger
 */
export function createLogger(options: LoggerOptions): Logger {
  const root = pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date(options.clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination,
  );
  return wrap(root);
}

function wrap(logger: PinoLogger): Logger {
  return {
    debug: (fields, message) => logger.isLevelEnabled('debug') && logger.debug(allowed(fields), message),
    info: (fields, message) => logger.isLevelEnabled('info') && logger.info(allowed(fields), message),
    warn: (fields, message) => logger.warn(allowed(fields), message),
    error: (fields, message) => logger.error(allowed(fields), message),
    child: (fields) => wrap(logger.child(allowed(fields))),
  };
}

function allowed(fields: LogFields): LogFields {
  const kept: Record<string, string | number | boolean> = {};
  let dropped = 0;
  for (const name in fields) {
    const value = fields[name];
    if (value === undefined) continue;
    if (!logFieldNames.has(name)) dropped += 1;
    else kept[name] = typeof value === 'string' && value.length > longestText ? value.slice(0, longestText) : value;
  }
  if (dropped > 0) kept.dropped = dropped;
  return kept;
}
