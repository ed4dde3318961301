#!/usr/bin/env node
import process from 'node:process';
import { errorFields } from '../observe/error-fields.ts';
import { runCli } from './main.ts';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second signal ends the process without waiting for what is still running.
    if (interruption.signal.aborted) process.exit(2);
    interruption.abort();
  });
}
process.on('uncaughtException', (error) => {
  // Without the error's own text, which may repeat what came in.
  process.stderr.write(`error: ${JSON.stringify(errorFields(error))}\n`);
  process.exit(2);
});
// The reader of a pipe may close it early (`dci … | head`).
process.stdout.on('error', () => process.exit(2));

const code = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruption.signal,
});
process.stdout.write('', () => process.exit(code));
