import { setTimeout as pause } from 'node:timers/promises';
import type { Fetch } from 'dci-core';
import { definePlugin, errorFields, type Plugin } from 'dci-host';

/** Two hosts. */
export interface WhenReachableOptions {
  /** Address of the host that the plug-in works with. */
  readonly other: string;
  /** Our own address as the other one is told it: where we listen elsewhere, its callbacks would not arrive. */
  readonly own: string;
  /** How often a host that does not answer is asked, in milliseconds; absent: 2,000. */
  readonly everyMs?: number;
}

/**
 * Lets a plug-in begin its work when another host answers. The demo host runs alone, too: it should then neither warn of
 * subscriptions that it cannot make nor load a job queue for them.
 *
 * @param plugin - the plug-in; its `start` and `listening` are called later, all else as always
 * @param options - the hosts
 * @returns the plug-in
 */
export function whenReachable(plugin: Plugin, { other, own, everyMs = 2_000 }: WhenReachableOptions): Plugin {
  return definePlugin({
    ...plugin,
    setup: async (context) => {
      const { start, listening, stop, ...instance } = await plugin.setup(context);
      const ending = new AbortController();
      let begun: Promise<void> | undefined;
      const begin = async (url: string): Promise<void> => {
        while (!(await answers(context.fetch, other, ending.signal))) {
          await pause(everyMs, undefined, { signal: ending.signal, ref: false });
        }
        await start?.();
        await listening?.(url);
      };
      return {
        ...instance,
        listening: (url) => {
          if (url !== own) return;
          begun = begin(url).catch((error: unknown) => {
            if (!ending.signal.aborted) context.logger.warn(errorFields(error), `${plugin.name} could not begin`);
          });
        },
        stop: async () => {
          ending.abort();
          await begun;
          await stop?.();
        },
      };
    },
  });
}

async function answers(fetch: Fetch, url: string, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  try {
    return (await fetch(`${url}/health/live`, { signal })).ok;
  } catch {
    return false;
  }
}
