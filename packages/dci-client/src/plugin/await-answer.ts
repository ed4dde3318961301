import type { CliContext } from 'dci-host';
import type { AsyncHandle } from '../dci-client.ts';

/** How often the state is looked at. */
const lookMs = 200;

/**
 * Waits for the answer to a request that a command sent: its callback arrives at the running host, so that a command beside
 * it sees it in the state database only.
 *
 * @param context - the running command
 * @param handle - of the request
 * @param seconds - how long it waits
 * @returns the answer; `undefined` when none came in that time
 * @throws DciError as `handle.result` does
 */
export async function awaitAnswer<T>(
  context: Pick<CliContext, 'clock' | 'signal'>,
  handle: AsyncHandle<T>,
  seconds: number,
): Promise<T | undefined> {
  const end = context.clock.now() + seconds * 1_000;
  while ((await handle.state()) === 'open') {
    if (context.clock.now() >= end || context.signal.aborted) return undefined;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
  return await handle.result({ signal: context.signal });
}
