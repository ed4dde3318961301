import { relative } from 'node:path';
import process from 'node:process';
import { definePlugin, type Plugin } from 'dci-host';
import { clientSecretFile, reserveClientSecret } from './asking/client-secret.ts';
import { prepareDemoCredentials } from './credentials.ts';
import { generatePopulation } from './population/generate.ts';
import { eventCommand } from './receiver/event-command.ts';
import { receiverCommand } from './receiver/receiver-command.ts';
import { nationalDirectory } from './surroundings.ts';

function sampleUin(): string {
  for (const household of generatePopulation()) {
    for (const person of household.people) if (person.age >= 18) return person.uin;
  }
  return '';
}

/** What the demo's plug-in is given. */
export interface DemoOptions {
  /** Address of the host as the national demo host is told it; it listens elsewhere when `--port 0` was given. */
  readonly demoUrl: string;
  /** How many people the registries know. */
  readonly persons: number;
}

/** What a newcomer pastes into a second terminal. */
function welcome(url: string, dataDirectory: string, credentials: string, options: DemoOptions): string {
  const dci = 'npm run -s dci --';
  const search = `${dci} search --credentials ${credentials} --registry social`;
  // The commands look into the same folder as the host when nothing else is said.
  const data = dataDirectory === 'data' ? '' : ` --data ${dataDirectory}`;
  const national = `npm start -- --config apps/host/national.config.ts${data && `${data}/national`}`;
  const second = `Registries to ask, in a second host that says what to try: ${national}\n`;
  return `
The demo host is ready: ${url}
  Social registry of ${options.persons.toLocaleString('en')} persons; civil, beneficiary, disability and farmer registry of the same people.
  Health: ${url}/health/ready  API: ${url}/docs
  Credentials of the demo sender (key, token): ${credentials}

Paste into another terminal, in this folder. A search, answered at once:
  ${search} --id UIN:${sampleUin()}
  ${search} --predicate 'person.age >= 65 && person.has_disability == true' --sort birth_date
  ${search} --expression '{"seq":[{"attribute":"sex","operator":"=","value":"female"},{"attribute":"region","operator":"=","value":"REGION_01"}]}' --page-size 5
A receiver: a search answered by a callback, a subscription, an event and its notification:
  ${dci} demo receiver${data}
${url === options.demoUrl ? second : ''}Ctrl-C stops the host.
`;
}

/**
 * The demo's own plug-in: one registered sender with everything it needs, and a welcome that says how to use it.
 *
 * @param options - address and size
 * @returns the plug-in
 */
export function demo(options: DemoOptions): Plugin {
  return definePlugin({
    name: 'demo',
    commands: [receiverCommand, eventCommand({ usual: 'member' })],
    commandGroups: { demo: 'what the running demo host can show' },
    faults: ({ production }) =>
      production
        ? [
            'the demo host is not for production: write a dci.config.ts of your own and name it with --config or DCI_CONFIG',
          ]
        : [],
    setup: async (context) => {
      const credentials = await prepareDemoCredentials(context);
      reserveClientSecret(clientSecretFile(nationalDirectory(context.config.dataDirectory)));
      return {
        listening: (url) => {
          credentials.write(url);
          const shown = (path: string): string => relative(process.cwd(), path);
          process.stdout.write(welcome(url, shown(context.config.dataDirectory), shown(credentials.file), options));
        },
      };
    },
  });
}
