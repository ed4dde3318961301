// Birth verification before activation: a registrant becomes active when the civil registry confirms the birth.
//   node apps/examples/src/birth-verification.ts [UIN] [birth date]      exit code 0: activated; 1: not
import process from 'node:process';
import { type CrvsService, crvsService } from 'dci-client-crvs';
import { systemClock } from 'dci-core';
import { demoClient, print, runExample } from './demo-client.ts';

/** A registrant as the application holds it. */
export interface Registrant {
  readonly uin: string;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  readonly active: boolean;
  /** Number of the birth registration, once it is known. */
  readonly brn?: string;
}

/**
 * Activates a registrant whose birth the civil registry confirms.
 *
 * @param crvs - the civil registry
 * @param registrant - not active yet
 * @returns the registrant as it is to be stored, and the reason
 * @throws DciError when the registry gave no answer to trust: then nothing is known, and nothing is stored
 */
export async function activate(crvs: Pick<CrvsService, 'verifyBirth'>, registrant: Registrant) {
  const { uin, birthDate } = registrant;
  const result = await crvs.verifyBirth({ type: 'UIN', value: uin }, { birthDate });
  switch (result.status) {
    case 'verified': {
      const { brn } = result.birth;
      // `senderId` is whose signature was verified. It belongs into the audit trail, with the day.
      const reason = `born ${birthDate}, as ${result.provenance.evidence.senderId} confirms`;
      return { registrant: { ...registrant, active: true, ...(brn !== undefined && { brn }) }, reason };
    }
    case 'mismatch':
      return { registrant, reason: `the civil registry says otherwise: ${result.mismatched.join(', ')}` };
    case 'not_found':
      // No proof that there was no birth: many are not registered. Ask for another document.
      return { registrant, reason: `no registered birth (${result.reason})` };
    case 'ambiguous':
      return { registrant, reason: `${result.count} people under this identifier: somebody must look` };
  }
}

if (import.meta.main) {
  await runExample(async () => {
    const [uin = '4524308709', birthDate = '2016-05-21'] = process.argv.slice(2);
    const client = await demoClient({ at: 'national', registry: 'crvs', code: 'crvs_main' });
    const crvs = crvsService({ client, clock: systemClock });
    const { registrant, reason } = await activate(crvs, { uin, birthDate, active: false });
    print(`UIN ${uin}: ${registrant.active ? 'activated' : 'not activated'}: ${reason}`);
    return registrant.active ? 0 : 1;
  });
}
