import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { isJsonObject, readJson } from 'dci-core';
import { demoDirectory } from '../credentials.ts';

/** A subscription that a receiver holds. */
export interface HeldSubscription {
  readonly registry: string;
  readonly code: string;
}

/**
 * Notes of the subscriptions that receivers hold. One that was killed leaves its subscription behind: the host would go
 * on calling an address where nobody answers, and refuse the same subscription to the next receiver.
 */
export interface HeldSubscriptions {
  /** Notes what this process holds. */
  hold(subscription: HeldSubscription): void;
  /** This process holds nothing any more. */
  release(): void;
  /** @returns what receivers held that are gone */
  leftovers(): readonly HeldSubscription[];
  /** Forgets the receivers that are gone. */
  forgetLeftovers(): void;
}

/**
 * @param dataDirectory - of the demo host
 * @returns the notes, in files of the demo's own folder, one for each process
 */
export function heldSubscriptions(dataDirectory: string): HeldSubscriptions {
  const directory = join(demoDirectory(dataDirectory), 'receivers');
  const own = join(directory, `${process.pid}.json`);
  const abandoned = (): readonly string[] => {
    try {
      return readdirSync(directory)
        .filter((name) => /^\d+\.json$/.test(name) && !isRunning(Number.parseInt(name, 10)))
        .map((name) => join(directory, name));
    } catch {
      // No receiver was ever there.
      return [];
    }
  };
  return {
    hold: ({ registry, code }) => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      writeFileSync(own, JSON.stringify({ registry, code }), { mode: 0o600 });
    },
    release: () => rmSync(own, { force: true }),
    leftovers: () => abandoned().flatMap(readHeld),
    forgetLeftovers: () => {
      for (const file of abandoned()) rmSync(file, { force: true });
    },
  };
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    // Signal 0 only asks.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readHeld(file: string): readonly HeldSubscription[] {
  try {
    const { value } = readJson(readFileSync(file));
    if (!isJsonObject(value)) return [];
    const { registry, code } = value;
    return typeof registry === 'string' && typeof code === 'string' ? [{ registry, code }] : [];
  } catch {
    return [];
  }
}
