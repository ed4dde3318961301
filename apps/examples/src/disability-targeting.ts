// Disability targeting: who has a severe disability, by the Washington Group's functional scores, and is to be included?
//   node apps/examples/src/disability-targeting.ts [UIN …]      exit code 0: somebody is included; 1: nobody
import process from 'node:process';
import { type DrService, drService, hasSevereDisability } from 'dci-client-dr';
import { systemClock } from 'dci-core';
import { demoClient, print, runExample } from './demo-client.ts';

/** What the disability registry tells of somebody. */
export interface Target {
  readonly uin: string;
  /** `unknown`: there is no record. That does not mean that the person is not disabled. */
  readonly decision: 'include' | 'exclude' | 'assess';
  readonly reason: string;
}

/**
 * Decides who is included.
 *
 * @param dr - the disability registry
 * @param uin - of a registrant
 * @returns the decision; `assess` where the registry does not decide it, so that nobody is left out for want of a record
 */
export async function target(dr: Pick<DrService, 'getDisabilityStatus'>, uin: string): Promise<Target> {
  const found = await dr.getDisabilityStatus({ type: 'UIN', value: uin });
  // 1 no difficulty, 2 some, 3 a lot, 4 cannot do it at all; a domain that is absent was not asked.
  const scores = Object.entries(found.functional_scores ?? {}).map(([domain, score]) => `${domain} ${score}`);
  const shown = scores.length === 0 ? 'no scores' : scores.join(', ');
  if (found.status === 'disabled' && hasSevereDisability(found) === true) {
    return { uin, decision: 'include', reason: `certified; ${shown}` };
  }
  if (found.status === 'not_disabled') return { uin, decision: 'exclude', reason: `the registry says so; ${shown}` };
  const why = found.recordFound ? `${found.status}; ${shown}` : 'the registry has no record';
  return { uin, decision: 'assess', reason: why };
}

if (import.meta.main) {
  await runExample(async () => {
    const given = process.argv.slice(2);
    const uins = given.length > 0 ? given : ['3561345756', '2566284028', '4524308709'];
    const client = await demoClient({ at: 'national', registry: 'dr', code: 'dr_main' });
    // For thousands: `syncDisabilityData`, with a cache whose answers tell their age.
    const dr = drService({ client, clock: systemClock });
    const targets = await Promise.all(uins.map((uin) => target(dr, uin)));
    for (const { uin, decision, reason } of targets) print(`UIN ${uin}: ${decision}: ${reason}`);
    return targets.some(({ decision }) => decision === 'include') ? 0 : 1;
  });
}
