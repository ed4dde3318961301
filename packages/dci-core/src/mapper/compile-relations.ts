import { DciError } from '../errors.ts';
import type { MappingDefinition, Relation } from './definition.ts';
import type { Chain, MappingPlan, RelationPlan } from './plan.ts';
import type { Row, RowValue } from './row.ts';

/** The tables of a mapping while its fields are being compiled. */
export interface RelationTable {
  /**
   * Finds the way from a row to the rows of a relation: over `one` relations, the last as `last` says.
   *
   * @throws DciError `err.configuration.invalid` when there is none
   */
  chain(from: string | undefined, to: string | undefined, last: 'one' | 'many' | 'any', path: string): Chain;
  /**
   * Notes that a field writes a column, which in a new row is `initial`.
   *
   * @throws DciError `err.configuration.invalid` when another one does
   */
  claim(relation: string | undefined, column: string, initial: RowValue): void;
  /**
   * Notes that a list writes the rows of a relation.
   *
   * @throws DciError `err.configuration.invalid` when another one does
   */
  claimRows(relation: string, path: string): void;
  /** @returns the tables with every column claimed so far */
  finish(): Omit<MappingPlan, 'fields'>;
}

/**
 * Checks the tables of a mapping.
 *
 * @param definition - the mapping as data
 * @returns the tables
 * @throws DciError `err.configuration.invalid` that names the fault
 */
export function compileRelations(definition: MappingDefinition): RelationTable {
  const relations: Readonly<Record<string, Relation>> = definition.relations ?? {};
  const rootKey = definition.root.key ?? 'id';
  const columns = new Map<string | undefined, Map<string, RowValue>>();
  const writtenRows = new Set<string>();

  const relationOf = (name: string, path: string): Relation => {
    const relation = Object.hasOwn(relations, name) ? relations[name] : undefined;
    return relation ?? invalid('A mapping names a relation that it does not have.', path);
  };
  const keyOf = (name: string | undefined): string =>
    name === undefined ? rootKey : (relationOf(name, name).key ?? 'id');

  const claim = (relation: string | undefined, column: string, initial: RowValue): void => {
    const owner = columns.get(relation) ?? new Map<string, RowValue>();
    columns.set(relation, owner);
    const path = relation === undefined ? column : `${relation}.${column}`;
    if (column === '') invalid('A column of a mapping has no name.', path);
    if (owner.has(column) || column === keyOf(relation)) invalid('A column of a mapping is written twice.', path);
    owner.set(column, initial);
  };

  const claimFixed = (relation: string | undefined, where: Row | undefined): void => {
    for (const [column, value] of Object.entries(where ?? {})) claim(relation, column, value ?? null);
  };

  if (definition.root.table === '') invalid('A table of a mapping has no name.', 'root');
  claimFixed(undefined, definition.root.where);
  for (const [name, relation] of Object.entries(relations)) {
    if (relation.table === '' || relation.foreignKey === '')
      invalid('A relation lacks its table or foreign key.', name);
    checkAncestors(relations, name);
    claim(relation.kind === 'many' ? name : relation.parent, relation.foreignKey, null);
    claimFixed(name, relation.where);
  }

  return {
    claim,
    claimRows: (relation, path) => {
      if (writtenRows.has(relation)) invalid('Two lists of a mapping write one relation.', path);
      writtenRows.add(relation);
    },
    chain: (from, to, last, path) => {
      const chain: string[] = [];
      for (let at = to; at !== from; at = relationOf(at, path).parent) {
        if (at === undefined) return invalid('A relation does not hang under the row that the field is in.', path);
        const { kind } = relationOf(at, path);
        const wanted = chain.length === 0 ? last : 'one';
        if (wanted !== 'any' && kind !== wanted)
          return invalid(`A field needs a relation of kind '${wanted}' here.`, path);
        chain.unshift(at);
      }
      if (chain.length === 0 && last === 'many') return invalid('A list needs a relation of its own.', path);
      return chain;
    },
    finish: () => {
      const blank = (name: string | undefined): Row => Object.fromEntries(columns.get(name) ?? []);
      const plans = Object.entries(relations).map(([name, relation]): [string, RelationPlan] => [
        name,
        { ...relation, name, key: keyOf(name), parentKey: keyOf(relation.parent), blank: blank(name) },
      ]);
      return { rootKey, blank: blank(undefined), relations: new Map(plans) };
    },
  };
}

function checkAncestors(relations: Readonly<Record<string, Relation>>, name: string): void {
  const seen = new Set<string>();
  for (let at: string | undefined = name; at !== undefined; at = relations[at]?.parent) {
    if (!Object.hasOwn(relations, at)) invalid('A relation hangs under one that the mapping does not have.', name);
    if (seen.has(at)) invalid('Relations of a mapping hang under each other in a circle.', name);
    seen.add(at);
  }
}

function invalid(message: string, path: string): never {
  throw new DciError('err.configuration.invalid', message, { path });
}
