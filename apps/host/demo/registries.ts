import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { crvs, DciError, dr, fr, ibr, type RegistryType, social } from 'dci-core';
import type { HostContext } from 'dci-host';
import {
  buildRecordStore,
  type RecordStore,
  type RecordStoreOptions,
  type RegistryOptions,
  recordStoreAdapter,
} from 'dci-server';
import { beneficiaryRecords } from './beneficiary-records.ts';
import { civilRecords } from './civil-records.ts';
import { disabilityRecords } from './disability-records.ts';
import { farmerRecords } from './farmer-records.ts';
import { generatePopulation } from './population/generate.ts';
import { DEMO_PERSONS, type Household } from './population/population.ts';
import { type ProgressOutput, showProgress } from './progress.ts';
import type { DemoRecord } from './record-parts.ts';
import { socialRecords } from './social-records.ts';

interface DemoRegistry {
  readonly type: RegistryType;
  readonly label: string;
  readonly indexes: NonNullable<RecordStoreOptions['indexes']>;
  /** About how many records there are of {@link DEMO_PERSONS}, for the progress display. */
  readonly expected: number;
  readonly records: (households: Iterable<Household>) => Iterable<DemoRecord>;
}

/** The part of a host that the demo's stores need; a {@link HostContext} has it. */
export type DemoHost = Pick<HostContext, 'clock' | 'logger'> & {
  readonly config: Pick<HostContext['config'], 'dataDirectory'>;
};

/** Options of {@link createDemoRegistries}. */
export interface DemoRegistriesOptions {
  /** Number of people; absent: 10,000. */
  readonly persons?: number;
  /** Names of the registry types that are served; absent: all five. */
  readonly served?: readonly string[];
  /** Where the first start shows how far it has come; absent: standard error. */
  readonly output?: ProgressOutput;
}

/** The demo's registries, each with its store. */
export interface DemoRegistries {
  /** What `dciServer` takes. */
  readonly options: readonly RegistryOptions[];
  /**
   * The store of a registry, for writing to it. It is opened at need, and it is the one that the server answers from
   * when that has the `options` of the same object.
   *
   * @param name - name of the registry type, for example `crvs`
   * @param host - where the data directory is
   * @returns the store; whoever opened it first closes it, in a host that serves it the server
   * @throws DciError `err.configuration.invalid` for a registry that the demo does not have
   */
  store(name: string, host: DemoHost): Promise<RecordStore>;
}

const demoRegistries: readonly DemoRegistry[] = [
  {
    type: social,
    label: 'Social registry',
    indexes: { Person: [['sex', 'birth_date']] },
    expected: 22_500,
    records: socialRecords,
  },
  {
    type: crvs,
    label: 'Civil registry',
    indexes: { Person: [['sex', 'birth_date']] },
    expected: 8_400,
    records: civilRecords,
  },
  {
    type: ibr,
    label: 'Beneficiary registry',
    indexes: { Beneficiary: [['enrollment_status', 'enrollment_date']] },
    expected: 2_300,
    records: beneficiaryRecords,
  },
  {
    type: dr,
    label: 'Disability registry',
    indexes: { DisabledPerson: [['disability_status', 'disability_status_level']] },
    expected: 400,
    records: disabilityRecords,
  },
  {
    type: fr,
    label: 'Farmer registry',
    indexes: {},
    expected: 1_520,
    records: farmerRecords,
  },
];

/** The types of the demo's registries. */
export const demoRegistryTypes: readonly RegistryType[] = demoRegistries.map(({ type }) => type);

/** What an empty registry is filled with. */
interface Fill {
  readonly output: ProgressOutput;
  readonly persons: number;
  readonly population: () => Iterable<Household>;
}

async function openDemoStore(
  registry: DemoRegistry,
  host: DemoHost,
  { output, persons, population }: Fill,
): Promise<RecordStore> {
  const { type: registryType, indexes } = registry;
  const { clock, logger } = host;
  const directory = join(host.config.dataDirectory, 'registries');
  const file = join(directory, `${registryType.name}.sqlite`);
  if (!existsSync(file)) {
    const progress = showProgress(registry.label, Math.round((registry.expected * persons) / DEMO_PERSONS), output);
    const records = registry.records(population());
    const onProgress = (written: number) => progress.update(written);
    await buildRecordStore({ registryType, file, indexes, records, clock, onProgress });
    progress.finish();
  }
  return recordStoreAdapter({ registryType, file, indexes, clock, logger });
}

/**
 * The demo's registries of one population, 10,000 people, kept in SQLite files of the data directory, which the first
 * start fills: Social, civil (CRVS), beneficiaries (IBR), disability (DR) and farmers (FR).
 *
 * @param options - size, and where to show the progress
 * @returns what `dciServer` takes, and the stores
 *
 * @example
 * const registries = createDemoRegistries();
 * dciServer({ registries: registries.options });
 * await demoEvent('birth', registries, context);
 */
export function createDemoRegistries(options: DemoRegistriesOptions = {}): DemoRegistries {
  const { persons = DEMO_PERSONS, served, output = process.stderr } = options;
  const opened = new Map<string, Promise<RecordStore>>();
  // One after the other, so that two progress displays do not share a line.
  let previous: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let households: readonly Household[] | undefined;

  function population(): readonly Household[] {
    households ??= [...generatePopulation({ persons })];
    return households;
  }

  function forgetPopulation(): void {
    waiting -= 1;
    if (waiting === 0) households = undefined;
  }

  function open(registry: DemoRegistry, host: DemoHost): Promise<RecordStore> {
    const { name } = registry.type;
    const known = opened.get(name);
    if (known !== undefined) return known;
    waiting += 1;
    const store = previous.then(() => openDemoStore(registry, host, { output, persons, population }));
    previous = store.catch(() => opened.delete(name)).finally(forgetPopulation);
    opened.set(name, store);
    return store;
  }

  return {
    options: demoRegistries
      .filter(({ type }) => served?.includes(type.name) ?? true)
      .map((registry) => ({ type: registry.type, adapter: (context) => open(registry, context) })),
    store: async (name, host) => {
      const registry = demoRegistries.find(({ type }) => type.name === name);
      if (registry === undefined) {
        throw new DciError('err.configuration.invalid', 'The demo has no registry of this name.', { path: name });
      }
      return open(registry, host);
    },
  };
}

/**
 * @returns what `dciServer` takes, where nobody writes to the registries
 */
export function demoRegistryOptions(): readonly RegistryOptions[] {
  return createDemoRegistries().options;
}
