import type { OpenedStateDatabase } from './database/open.ts';
import type { HostJobs } from './jobs/host-jobs.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { HealthCheck } from './plugin.ts';

/**
 * @param database - the state database
 * @returns the check that it answers
 */
export function databaseCheck(database: OpenedStateDatabase): HealthCheck {
  const probe = database.relaxed.prepare('SELECT count(*) FROM dci_host_setting');
  return {
    name: 'state database',
    async check() {
      probe.get();
    },
  };
}

/**
 * @param jobs - the jobs of the host
 * @returns the check that they can be run; a queue that is not needed yet is well
 */
export function jobQueueCheck(jobs: HostJobs): HealthCheck {
  return { name: 'job queue', check: () => jobs.check() };
}

/**
 * @param keys - the host's own keys
 * @returns the check that one of them can sign
 */
export function signingKeyCheck(keys: KeyStore): HealthCheck {
  return {
    name: 'signing key',
    async check() {
      await keys.active();
    },
  };
}
