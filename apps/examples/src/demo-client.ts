// What the examples share: clients from a file of credentials, and how a program ends. A program of your own has settings
// in its place, as docs/asking.md shows them.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { clientFailure, type DciClient } from 'dci-client';
import { createNodeClient } from 'dci-client/node';
import { DciError } from 'dci-core';

/** Where the two demo hosts leave the credentials of their demo sender; `DCI_DEMO_CREDENTIALS` and so on name others. */
const credentialFiles = {
  demo: process.env.DCI_DEMO_CREDENTIALS ?? inRepository('data/demo/credentials.json'),
  national: process.env.DCI_NATIONAL_CREDENTIALS ?? inRepository('data/national/demo/credentials.json'),
} as const;

/** As the demo hosts write them, and as `dci search --credentials` reads them. */
type Credentials = Readonly<Record<'url' | 'senderId' | 'receiverId' | 'keyFile' | 'keyId' | 'token', string>>;

/** What of a data source an example chooses. */
export interface DemoSource {
  /** Whose credentials: of the demo host (`npm start`) or of the national one. */
  readonly at: keyof typeof credentialFiles;
  /** Name of the registry type. */
  readonly registry: string;
  /** Name of the data source; it stands beside what was found. */
  readonly code: string;
  /** Absent: the address in the credentials. */
  readonly url?: string;
}

/**
 * Makes a client of a registry: it signs what it asks, and verifies every answer before anything in it is used.
 *
 * @param source - which registry
 * @returns the client
 * @throws DciError `err.configuration.invalid` when there are no credentials, or no usable ones
 */
export async function demoClient({ at, registry, code, url }: DemoSource): Promise<DciClient> {
  const file = credentialFiles[at];
  const text = await readFile(file, 'utf8').catch(() => {
    throw new DciError('err.configuration.invalid', `there is no ${file}: start the hosts first, as the README says`);
  });
  // What is wrong with them, `createNodeClient` tells.
  const { url: address, senderId, receiverId, keyFile, keyId, token }: Credentials = JSON.parse(text);
  return await createNodeClient(
    {
      code,
      registry,
      baseUrl: `${url ?? address}/dci_api/v1`,
      senderId,
      receiverId,
      key: `file:${join(dirname(file), keyFile)}`,
      keyId,
      authorization: { kind: 'bearer', token: 'env:REGISTRY_TOKEN' },
    },
    { env: { ...process.env, REGISTRY_TOKEN: token } },
  );
}

/**
 * Runs an example as a program: what it returns is the exit code, and a failure is told in one line with its cause.
 *
 * @param example - the program
 */
export async function runExample(example: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await example();
  } catch (error) {
    // Texts of these errors hold no personal data; of others that is not known.
    const { code, message } = error instanceof DciError ? error : { code: 'err.internal', message: 'unexpected' };
    const cause = clientFailure(error)?.kind;
    process.stderr.write(`failed: ${message} (${code}${cause === undefined ? '' : `, ${cause}`})\n`);
    process.exitCode = 2;
  }
}

/** @param line - a line of the result */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function inRepository(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}
