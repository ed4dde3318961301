import { basename, dirname, relative } from 'node:path';
import process from 'node:process';
import { definePlugin, type Plugin } from 'dci-host';
import { prepareDemoCredentials } from '../credentials.ts';
import type { DemoEventKind } from '../demo-event.ts';
import { eventCommand } from '../receiver/event-command.ts';
import { demoRegistryTypes } from '../registries.ts';
import { admitDemoHost } from './admit-demo-host.ts';
import { findSamples } from './samples.ts';

/** What the national host serves. */
export const nationalRegistries: readonly string[] = ['crvs', 'ibr', 'dr'];

const nationalEvents: readonly DemoEventKind[] = ['birth', 'death', 'payment', 'exit', 'assessment'];
const named = '--config apps/host/national.config.ts';
const types = demoRegistryTypes.filter(({ name }) => nationalRegistries.includes(name));

/** Who is there besides the national host. */
export interface NationalDemoOptions {
  /** Address of the demo host, which asks this one. */
  readonly demoUrl: string;
}

/** What can be tried with both hosts. */
function welcome(url: string, dataDirectory: string, credentials: string, { demoUrl }: NationalDemoOptions): string {
  const dci = 'npm run -s dci --';
  const { born, enrolled, disabled } = findSamples();
  const shown = (path: string): string => relative(process.cwd(), path) || '.';
  // The demo host keeps its data around ours unless somebody has said otherwise.
  const around = basename(dataDirectory) === 'national' ? shown(dirname(dataDirectory)) : 'data';
  const ofDemo = around === 'data' ? '' : ` --data ${around}`;
  const own = shown(dataDirectory) === 'data/national' ? named : `${named} --data ${shown(dataDirectory)}`;
  return `
The national demo host is ready: ${url}
  Civil, beneficiary and disability registry of the people whom the demo host knows, too.
  Credentials of the demo sender (key, token): ${shown(credentials)}

The demo host (npm start, ${demoUrl}) asks it. Paste into another terminal, in this folder:
  ${dci} sources test crvs_main${ofDemo}
  ${dci} crvs verify-birth UIN:${born.uin} --birth-date ${born.birthDate}${ofDemo}
  ${dci} ibr check UIN:${enrolled}${ofDemo}
  ${dci} dr status UIN:${disabled}${ofDemo}
A death or a birth here, of which the demo host is told once it says that it has subscribed, and what it made of it:
  ${dci} demo event --kind death ${own}
  ${dci} crvs log list${ofDemo}
Ctrl-C stops the host.
`;
}

/**
 * The plug-in of the national demo host: the demo's sender, the demo host as a party that asks, and a welcome that says what
 * the two can show.
 *
 * @param options - the demo host
 * @returns the plug-in
 */
export function nationalDemo(options: NationalDemoOptions): Plugin {
  return definePlugin({
    name: 'national-demo',
    commands: [eventCommand({ kinds: nationalEvents, usual: 'birth', named })],
    commandGroups: { demo: 'what the running national demo host can show' },
    faults: ({ production }) => (production ? ['the national demo host is not for production'] : []),
    setup: async (context) => {
      const credentials = await prepareDemoCredentials(context, types);
      await admitDemoHost(context, types, options.demoUrl);
      return {
        listening: (url) => {
          credentials.write(url);
          process.stdout.write(welcome(url, context.config.dataDirectory, credentials.file, options));
        },
      };
    },
  });
}
