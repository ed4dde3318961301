import nodeCrypto from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { createRandom, type Random } from 'dci-core';
import { createSealer, type JobChanges, type JobWriter, type Sealer, type StateDatabase } from 'dci-host';
import { stateDirectory } from '../../../../../dci-client/src/plugin/stores/sqlite/state-directory.fixtures.ts';
import { migrations } from './migrations.ts';

/** What a store of these tests is made on. */
export interface StateSurroundings {
  readonly database: StateDatabase;
  readonly sealer: Sealer;
  readonly random: Random;
  readonly jobs: JobWriter;
}

/** A store on a state database of its own, with a `JobWriter` that only notes what it is given. */
export interface OpenedState<T> {
  readonly store: T;
  readonly reopen: () => T;
  readonly connect: () => Database;
  readonly applied: () => readonly JobChanges[];
  readonly failJobs: (error: Error | undefined) => void;
  readonly holds: (text: string) => boolean;
  readonly close: () => void;
}

/**
 * Makes a store on a migrated state database in a temporary directory.
 *
 * @param create - makes the store
 * @returns the store and what its `JobWriter` was given
 */
export function openedState<T>(create: (surroundings: StateSurroundings) => T): OpenedState<T> {
  const state = stateDirectory(migrations);
  const random = createRandom(nodeCrypto.webcrypto);
  const sealer = createSealer(new Uint8Array(32).fill(7), random);
  const applied: JobChanges[] = [];
  let failure: Error | undefined;
  const jobs: JobWriter = {
    apply: (changes) => {
      if (failure !== undefined) throw failure;
      applied.push(changes);
    },
  };
  const open = (): T => create({ database: state.open(), sealer, random, jobs });
  return {
    store: open(),
    reopen: open,
    connect: state.connect,
    applied: () => applied,
    failJobs: (error) => {
      failure = error;
    },
    holds: state.holds,
    close: state.close,
  };
}
