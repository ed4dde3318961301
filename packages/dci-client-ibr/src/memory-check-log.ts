import type { Clock, CryptoProvider, Random } from 'dci-core';
import { noSuchCheck, readDecision } from './check-decision.ts';
import {
  type CheckQuery,
  type DuplicationCheckLog,
  type LoggedCheck,
  listLimit,
  statusesToDecide,
} from './check-log.ts';
import { identifierHasher } from './keyed-hash.ts';

/** What {@link memoryCheckLog} works with. */
export interface MemoryCheckLogOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Pick<CryptoProvider, 'sha256'>;
}

/**
 * A log of checks that lives as long as the process: for tests, and for programs that keep their own.
 *
 * @param options - clock, randomness, SHA-256
 * @returns the log
 */
export function memoryCheckLog({ clock, random, crypto }: MemoryCheckLogOptions): DuplicationCheckLog {
  const hashOf = identifierHasher(crypto, random.bytes(32));
  let checks: readonly LoggedCheck[] = [];

  const matches = (check: LoggedCheck, query: CheckQuery): boolean => {
    const { identifier, status, askedBy, undecided, since, until } = query;
    return (
      (identifier === undefined || check.identifierHashes.includes(hashOf(identifier))) &&
      (status === undefined || check.status === status) &&
      (askedBy === undefined || check.askedBy === askedBy) &&
      (undecided !== true || (check.decisions.length === 0 && statusesToDecide.includes(check.status))) &&
      (since === undefined || check.at >= since) &&
      (until === undefined || check.at < until)
    );
  };

  return {
    record: async ({ identifiers, ...check }) => {
      const checkId = random.uuid();
      const identifierHashes = [...new Set(identifiers.map(hashOf))];
      checks = [...checks, structuredClone({ ...check, checkId, identifierHashes, decisions: [] })];
      return checkId;
    },
    find: async (checkId) => checks.find((check) => check.checkId === checkId),
    list: async (query = {}) =>
      checks
        .filter((check) => matches(check, query))
        .toReversed()
        .toSorted((one, other) => other.at - one.at)
        .slice(0, listLimit(query.limit)),
    resolve: async (checkId, verdict, by, note) => {
      const decision = readDecision(verdict, by, note, clock.now());
      const before = checks.find((check) => check.checkId === checkId);
      if (before === undefined) throw noSuchCheck();
      const after = { ...before, decisions: [...before.decisions, decision] };
      checks = checks.map((check) => (check === before ? after : check));
      return after;
    },
    forget: async (before) => {
      const kept = checks.filter(({ at }) => at >= before);
      const forgotten = checks.length - kept.length;
      checks = kept;
      return forgotten;
    },
  };
}
