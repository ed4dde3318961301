import { toText } from '../query/attribute-value.ts';
import type { UnboundFilter, UnboundIdentifier } from '../query/unbound-filter.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { identifierTypeNamed } from './attribute-of.ts';

/**
 * Reads a query that asks for one identifier and nothing else, in whatever form it is written.
 *
 * @param filter - the query
 * @param registry - knows the identifier types that can stand for attributes, as in `identifier.UIN == "1"`
 * @returns the identifier; `undefined` when the query asks for something else
 */
export function identifierAsked(filter: UnboundFilter, registry: RegistryType): UnboundIdentifier | undefined {
  if (filter.kind === 'identifier') return filter;
  if (filter.kind !== 'comparison' || filter.operator !== 'eq') return undefined;
  const value = typeof filter.value === 'boolean' ? undefined : toText(filter.value);
  const identifierType = value === undefined ? undefined : identifierTypeNamed(filter.attribute, registry);
  return value === undefined || identifierType === undefined
    ? undefined
    : { kind: 'identifier', identifierType, value };
}
