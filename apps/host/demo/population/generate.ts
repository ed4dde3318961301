import { dayOf } from './calendar.ts';
import { drawsFor } from './draws.ts';
import { drawHousehold } from './household.ts';
import { DEMO_PERSONS, type Household, REFERENCE_DATE } from './population.ts';

/** Sizes of twenty households that hold eighty people: the average of four is exact over every block. */
const blockSizes = [1, 1, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 6, 6, 8, 9];

/** What to generate. */
export interface PopulationOptions {
  /** Number of people; 10,000 by default. The last household is cut where it would pass the number. */
  readonly persons?: number;
  /** Names the population; another seed gives other people. */
  readonly seed?: string;
}

/**
 * Generates the demo population, household by household, so that millions fit in constant memory.
 * The same options give the same population on every machine.
 *
 * @param options - number of people and seed
 * @returns the households in the order of their numbers
 */
export function* generatePopulation(options: PopulationOptions = {}): Generator<Household, void, undefined> {
  const { persons = DEMO_PERSONS, seed = 'demo' } = options;
  const today = dayOf(REFERENCE_DATE);
  let firstPerson = 0;
  for (let number = 0; firstPerson < persons; ) {
    for (const blockSize of drawsFor(`${seed}/block/${number / blockSizes.length}`).shuffled(blockSizes)) {
      const size = Math.min(blockSize, persons - firstPerson);
      if (size <= 0) return;
      const draws = drawsFor(`${seed}/household/${number}`);
      yield drawHousehold({ number, firstPerson, size, draws, seed, today });
      number += 1;
      firstPerson += size;
    }
  }
}
