import type { ResolvedDataSource } from '../data-source.ts';
import { isLoopback } from '../settings/loopback.ts';
import type { ProbeCheck } from './report.ts';

/**
 * Looks whether the registry can call back. That it really can is only seen when it does.
 *
 * @param source - the data source
 * @returns the check `callbacks`
 */
export function checkCallbacks({ callbacks, baseUrl }: ResolvedDataSource): ProbeCheck {
  const name = 'callbacks';
  if (callbacks === undefined) {
    const text = 'No address for callbacks is set: searchAsync, subscribe and unsubscribe are not possible.';
    return { name, status: 'skipped', text };
  }
  const { base } = callbacks;
  if (isLoopback(base) && !isLoopback(baseUrl)) {
    const hint = 'Set callbackBase to an address that the registry can reach.';
    return { name, status: 'failed', text: 'The address for callbacks leads nowhere from outside.', hint };
  }
  if (base.startsWith('http:')) {
    const hint = 'Set callbackBase to an address with https: registries refuse others.';
    return { name, status: 'warning', text: 'The address for callbacks is without TLS.', hint };
  }
  return { name, status: 'ok', text: 'An address for callbacks is set.' };
}
