import { DciError } from 'dci-core';
import type { CliCommand, ExitCode } from 'dci-host';
import { readDemoCredentials } from '../credentials.ts';
import { type DemoEventKind, demoEventKinds } from '../demo-event.ts';
import { toldEvents } from '../told-events.ts';
import { registriesBeside } from './open-registries.ts';
import { recordLine } from './record-line.ts';

const mostEvents = 1000;

/** What can happen at a host. */
export interface EventCommandOptions {
  /** Absent: all that can happen in the demo. */
  readonly kinds?: readonly DemoEventKind[];
  /** What happens when the command names nothing. */
  readonly usual: DemoEventKind;
  /** How its commands are told to look for it, for example `--config apps/host/national.config.ts`; absent: they need not. */
  readonly named?: string;
}

const describeKind = (kind: DemoEventKind): string => {
  const told = toldEvents.filter((each) => each.kind === kind);
  const events = told.map(({ recordType, events: codes }) => `${codes.join(', ')} of ${recordType}`);
  return `  ${kind.padEnd(11)} ${told[0]?.title ?? ''} (${told[0]?.registry ?? ''}: ${events.join('; ')})`;
};

/**
 * Makes `dci demo event`: lets something happen in a demo registry, so that receivers hear of it.
 *
 * @param options - what can happen
 * @returns the command
 */
export function eventCommand({ kinds = demoEventKinds, usual, named }: EventCommandOptions): CliCommand {
  const dci = named === undefined ? 'dci demo event' : `dci demo event ${named}`;
  return {
    name: 'demo event',
    summary: 'let something happen to somebody in a demo registry',
    help: `
What happens is written into the registry beside the running host, which tells subscribers of it within a second or two:
${kinds.map(describeKind).join('\n')}

Examples:
  ${dci}
  ${dci} --kind ${kinds.includes('birth') ? 'birth' : usual} --count 5`,
    options: [
      { flags: '--kind <name>', description: 'what happens', choices: kinds, default: usual },
      { flags: '--count <n>', description: `how often, at most ${mostEvents}`, default: '1' },
    ],
    async run(context): Promise<ExitCode> {
      const { kind: name, count: times } = context.options;
      const kind = kinds.find((known) => known === name) ?? usual;
      const count = Number(times);
      if (!Number.isInteger(count) || count < 1 || count > mostEvents) {
        throw new DciError('err.request.bad', `--count must be an integer from 1 to ${mostEvents}`);
      }
      const state = await context.openState();
      if (readDemoCredentials(state.config.dataDirectory) === undefined) {
        throw new DciError(
          'err.request.bad',
          'the demo host has not been started with this data directory: run npm start first',
        );
      }
      const registries = registriesBeside(state);
      try {
        for (let done = 0; done < count && !context.signal.aborted; done += 1) {
          const { registry, changes } = await registries.happen(kind);
          if (context.json) context.print(JSON.stringify({ kind, registry, changes }));
          for (const { recordType, events, record } of context.json ? [] : changes) {
            context.print(`${registry}: ${events.join(', ')} of ${recordType}  ${recordLine(record)}`);
          }
        }
        return 0;
      } finally {
        await registries.close();
      }
    },
  };
}
