import { relative } from 'node:path';
import process from 'node:process';
import { definePlugin, type Plugin } from 'dci-host';
import { prepareDemoCredentials } from './credentials.ts';
import { generatePopulation } from './population/generate.ts';
import { eventCommand } from './receiver/event-command.ts';
import { receiverCommand } from './receiver/receiver-command.ts';

function sampleUin(): string {
  for (const household of generatePopulation()) {
    for (const person of household.people) if (person.age >= 18) return person.uin;
  }
  return '';
}

/** What a newcomer pastes into a second terminal. */
function welcome(url: string, dataDirectory: string, credentials: string): string {
  const dci = 'npm run -s dci --';
  const search = `${dci} search --credentials ${credentials} --registry social`;
  // The commands look into the same folder as the host when nothing else is said.
  const data = dataDirectory === 'data' ? '' : ` --data ${dataDirectory}`;
  return `
The demo host is ready: ${url}
  Social registry of 10,000 persons; civil, beneficiary, disability and farmer registry of the same people.
  Health: ${url}/health/ready  API: ${url}/docs
  Credentials of the demo sender (key, token): ${credentials}

Paste into another terminal, in this folder. A search, answered at once:
  ${search} --id UIN:${sampleUin()}
  ${search} --predicate 'person.age >= 65 && person.has_disability == true' --sort birth_date
  ${search} --expression '{"seq":[{"attribute":"sex","operator":"=","value":"female"},{"attribute":"region","operator":"=","value":"REGION_01"}]}' --page-size 5
A receiver: a search answered by a callback, a subscription, an event and its notification:
  ${dci} demo receiver${data}
Ctrl-C stops the host.
`;
}

/**
 * The demo's own plug-in: one registered sender with everything it needs, and a welcome that says how to use it.
 *
 * @returns the plug-in
 */
export function demo(): Plugin {
  return definePlugin({
    name: 'demo',
    commands: [receiverCommand, eventCommand],
    commandGroups: { demo: 'what the running demo host can show' },
    faults: ({ production }) =>
      production
        ? [
            'the demo host is not for production: write a dci.config.ts of your own and name it with --config or DCI_CONFIG',
          ]
        : [],
    setup: async (context) => {
      const credentials = await prepareDemoCredentials(context);
      return {
        listening: (url) => {
          credentials.write(url);
          const shown = (path: string): string => relative(process.cwd(), path);
          process.stdout.write(welcome(url, shown(context.config.dataDirectory), shown(credentials.file)));
        },
      };
    },
  });
}
