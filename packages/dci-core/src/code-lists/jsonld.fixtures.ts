import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../../../../shared/spec/jsonld/', import.meta.url);

/** Whether the standard's JSON-LD files lie beside this checkout; where they do not, tests that read them are skipped. */
export const hasJsonLd = existsSync(folder);

/** A code as a file of the standard describes it. */
export interface DescribedCode {
  readonly code: string;
  readonly label: string;
}

/** A file of the standard. */
interface JsonLdNode {
  readonly '@id': string;
  readonly 'rdfs:label'?: string;
  readonly 'owl:oneOf'?: readonly string[];
  readonly 'rdfs:property'?: readonly JsonLdProperty[];
  readonly '@graph'?: readonly JsonLdNode[];
  readonly 'rdfs:subClassOf'?: unknown;
}

/** A property of a class. */
export interface JsonLdProperty {
  readonly '@id': string;
  readonly 'rdfs:range'?: unknown;
}

/** @returns paths under the JSON-LD folder of all files whose path matches */
export function jsonLdFiles(pattern: RegExp): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.jsonld') && pattern.test(path))
    .sort();
}

/** @returns the file, parsed */
export function readJsonLd(path: string): JsonLdNode {
  return JSON.parse(readFileSync(fileURLToPath(new URL(path, folder)), 'utf8')) as JsonLdNode;
}

/** @returns the codes that a code list file describes, with labels, and those that it declares */
export function codesOf(path: string): {
  readonly described: readonly DescribedCode[];
  readonly declared: readonly string[];
} {
  const graph = readJsonLd(path)['@graph'] ?? [];
  const declared = graph.flatMap((node) => node['owl:oneOf'] ?? []).map(bare);
  const described = graph
    .filter((node) => node['owl:oneOf'] === undefined)
    .map((node) => ({ code: bare(node['@id']), label: node['rdfs:label'] ?? '' }));
  return { described, declared };
}

/** @returns the properties that a class file lists, their ranges, and whether each is a list */
export function propertiesOf(
  path: string,
): readonly { readonly name: string; readonly list: boolean; readonly range: string }[] {
  return (readJsonLd(path)['rdfs:property'] ?? []).map((property) => ({
    name: bare(property['@id']),
    range: rangeOf(property['rdfs:range']),
    list:
      JSON.stringify(property['rdfs:range'] ?? '').includes('@list') ||
      JSON.stringify(property).includes('"@container":"@list"'),
  }));
}

function rangeOf(range: unknown): string {
  if (typeof range === 'string') return range;
  if (typeof range !== 'object' || range === null) return '';
  const { '@id': id, '@type': type } = range as { '@id'?: string; '@type'?: string };
  return id ?? type ?? '';
}

function bare(id: string): string {
  return id.slice(id.lastIndexOf(':') + 1);
}
