// Duplication prevention: before somebody is enrolled in a programme, the beneficiary registry is asked for enrolments.
//   node apps/examples/src/duplication-prevention.ts [UIN] [programme]      exit code 0: may be enrolled; 1: may not
import process from 'node:process';
import { type IbrService, ibrService, isClear, type Registrant } from 'dci-client-ibr';
import { systemClock } from 'dci-core';
import { demoClient, print, runExample } from './demo-client.ts';

/** Whether somebody may be enrolled, and why. */
export interface Decision {
  readonly mayEnrol: boolean;
  readonly reason: string;
}

/**
 * Decides whether somebody may be enrolled.
 *
 * @param ibr - the beneficiary registries
 * @param registrant - all identifiers that are known; name and birth date make a wrong match visible
 * @param programme - in which the registrant is to be enrolled
 * @returns the decision; a registry that did not answer is never taken for one that has nothing
 */
export async function decideEnrolment(
  ibr: Pick<IbrService, 'checkDuplication'>,
  registrant: Registrant,
  programme: string,
): Promise<Decision> {
  const result = await ibr.checkDuplication(registrant, { programme });
  // Only this says that the way is clear: every registry answered for every identifier, and none has anything.
  if (isClear(result)) return { mayEnrol: true, reason: 'every registry answered, and none has an enrolment' };
  const programmes = result.programmes.map(
    ({ name, identifier }) => name ?? identifier ?? 'a programme without a name',
  );
  switch (result.status) {
    case 'confirmed':
      return { mayEnrol: false, reason: `already enrolled in: ${programmes.join(', ')}` };
    case 'possible': {
      const doubts = [...new Set(result.matches.flatMap((match) => match.doubts))];
      return { mayEnrol: false, reason: `somebody must look at: ${programmes.join(', ')} (${doubts.join(', ')})` };
    }
    default: {
      const silent = result.sources.filter(({ status }) => status !== 'answered').map(({ source }) => source);
      return { mayEnrol: false, reason: `try again later: no full answer from ${silent.join(', ')}` };
    }
  }
}

if (import.meta.main) {
  await runExample(async () => {
    const [uin = '4524308709', programme = 'CASH-2026'] = process.argv.slice(2);
    // With several beneficiary registries: `clients: [one, another]`. All are asked, at the same time.
    const clients = await demoClient({ at: 'national', registry: 'ibr', code: 'ibr_main' });
    const ibr = ibrService({ clients, clock: systemClock });
    const { mayEnrol, reason } = await decideEnrolment(ibr, { identifiers: [{ type: 'UIN', value: uin }] }, programme);
    print(`UIN ${uin}, ${programme}: ${mayEnrol ? 'may be enrolled' : 'not enrolled'}: ${reason}`);
    return mayEnrol ? 0 : 1;
  });
}
