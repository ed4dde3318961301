import type { AttributeDefinition, RecordType, RegistryType } from '../registry-type/registry-type.ts';
import { canonicalIdentifierType } from './identifier-type.ts';
import { attributePaths } from './record-values.ts';

/** Whose attributes may be used, and by whom. */
export interface AttributeScope {
  readonly recordType: RecordType;
  /**
   * Asked with every path of every attribute that a query uses, as it is written in the attribute table
   * or in `identifierPaths`. Everything is readable when it is absent.
   */
  readonly isReadable?: (path: string) => boolean;
}

/** An attribute that was found and may be read. */
export interface FoundAttribute {
  /** Canonical name. */
  readonly name: string;
  readonly definition: AttributeDefinition;
}

/** An identifier type used like an attribute, for example `identifier.UIN`. */
export interface FoundIdentifier {
  /** Canonical identifier type. */
  readonly identifierType: string;
  /** Readable paths of identifier lists; never empty. */
  readonly paths: readonly string[];
}

const maxNameLength = 300;

/** Names that queries put in front of an attribute: the record itself in CEL, or its role. */
const prefixes = ['person.', 'group.', 'member.', 'r.'];

/**
 * Finds an attribute by its canonical name or an alias, both case-exact, with or without the prefixes
 * `person.`, `group.`, `member.` and `r.` (protocol.md section 7).
 *
 * @param name - the attribute as the sender wrote it
 * @param scope - the record type and what may be read
 * @returns the attribute, or `undefined` when it is unknown or any of its paths may not be read
 */
export function findAttribute(name: string, scope: AttributeScope): FoundAttribute | undefined {
  const { attributes } = scope.recordType;
  for (const candidate of withoutPrefixes(name)) {
    const canonical = Object.hasOwn(attributes, candidate) ? candidate : canonicalName(candidate, scope.recordType);
    const definition = canonical === undefined ? undefined : attributes[canonical];
    if (canonical === undefined || definition === undefined) continue;
    return isReadableAttribute(definition, scope) ? { name: canonical, definition } : undefined;
  }
  return undefined;
}

/**
 * Finds an identifier type that is used like an attribute: `identifier.UIN`, the same after the path of
 * an identifier list or its last part (`group_identifier.UIN`), or the bare type `UIN`.
 *
 * @param name - the attribute as the sender wrote it
 * @param scope - the record type and what may be read
 * @param registryType - knows the identifier types
 * @returns the identifier type and where to look, or `undefined` when it is unknown or not readable
 */
export function findIdentifier(
  name: string,
  scope: AttributeScope,
  registryType: Pick<RegistryType, 'identifierTypes'>,
): FoundIdentifier | undefined {
  const { identifierPaths } = scope.recordType;
  for (const candidate of withoutPrefixes(name)) {
    const bare = canonicalIdentifierType(registryType, candidate);
    if (bare !== undefined) return readableIdentifier(bare, identifierPaths, scope, registryType);
    for (const dot of dotsOf(candidate)) {
      const list = candidate.slice(0, dot);
      const type = canonicalIdentifierType(registryType, candidate.slice(dot + 1));
      const paths = identifierPaths.filter(
        (path) => list === 'identifier' || path === list || path.endsWith(`.${list}`),
      );
      if (type !== undefined && paths.length > 0) return readableIdentifier(type, paths, scope, registryType);
    }
  }
  return undefined;
}

/**
 * Keeps the identifier paths that may be read: all identifiers there, or those of this type.
 *
 * @param identifierType - canonical identifier type
 * @param paths - paths of identifier lists
 * @param scope - what may be read
 * @param registryType - its identifier types; a grant can single out one of them
 * @returns the identifier type and its readable paths, or `undefined` when none is left
 */
export function readableIdentifier(
  identifierType: string,
  paths: readonly string[],
  scope: AttributeScope,
  registryType: Pick<RegistryType, 'identifierTypes'>,
): FoundIdentifier | undefined {
  const { isReadable } = scope;
  const isKnown = registryType.identifierTypes.some(({ code }) => code === identifierType);
  const readable = paths.filter(
    (path) =>
      isReadable === undefined ||
      isReadable(path) ||
      (isKnown && isReadable(`${path}[identifier_type=${identifierType}]`)),
  );
  return readable.length > 0 ? { identifierType, paths: readable } : undefined;
}

function isReadableAttribute(definition: AttributeDefinition, scope: AttributeScope): boolean {
  const { ageFrom } = definition;
  if (ageFrom !== undefined) {
    const source = Object.hasOwn(scope.recordType.attributes, ageFrom)
      ? scope.recordType.attributes[ageFrom]
      : undefined;
    return source !== undefined && source.ageFrom === undefined && isReadableAttribute(source, scope);
  }
  return attributePaths(definition).every((path) => scope.isReadable?.(path) ?? true);
}

function canonicalName(alias: string, recordType: RecordType): string | undefined {
  for (const [name, definition] of Object.entries(recordType.attributes)) {
    if (definition.aliases?.includes(alias)) return name;
  }
  return undefined;
}

/** The name itself first, then without one prefix, then without two (`r.person.…`). */
function withoutPrefixes(name: string): readonly string[] {
  // The longest name that can match is a path and an identifier type; a longer one is refused unread.
  if (name.length > maxNameLength) return [];
  const names = [name];
  for (let count = 0, current = name; count < 2; count += 1) {
    const prefix = prefixes.find((candidate) => current.startsWith(candidate));
    if (prefix === undefined) break;
    current = current.slice(prefix.length);
    names.push(current);
  }
  return names;
}

function dotsOf(name: string): readonly number[] {
  const dots: number[] = [];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) dots.push(dot);
  return dots;
}
