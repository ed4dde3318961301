import type { Logger } from 'dci-core';
import type { HostContext } from './host-context.ts';
import { errorFields } from './observe/error-fields.ts';
import type { Plugin, PluginInstance } from './plugin.ts';

/** The plug-ins of a running host. */
export interface RunningPlugins {
  readonly instances: readonly PluginInstance[];
  /** Starts them in the order of the configuration. */
  start(): Promise<void>;
  /** Stops them in reverse order, also those that did not start. One that fails does not keep the others from it. */
  stop(): Promise<void>;
}

/**
 * Sets up every plug-in, in the order of the configuration.
 *
 * @param plugins - the plug-ins
 * @param context - what they are given; each gets a logger that names it
 * @returns the plug-ins, set up and not yet started
 */
export async function setUpPlugins(plugins: readonly Plugin[], context: HostContext): Promise<RunningPlugins> {
  const settled: { readonly name: string; readonly instance: PluginInstance }[] = [];
  const stop = async (): Promise<void> => {
    for (const { name, instance } of settled.splice(0).reverse()) await stopOne(name, instance, context.logger);
  };
  try {
    for (const plugin of plugins) {
      const logger = context.logger.child({ plugin: plugin.name });
      settled.push({ name: plugin.name, instance: await plugin.setup({ ...context, logger }) });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    instances: settled.map(({ instance }) => instance),
    async start() {
      for (const { instance } of settled) await instance.start?.();
    },
    stop,
  };
}

async function stopOne(name: string, instance: PluginInstance, logger: Logger): Promise<void> {
  try {
    await instance.stop?.();
  } catch (error) {
    logger.error({ plugin: name, ...errorFields(error) }, 'a plug-in failed to stop');
  }
}
