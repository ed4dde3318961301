import type { DciConfig } from '../config/dci-config.ts';
import type { Environment } from '../config/environment.ts';
import { createHost, type Host } from '../create-host.ts';
import type { HostPorts } from '../host-ports.ts';
import { silentLogger } from './logger.ts';
import { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts';

/** How {@link createTestHost} composes. */
export interface TestHostOptions extends Partial<HostPorts>, DciConfig {
  /** Default: empty, so that nothing of the machine matters. */
  readonly env?: Environment;
}

/** A host of a test. */
export interface TestHost extends Host, AsyncDisposable {
  readonly dataDirectory: string;
  /** Stops the host and removes its directory, unless `dataDirectory` was given. */
  dispose(): Promise<void>;
}

/**
 * Composes a host in a temporary data directory, on a port that the system chooses, with a silent logger and an empty
 * environment.
 *
 * @param options - configuration and ports
 * @returns the host, started, not yet listening
 * @example
 * ```ts
 * await using host = await createTestHost({ plugins: [dciServer({ registries: [] })] });
 * const reply = await host.fetch(new Request('http://localhost/health/ready'));
 * ```
 */
export async function createTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const { clock, random, fetch, crypto, logger = silentLogger, env = {}, ...config } = options;
  const directory = config.dataDirectory === undefined ? temporaryDirectory() : undefined;
  const dataDirectory = directory?.path ?? config.dataDirectory ?? '';
  const ports = Object.fromEntries(
    Object.entries({ clock, random, fetch, crypto }).filter(([, port]) => port !== undefined),
  );
  try {
    const host = await createHost({ port: 0, ...config, dataDirectory }, { ...ports, logger, env });
    return withDisposal(host, directory, dataDirectory);
  } catch (error) {
    directory?.remove();
    throw error;
  }
}

function withDisposal(host: Host, directory: TemporaryDirectory | undefined, dataDirectory: string): TestHost {
  const dispose = async (): Promise<void> => {
    await host.stop();
    directory?.remove();
  };
  return {
    context: host.context,
    failure: host.failure,
    fetch: (request) => host.fetch(request),
    listen: (announce) => host.listen(announce),
    stop: () => host.stop(),
    dataDirectory,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}
