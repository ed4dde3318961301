import process from 'node:process';
import { DciError } from 'dci-core';
import { DEMO_PERSONS } from './population/population.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the two demo hosts must agree on. */
export interface DemoEnvironment {
  /** Address of the demo host, without a path; `DCI_DEMO_URL`. */
  readonly demoUrl: string;
  /** Address of the national host; `DCI_NATIONAL_URL`. */
  readonly nationalUrl: string;
  /** How many people the registries know when they are filled; `DCI_DEMO_PERSONS`. */
  readonly persons: number;
}

const FEWEST_PERSONS = 300;
const MOST_PERSONS = 1_000_000;

/**
 * Reads where the demo hosts are and how many people they know.
 *
 * @param env - the environment; absent: that of this process
 * @returns the settings
 * @throws DciError `err.configuration.invalid` for a variable that cannot be used
 */
export function readDemoEnvironment(env: Environment = process.env): DemoEnvironment {
  return {
    demoUrl: addressIn(env, 'DCI_DEMO_URL') ?? 'http://127.0.0.1:8080',
    nationalUrl: addressIn(env, 'DCI_NATIONAL_URL') ?? 'http://127.0.0.1:8081',
    persons: personsIn(env),
  };
}

/**
 * @param url - address of a demo host
 * @returns its port
 */
export function portOf(url: string): number {
  const { port } = new URL(url);
  return port === '' ? 80 : Number(port);
}

function addressIn(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim() ?? '';
  if (text === '') return undefined;
  const url = URL.parse(text);
  if (url !== null && url.protocol === 'http:' && url.pathname === '/' && `${url.search}${url.hash}` === '') {
    return url.origin;
  }
  throw invalid(name, 'must be an address such as http://127.0.0.1:8080');
}

function personsIn(env: Environment): number {
  const text = env.DCI_DEMO_PERSONS?.trim() ?? '';
  if (text === '') return DEMO_PERSONS;
  const persons = Number(text);
  if (Number.isInteger(persons) && persons >= FEWEST_PERSONS && persons <= MOST_PERSONS) return persons;
  throw invalid('DCI_DEMO_PERSONS', `must be an integer from ${FEWEST_PERSONS} to ${MOST_PERSONS}`);
}

function invalid(name: string, fault: string): DciError {
  return new DciError('err.configuration.invalid', `${name} ${fault}`, { path: name });
}
