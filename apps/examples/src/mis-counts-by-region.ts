// Counts by region for the dashboard of a management information system. Only numbers cross the wire, no records.
//   node apps/examples/src/mis-counts-by-region.ts [region …]      exit code 0: every region was counted
import process from 'node:process';
import type { DciClient } from 'dci-client';
import { demoClient, print, runExample } from './demo-client.ts';

/** How many registrants a region has. */
export interface RegionCount {
  readonly region: string;
  readonly registrants: number;
  readonly disabled: number;
}

/**
 * Counts registrants by region.
 *
 * @param client - of a social registry
 * @param regions - codes
 * @returns one entry for each region, in this order
 * @throws DciError when a count failed: a number that is missing is not shown as zero
 */
export async function countByRegion(
  client: Pick<DciClient, 'count'>,
  regions: readonly string[],
): Promise<readonly RegionCount[]> {
  const count = (...conditions: readonly { attribute: string; value: string | boolean }[]): Promise<number> =>
    client.count({
      queryType: 'expression',
      query: { seq: conditions.map((condition) => ({ ...condition, operator: '=' })) },
      recordType: 'Person',
    });
  return await Promise.all(
    regions.map(async (region) => {
      const within = [
        { attribute: 'is_registrant', value: true },
        { attribute: 'area_id.code', value: region },
      ];
      const [registrants, disabled] = await Promise.all([
        count(...within),
        count(...within, { attribute: 'has_disability', value: true }),
      ]);
      return { region, registrants, disabled };
    }),
  );
}

if (import.meta.main) {
  await runExample(async () => {
    const given = process.argv.slice(2);
    const regions = given.length > 0 ? given : Array.from({ length: 9 }, (_, index) => `REGION_0${index + 1}`);
    const client = await demoClient({ at: 'demo', registry: 'social', code: 'social_main' });
    const counts = await countByRegion(client, regions);
    const line = (...cells: readonly unknown[]) => print(cells.map((cell) => String(cell).padStart(12)).join(''));
    line('region', 'registrants', 'disabled');
    for (const { region, registrants, disabled } of counts) line(region, registrants, disabled);
    line('all', ...(['registrants', 'disabled'] as const).map((of) => counts.reduce((sum, each) => sum + each[of], 0)));
    return 0;
  });
}
