import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema';
import type { JsonObject, JsonValue } from 'dci-core';
import type * as v from 'valibot';
import type { JsonSchema } from './openapi.ts';

/** What a valibot schema cannot tell by itself. */
export interface ToJsonSchemaOptions {
  /**
   * What a `v.custom` accepts, by its message: `{ 'must be an object': { type: 'object' } }`. One that is not here
   * accepts anything.
   */
  readonly custom?: Readonly<Record<string, JsonSchema>>;
  /** Schemas that stand under `components.schemas`, and their names there. */
  readonly named?: ReadonlyMap<unknown, string>;
}

/** The parts of valibot's schemas that are looked at. */
interface Node {
  readonly kind: string;
  readonly type: string;
  readonly pipe?: readonly Node[];
  readonly entries?: Readonly<Record<string, Node>>;
  readonly item?: Node;
  readonly wrapped?: Node;
  readonly options?: readonly unknown[];
  readonly getter?: (input: unknown) => Node;
  readonly message?: unknown;
}

/**
 * Describes what a valibot schema accepts. Made for lenient schemas: what comes after a transformation is left out,
 * checks without a form in JSON Schema become part of the description, what cannot be described accepts anything.
 * It never throws for a schema.
 *
 * @param schema - a valibot schema
 * @param options - meanings and names of schemas
 * @returns its JSON Schema
 */
export function describeSchema(schema: v.GenericSchema, options: ToJsonSchemaOptions = {}): JsonSchema {
  return describe(schema as unknown as Node, options, [], true);
}

function describe(node: Node, options: ToJsonSchemaOptions, above: readonly Node[], isRoot = false): JsonSchema {
  const name = isRoot ? undefined : options.named?.get(node);
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  // A schema that holds itself has no end unless it has a name.
  if (above.includes(node)) return {};
  const inside = (child: Node): JsonSchema => describe(child, options, [...above, node]);
  if (node.pipe !== undefined) return describePipe(node, options, inside);
  switch (node.type) {
    case 'object':
    case 'loose_object':
    case 'strict_object':
      return describeObject(node, inside);
    case 'array':
      return node.item === undefined ? { type: 'array' } : { type: 'array', items: inside(node.item) };
    case 'optional':
    case 'exact_optional':
    case 'undefinedable':
      return node.wrapped === undefined ? {} : inside(node.wrapped);
    case 'nullable':
    case 'nullish':
      return node.wrapped === undefined ? {} : anyOf([inside(node.wrapped), { type: 'null' }]);
    case 'union':
    case 'variant':
      return anyOf((node.options ?? []).map((option) => inside(option as Node)));
    case 'lazy':
      return node.getter === undefined ? {} : inside(node.getter(undefined));
    case 'custom':
      return options.custom?.[String(node.message)] ?? {};
    case 'unknown':
    case 'any':
      return {};
    default:
      return convert(node);
  }
}

function describeObject({ type, entries = {} }: Node, inside: (child: Node) => JsonSchema): JsonSchema {
  const required = Object.keys(entries).filter((name) => !isOptional(entries[name]));
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, inside(entry)])),
    ...(required.length === 0 ? {} : { required }),
    ...(type === 'strict_object' ? { additionalProperties: false } : {}),
  };
}

function isOptional(node: Node | undefined): boolean {
  if (node?.pipe !== undefined) return isOptional(node.pipe[0]);
  return node !== undefined && ['optional', 'exact_optional', 'nullish', 'undefinedable'].includes(node.type);
}

/** The first schema that says something, and the checks up to the first transformation. */
function describePipe(node: Node, options: ToJsonSchemaOptions, inside: (child: Node) => JsonSchema): JsonSchema {
  const items = node.pipe ?? [];
  const first = items.findIndex(
    (item, at) => item.kind === 'schema' && (item.type !== 'unknown' || at === items.findLastIndex(isSchema)),
  );
  const start = items[first];
  // The first element of a pipe is the piped schema's own base, which carries no pipe of its own then.
  if (start === undefined) return {};
  const named = options.named?.get(start);
  let described = named === undefined ? inside(start) : { $ref: `#/components/schemas/${named}` };
  const notes: string[] = [];
  for (const item of items.slice(first + 1)) {
    if (item.kind === 'transformation' || item.kind === 'schema') {
      const listed = items.find(({ type }) => type === 'picklist')?.options;
      if (listed !== undefined) described = { ...described, examples: listed as readonly JsonValue[] };
      break;
    }
    if (item.kind === 'metadata') {
      described = { ...described, ...convert({ ...start, pipe: [start, item] }) };
    } else if (item.type === 'check' || item.type === 'raw_check') {
      if (typeof item.message === 'string') notes.push(item.message);
    } else {
      described = { ...described, ...checkOf(item, described) };
    }
  }
  return notes.length === 0 || described.$ref !== undefined
    ? described
    : { ...described, description: notes.join('; ') };
}

function isSchema({ kind }: Node): boolean {
  return kind === 'schema';
}

/** What a check adds to a schema of this type; a length means something else for a text than for a list. */
function checkOf(action: Node, { type }: JsonSchema): JsonSchema {
  const own = Array.isArray(type) ? type.find((name) => name !== 'null') : type;
  const kind = own === 'integer' ? 'number' : own;
  if (kind !== 'string' && kind !== 'number' && kind !== 'array' && kind !== 'object') return {};
  const item: Node = { kind: 'schema', type: 'unknown' };
  const base: Node = { kind: 'schema', type: kind, ...(kind === 'array' ? { item } : {}), entries: {} };
  const before = convert(base);
  const after = Object.entries(convert({ ...base, pipe: [base, action] }));
  return Object.fromEntries(after.filter(([name, value]) => JSON.stringify(before[name]) !== JSON.stringify(value)));
}

const conversion: ConversionConfig = { typeMode: 'input', errorMode: 'ignore', target: 'draft-2020-12' };

function convert(node: Node): JsonSchema {
  try {
    const { $schema: _dialect, ...schema } = toJsonSchema(node as never, conversion) as JsonObject;
    return schema;
  } catch {
    return {};
  }
}

/** Several schemas as one: plain types are joined into a list of types, repetitions left out. */
function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const distinct = schemas.filter(
    (schema, at) => schemas.findIndex((other) => JSON.stringify(other) === JSON.stringify(schema)) === at,
  );
  const [first] = distinct;
  if (first === undefined || distinct.some((schema) => Object.keys(schema).length === 0)) return {};
  if (distinct.length === 1) return first;
  const nullAt = distinct.findIndex((schema) => schema.type === 'null' && Object.keys(schema).length === 1);
  const [only] = distinct.filter((_, at) => at !== nullAt);
  if (
    nullAt >= 0 &&
    distinct.length === 2 &&
    only !== undefined &&
    typeof only.type === 'string' &&
    !('enum' in only)
  ) {
    return { ...only, type: [only.type, 'null'] };
  }
  return { anyOf: distinct };
}
