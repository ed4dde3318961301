import { DciError, type Mapping } from 'dci-core';

/** Columns by whose values a stored record is recognised. */
export interface ImportMatch {
  /** A relation of kind `many` right below the root, for example `identifiers`; absent: the root. */
  readonly relation?: string;
  /** Columns that must all be equal, for example `['id_type_id', 'value']`. */
  readonly columns: readonly string[];
}

/** How records are brought into local tables. */
export interface ImportDefinition {
  readonly mapping: Mapping;
  /**
   * How a stored record is recognised. All are tried: when they lead to different records, nothing is changed. A record that
   * has none of these values is never stored, because it would be stored anew each time.
   */
  readonly match: readonly ImportMatch[];
  /**
   * What happens to a value that is stored and that the record does not have. `keep`, the default: it stays, because a
   * registry shows only what we may see. `clear`: columns become null, and rows of relations are deleted.
   */
  readonly absent?: 'keep' | 'clear';
  /**
   * By relation: columns that tell which stored row is meant, for example `{ phones: ['phone_no'] }`; its other columns are
   * updated. Absent: a row with the same values in all columns is the same, any other is a further one.
   */
  readonly rowIdentity?: Readonly<Record<string, readonly string[]>>;
  /** Whether records that are not stored yet are stored. Default true. */
  readonly create?: boolean;
}

/**
 * Declares an import, so that a slip shows at start.
 *
 * @param definition - mapping and how stored records are recognised
 * @returns the same object
 * @throws DciError `err.configuration.invalid` that names the fault
 */
export function defineImport(definition: ImportDefinition): ImportDefinition {
  const { mapping, match, rowIdentity = {} } = definition;
  const { relations, blank } = mapping.plan;
  if (match.length === 0) throw invalid('match', 'must name the columns by which a stored record is recognised');
  match.forEach(({ relation, columns }, index) => {
    const path = `match[${index}]`;
    const plan = relation === undefined ? undefined : relations.get(relation);
    if (relation !== undefined && plan === undefined)
      throw invalid(`${path}.relation`, 'is no relation of the mapping');
    if (plan !== undefined && (plan.kind !== 'many' || plan.parent !== undefined)) {
      throw invalid(`${path}.relation`, 'must be a relation of kind many, right below the root');
    }
    checkColumns(`${path}.columns`, columns, plan?.blank ?? blank);
  });
  for (const [name, columns] of Object.entries(rowIdentity)) {
    const plan = relations.get(name);
    if (plan?.kind !== 'many') throw invalid(`rowIdentity.${name}`, 'is no relation of kind many of the mapping');
    checkColumns(`rowIdentity.${name}`, columns, plan.blank);
  }
  return definition;
}

function checkColumns(path: string, columns: readonly string[], written: object): void {
  if (columns.length === 0) throw invalid(path, 'must name at least one column');
  const unknown = columns.find((column) => !Object.hasOwn(written, column));
  if (unknown !== undefined) throw invalid(path, `names the column ${unknown}, which the mapping does not write`);
}

function invalid(path: string, text: string): DciError {
  return new DciError('err.configuration.invalid', `${path} ${text}`, { path });
}
