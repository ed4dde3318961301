import { DciError } from '../errors.ts';
import type { UnboundFilter } from '../query/unbound-filter.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { resolveIdentifierType } from '../registry-type/resolve.ts';
import { attributesNamed, type NamedAttribute } from './attribute-of.ts';
import type { NeutralQuery, WrittenQuery } from './dialect.ts';
import { identifierAsked } from './identifier-query.ts';
import { mapConditions, type UnboundCondition } from './map-conditions.ts';
import { noFormFor } from './query-refusal.ts';
import { writeMongoExpression } from './write-mongo-expression.ts';
import { writePredicateList } from './write-predicate-list.ts';

/** Our identifier types → those of OpenG2P, where they differ; others are those of the deployment. */
const identifierNames: Readonly<Record<string, string>> = { FARMER_ID: 'FID' };

/**
 * Writes a query as OpenG2P understands it (dialects.md section 2): an identifier, a predicate list of comparisons that must
 * all hold where a predicate was asked, else a Mongo-style expression; attributes under names without dots.
 *
 * @param query - the query
 * @param registry - the registry asked
 * @returns query type and query
 * @throws DciError `rjct.filter.invalid` when it has no form for the query
 */
export function writeOpenG2pQuery(query: NeutralQuery, registry: RegistryType): WrittenQuery {
  const filter = query.filter();
  const identifier = identifierAsked(filter, registry);
  if (identifier !== undefined) {
    const { identifierType, value } = identifier;
    const code = resolveIdentifierType(registry, identifierType);
    const type = Object.hasOwn(identifierNames, code) ? identifierNames[code] : undefined;
    return { queryType: 'idtype-value', query: { type: type ?? identifierType, value } };
  }
  const named = mapConditions(filter, (condition) => translate(condition, registry));
  const list = query.queryType === 'predicate' ? tryPredicateList(named) : undefined;
  if (list !== undefined) return { queryType: 'predicate', query: list };
  return { queryType: 'expression', query: writeMongoExpression(named) };
}

function tryPredicateList(filter: UnboundFilter): ReturnType<typeof writePredicateList> | undefined {
  try {
    return writePredicateList(filter);
  } catch (error) {
    if (error instanceof DciError) return undefined;
    throw error;
  }
}

function translate(condition: UnboundCondition, registry: RegistryType): UnboundFilter {
  if (condition.kind === 'identifier') throw noFormFor('OpenG2P', 'an identifier among other conditions');
  return { ...condition, attribute: plainName(condition.attribute, registry) };
}

/** A spelling without dots that means the same in every record type; an attribute of the peer's own stays as it is. */
function plainName(attribute: string, registry: RegistryType): string {
  const meant = attributesNamed(attribute, registry);
  const [first] = meant;
  if (first === undefined) {
    if (attribute.includes('.')) throw noFormFor('OpenG2P', `the attribute ${attribute}, whose name has dots`);
    return attribute;
  }
  if (meant.some(({ definition }) => definition.ageFrom !== undefined || definition.constant !== undefined)) {
    throw noFormFor('OpenG2P', `the attribute ${attribute}, which is in no record`);
  }
  const means = (spelling: string): boolean => {
    const found = attributesNamed(spelling, registry);
    const isSame = ({ recordType, name }: NamedAttribute): boolean =>
      found.some((one) => one.recordType === recordType && one.name === name);
    return found.length === meant.length && meant.every(isSame);
  };
  const spellings = [first.name, ...(first.definition.aliases ?? []), attribute];
  const plain = spellings.find((spelling) => !spelling.includes('.') && means(spelling));
  if (plain === undefined) throw noFormFor('OpenG2P', `the attribute ${attribute}: it has no name without dots`);
  return plain;
}
