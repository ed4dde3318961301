import { isJsonObject, type JsonValue, parseTimestamp } from 'dci-core';
import type { RecordedExchange } from './recording-fetch.ts';
import type { ProbeCheck } from './report.ts';

const WARNING_SECONDS = 30;
/** More than this and signatures are refused (protocol.md section 3). */
const LARGEST_SECONDS = 60;

/**
 * Compares the clock of the registry with ours, by the header `Date` and the timestamp of its reply.
 *
 * @param exchanges - what the registry answered
 * @param body - the reply to the search, where it was JSON
 * @returns the check `clock`
 */
export function checkClock(exchanges: readonly RecordedExchange[], body: JsonValue | undefined): ProbeCheck {
  const last = exchanges.at(-1);
  const header = isJsonObject(body) && isJsonObject(body.header) ? body.header : {};
  const written = typeof header.message_ts === 'string' ? parseTimestamp(header.message_ts) : undefined;
  const dated = exchanges.findLast(({ date }) => date !== undefined);
  const differences = [
    ...(dated?.date === undefined ? [] : [dated.date - dated.answeredAt]),
    ...(written === undefined || last === undefined ? [] : [written - last.answeredAt]),
  ].map((milliseconds) => milliseconds / 1000);
  if (differences.length === 0)
    return { name: 'clock', status: 'skipped', text: 'The registry does not tell its time.' };
  const largest = differences.reduce((left, right) => (Math.abs(right) > Math.abs(left) ? right : left));
  const seconds = Math.round(Math.abs(largest));
  // Both times are cut to whole seconds, and an answer takes its time.
  if (seconds <= 2) return { name: 'clock', status: 'ok', text: 'The clock of the registry agrees with ours.' };
  const text = `The clock of the registry is ${seconds} seconds ${largest > 0 ? 'ahead of' : 'behind'} ours.`;
  if (seconds <= WARNING_SECONDS) return { name: 'clock', status: 'ok', text };
  const hint = `Set the clocks of both sides by the network: signatures allow ${LARGEST_SECONDS} seconds.`;
  return { name: 'clock', status: seconds > LARGEST_SECONDS ? 'failed' : 'warning', text, hint };
}
