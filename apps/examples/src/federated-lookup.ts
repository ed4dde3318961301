// A lookup over provincial registries, one of which is down: what the others have, and that the answer is not complete.
//   node apps/examples/src/federated-lookup.ts [UIN]      exit code 0: every province answered; 1: not every
import process from 'node:process';
import { createFederation, type FederatedResult, type Federation } from 'dci-client';
import { systemClock } from 'dci-core';
import { demoClient, print, runExample } from './demo-client.ts';

/**
 * Describes a registrant as all provinces know it.
 *
 * @param federation - of the provincial registries
 * @param uin - of the registrant
 * @returns lines: what each province did, then the registrants found, those that share an identifier together
 */
export async function describe(federation: Pick<Federation, 'searchById'>, uin: string) {
  const { outcomes, groups, complete } = await federation.searchById('UIN', uin, {});
  return {
    lines: [
      ...outcomes.map(describeOutcome),
      // Records stay apart, each with its province and the verified reply: which address counts is yours to decide.
      ...groups.map(({ records, sources }) => `one registrant: ${records.length} records, in ${sources.join(' and ')}`),
      ...(groups.length === 0 && complete ? ['nobody has this identifier'] : []),
      // Without this, "not found" would be taken for "does not exist".
      ...(complete ? [] : ['not complete: a province that did not answer may know the registrant too']),
    ],
    complete,
  };
}

function describeOutcome(outcome: FederatedResult['outcomes'][number]): string {
  if (outcome.status === 'failed') return `${outcome.source}: no answer (${outcome.failure?.kind ?? 'failed'})`;
  return `${outcome.source}: ${outcome.count} found, signed by ${outcome.evidence.senderId}`;
}

if (import.meta.main) {
  await runExample(async () => {
    const [uin = '4524308709'] = process.argv.slice(2);
    const clients = await Promise.all([
      demoClient({ at: 'demo', registry: 'crvs', code: 'north' }),
      demoClient({ at: 'national', registry: 'crvs', code: 'south' }),
      // Nobody listens there, unless you start a third host.
      demoClient({
        at: 'demo',
        registry: 'crvs',
        code: 'west',
        url: process.env.DCI_WEST_URL ?? 'http://127.0.0.1:8082',
      }),
    ]);
    const { lines, complete } = await describe(
      createFederation({ clients, clock: systemClock, timeoutSeconds: 5 }),
      uin,
    );
    for (const line of lines) print(line);
    return complete ? 0 : 1;
  });
}
