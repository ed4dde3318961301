import type { Filter, IdentifierFilter, RegistryType } from 'dci-core';

/** Characters of a shape that are kept; the rest of a very long query says nothing more. */
const longestShape = 1_000;

/**
 * Describes a query without its values, for the audit (protocol.md section 8).
 *
 * @param filter - the bound query
 * @param registryType - knows the identifier types; another one is the sender's own text and not told
 * @returns attributes and operators, for example `and(sex eq, not(birth_date lt), identifier UIN in 3)`
 */
export function queryShape(filter: Filter, registryType: Pick<RegistryType, 'identifierTypes'>): string {
  const shape = shapeOf(filter, registryType);
  return shape.length > longestShape ? `${shape.slice(0, longestShape)}…` : shape;
}

function shapeOf(filter: Filter, registryType: Pick<RegistryType, 'identifierTypes'>): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `${filter.kind}(${filter.filters.map((part) => shapeOf(part, registryType)).join(', ')})`;
    case 'not':
      return `not(${shapeOf(filter.filter, registryType)})`;
    case 'comparison':
      return `${filter.attribute} ${filter.operator}`;
    case 'in':
      return `${filter.attribute} in ${filter.values.length}`;
    case 'exists':
      return `${filter.attribute} exists`;
    case 'identifier':
      return identifierShape(filter, registryType);
    case 'constant':
      return filter.value ? 'all' : 'none';
  }
}

function identifierShape(
  { identifierType, values }: IdentifierFilter,
  { identifierTypes }: Pick<RegistryType, 'identifierTypes'>,
): string {
  const type = identifierTypes.some(({ code }) => code === identifierType) ? identifierType : 'of another type';
  return `identifier ${type}${values.length === 1 ? '' : ` in ${values.length}`}`;
}
