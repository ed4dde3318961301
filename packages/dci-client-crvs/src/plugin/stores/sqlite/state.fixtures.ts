import nodeCrypto from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase, { type Database } from 'better-sqlite3';
import { createRandom, type Random } from 'dci-core';
import { createSealer, type JobChanges, type JobWriter, type Sealer, type StateDatabase } from 'dci-host';
import { temporaryDirectory } from 'dci-host/testing';
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
  const directory = temporaryDirectory();
  const connections: Database[] = [];
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
  const connect = (): Database => {
    const database = new SqliteDatabase(join(directory.path, 'state.sqlite'));
    database.pragma('journal_mode = WAL');
    database.pragma('foreign_keys = ON');
    connections.push(database);
    return database;
  };
  const open = (): T => {
    const durable = connect();
    const commit: StateDatabase['commit'] = async (work) => durable.transaction(work).immediate();
    return create({ database: { kind: 'sqlite', durable, relaxed: durable, commit }, sealer, random, jobs });
  };
  for (const { sqlite } of migrations) connect().exec(sqlite);
  return {
    store: open(),
    reopen: open,
    connect,
    applied: () => applied,
    failJobs: (error) => {
      failure = error;
    },
    holds: (text) =>
      readdirSync(directory.path).some((file) => readFileSync(join(directory.path, file)).includes(text)),
    close: () => {
      for (const database of connections) database.close();
      directory.remove();
    },
  };
}
