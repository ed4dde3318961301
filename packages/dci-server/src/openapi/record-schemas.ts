import {
  beneficiaryShape,
  crvs,
  crvsPersonShape,
  disabledPersonShape,
  dr,
  farmerShape,
  fr,
  groupShape,
  ibr,
  memberShape,
  type RecordType,
  type RegistryType,
  type Shape,
  social,
  socialPersonShape,
} from 'dci-core';
import { describeSchema, type JsonSchema } from 'dci-host';
import { customMeanings, referenceTo } from './schema-parts.ts';

/** Shapes of the shipped record types; a record type of a contributor is described by its attributes. */
const shapes: readonly (readonly [registryType: RegistryType, recordType: string, shape: Shape])[] = [
  [social, 'Person', socialPersonShape],
  [social, 'Member', memberShape],
  [social, 'Group', groupShape],
  [crvs, 'Person', crvsPersonShape],
  [ibr, 'Beneficiary', beneficiaryShape],
  [dr, 'DisabledPerson', disabledPersonShape],
  [fr, 'Farmer', farmerShape],
];

/** The records of registries as schemas. */
export interface RecordSchemas {
  /** For `components.schemas`: the record types and the objects within them. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /**
   * @param registryType - a served registry type
   * @returns the schema of one of its records
   */
  recordOf(registryType: RegistryType): JsonSchema;
}

/**
 * Describes the records of registry types, with the objects within them as components of their own.
 *
 * @param registryTypes - the served registry types
 * @returns the schemas
 */
export function describeRecords(registryTypes: readonly RegistryType[]): RecordSchemas {
  const roots = registryTypes.flatMap((registryType) =>
    registryType.recordTypes.map((recordType) => ({
      recordType,
      name: recordName(registryType, recordType),
      shape: shapeOf(recordType),
    })),
  );
  const taken = new Set(roots.map(({ name }) => name));
  /** Objects within records; the record types themselves have names already. */
  const inner = new Map<Shape, string>();
  const collect = (shape: Shape): void => {
    for (const field of Object.values(shape.fields)) {
      const child = field.shape?.();
      if (child === undefined || inner.has(child)) continue;
      const name = freeName(child.name, taken);
      taken.add(name);
      inner.set(child, name);
      collect(child);
    }
  };
  for (const { shape } of roots) if (shape !== undefined) collect(shape);
  const named = new Map<unknown, string>([...inner].map(([shape, name]) => [shape.schema, name]));
  const options = { custom: customMeanings, named };
  const describeShape = (shape: Shape): JsonSchema => describeSchema(shape.schema, options);
  return {
    schemas: Object.fromEntries([
      ...[...inner].map(([shape, name]) => [name, describeShape(shape)] as const),
      ...roots.map(({ recordType, name, shape }) => {
        const described = shape === undefined ? describeAttributes(recordType) : describeShape(shape);
        return [name, withLinkedData(described, recordType)] as const;
      }),
    ]),
    recordOf: (registryType) => {
      const names = registryType.recordTypes.map((recordType) => recordName(registryType, recordType));
      const references = names.map((name) => referenceTo(name));
      const [only] = references;
      return only !== undefined && references.length === 1 ? only : { anyOf: references };
    },
  };
}

/**
 * Makes the first part of the names of a registry type's components and operations.
 *
 * @param registryType - the registry type
 * @returns for example `Social`
 */
export function nameOf({ name }: RegistryType): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('') || 'Registry';
}

function recordName(registryType: RegistryType, { name }: RecordType): string {
  return `${nameOf(registryType)}${name.replace(/[^A-Za-z0-9._-]/g, '')}`;
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let count = 2; taken.has(free); count += 1) free = `${name}${count}`;
  return free;
}

/** A type that is made from a shipped one keeps its record types. */
function shapeOf(recordType: RecordType): Shape | undefined {
  return shapes.find(
    ([registryType, name]) => recordType.name === name && registryType.recordTypes.includes(recordType),
  )?.[2];
}

function describeAttributes({ attributes }: RecordType): JsonSchema {
  const names = Object.keys(attributes).map((name) => `\`${name}\``);
  return {
    type: 'object',
    ...(names.length === 0 ? {} : { description: `Its attributes, as queries name them: ${names.join(', ')}.` }),
  };
}

function withLinkedData(schema: JsonSchema, { context, jsonLdType }: RecordType): JsonSchema {
  const { properties } = schema;
  const members = typeof properties === 'object' && properties !== null ? properties : {};
  return {
    ...schema,
    properties: { '@context': { type: 'string', examples: [context] }, '@type': { const: jsonLdType }, ...members },
  };
}
