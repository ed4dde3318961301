import type { Logger } from 'dci-core';
import { createHost, type Host } from '../../create-host.ts';
import type { HostPorts } from '../../host-ports.ts';
import type { CliCommand, ExitCode } from '../command.ts';
import { integerOption, textOption } from '../options.ts';
import type { Session } from '../session.ts';

/** What `dci start` works with beyond what every command gets. */
export interface StartOptions {
  readonly session: Session;
  readonly ports: Partial<HostPorts>;
  /** Absent: the host's own log. */
  readonly logger: Logger | undefined;
}

/**
 * Makes the command `dci start`.
 *
 * @param options - where the configuration comes from
 * @returns the command
 */
export function startCommand({ session, ports, logger }: StartOptions): CliCommand {
  return {
    name: 'start',
    summary: 'start the host and serve until SIGTERM or SIGINT',
    help: `
Stops on SIGTERM or SIGINT: takes no new connection, lets running requests end, closes the state.

Examples:
  dci start
  dci start --config /etc/dci/dci.config.ts --data /var/lib/dci --port 8443`,
    options: [
      { flags: '--port <n>', description: 'port to listen on (PORT); 0 lets the system choose' },
      { flags: '--host <address>', description: 'address to listen on (HOST)' },
    ],
    async run(context): Promise<ExitCode> {
      const port = integerOption(context, 'port', { least: 0, most: 65_535 });
      const [host, dataDirectory] = [textOption(context, 'host'), textOption(context, 'data')];
      const resolved = await session.resolved({
        ...(port === undefined ? {} : { port }),
        ...(host === undefined ? {} : { host }),
        ...(dataDirectory === undefined ? {} : { dataDirectory }),
      });
      const { clock, random, crypto } = context;
      const running = await createHost(resolved, {
        clock: ports.clock ?? clock,
        random: ports.random ?? random,
        crypto: ports.crypto ?? crypto,
        ...(ports.fetch === undefined ? {} : { fetch: ports.fetch }),
        ...(ports.egress === undefined ? {} : { egress: ports.egress }),
        ...(logger === undefined ? {} : { logger }),
      });
      return await serve(running, context.signal, (url) => {
        if (context.json) context.print(JSON.stringify({ url, sender_id: resolved.config.senderId }));
        else if (!resolved.config.production) context.print(`listening on ${url}`);
      });
    },
  };
}

async function serve(host: Host, signal: AbortSignal, announce: (url: string) => void): Promise<ExitCode> {
  try {
    await host.listen(announce);
  } catch (error) {
    await host.stop();
    throw error;
  }
  const failure = await Promise.race([host.failure, aborted(signal)]);
  // After a failed write nobody knows what the disk holds: the process ends without touching the state again.
  if (failure !== undefined) throw failure;
  await host.stop();
  return 0;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
