import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { runCli } from 'dci-host';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second signal ends the process without waiting for what is still running.
    if (interruption.signal.aborted) process.exit(2);
    interruption.abort();
  });
}
process.stdout.on('error', () => process.exit(2));

const code = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
  config: process.env.DCI_CONFIG ?? fileURLToPath(new URL('../dci.config.ts', import.meta.url)),
});
process.stdout.write('', () => process.exit(code));
