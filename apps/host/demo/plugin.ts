import { relative } from 'node:path';
import process from 'node:process';
import { definePlugin, type Plugin } from 'dci-host';
import { prepareDemoCredentials } from './credentials.ts';
import { generatePopulation } from './population/generate.ts';

function sampleUin(): string {
  for (const household of generatePopulation()) {
    for (const person of household.people) if (person.age >= 18) return person.uin;
  }
  return '';
}

/** What a newcomer pastes into a second terminal. */
function welcome(url: string, credentials: string): string {
  const search = `npm run -s dci -- search --credentials ${credentials}`;
  return `
The demo host is ready: ${url}
  Social registry of 10,000 persons, Farmer registry. Health: ${url}/health/ready
  Credentials of the demo sender (key, token): ${credentials}

Paste into another terminal, in this folder:
  ${search} --registry social --id UIN:${sampleUin()}
  ${search} --registry social --predicate 'person.age >= 65 && person.has_disability == true' --sort birth_date
  ${search} --registry social --expression '{"seq":[{"attribute":"sex","operator":"=","value":"female"},{"attribute":"region","operator":"=","value":"REGION_01"}]}' --page-size 5
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
          process.stdout.write(welcome(url, relative(process.cwd(), credentials.file)));
        },
      };
    },
  });
}
