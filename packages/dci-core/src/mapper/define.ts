import { compileMapping } from './compile.ts';
import type { MappingDefinition } from './definition.ts';
import type { MappingPlan } from './plan.ts';

/** A checked mapping. */
export interface Mapping extends MappingDefinition {
  /** What `defineMapping` made of the definition, for `toRecord`, `toRows` and `columnsFor`. */
  readonly plan: MappingPlan;
}

/**
 * Checks a mapping, so that a slip in the data shows at start and not in a reply: malformed paths, two
 * fields for one place of the record or one column, unknown relations and lookups.
 *
 * @param definition - the mapping as data
 * @returns the mapping, frozen
 * @throws DciError `err.configuration.invalid` that names the fault
 */
export function defineMapping(definition: MappingDefinition): Mapping {
  return Object.freeze({ ...definition, plan: compileMapping(definition) });
}
