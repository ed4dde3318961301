import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import { parseTimestamp } from 'dci-core';
import { parse } from 'yaml';
import { type Correction, corrections } from './corrections.fixtures.ts';

/** Where the standard's files lie when the repository is checked out beside them. */
export const specDirectory = fileURLToPath(new URL('../../../../../shared/spec/openapi', import.meta.url));

/** Whether the standard's files are on this machine. */
export const hasStandardFiles = existsSync(specDirectory);

/** A node of a parsed file. */
export type Node = { [member: string]: Node } & { readonly [Symbol.iterator]?: never };

/** The standard's OpenAPI file of one registry, corrected where it contradicts itself. */
export interface StandardFile {
  readonly registry: string;
  /** Paths as in the file, for example `/registry/search`. */
  readonly paths: readonly string[];
  /** Names of the corrections that were made. */
  readonly corrected: readonly string[];
  /** @returns whether the file has this path for `multipart/form-data` too */
  takesUploads(path: string): boolean;
  /** @returns the faults of the body of a request to this path */
  requestFaults(path: string, body: unknown): readonly string[];
  /** @returns the faults of a reply to a request to this path */
  replyFaults(path: string, status: number, body: unknown): readonly string[];
}

/**
 * Reads a file of the standard and corrects it.
 *
 * @param registry - `social`, `crvs`, `ibr`, `dr` or `fr`
 * @returns the file
 */
export function standardFile(registry: string): StandardFile {
  const document = parse(readFileSync(`${specDirectory}/${registry}_api_v1.0.0.yaml`, 'utf8')) as Node;
  const made: Correction[] = corrections.filter(({ registries }) => registries.includes(registry));
  for (const correction of made) correction.apply(document);
  const operations = new Map(
    Object.entries(document.paths ?? {}).flatMap(([path, { post }]) => (post ? [[path, post] as const] : [])),
  );
  const compiled = new Map<Node, ValidateFunction>();
  const validator = (schema: Node | undefined, what: string): ValidateFunction => {
    if (schema === undefined) throw new Error(`the file of ${registry} has no schema for ${what}`);
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    // OpenAPI's own keywords are no JSON Schema; the references in the files start at the document.
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    ajv.addFormat('date-time', (text: string) => parseTimestamp(text) !== undefined);
    const validate = ajv.compile({ ...schema, components: document.components, paths: document.paths });
    compiled.set(schema, validate);
    return validate;
  };
  const faults = (validate: ValidateFunction, body: unknown): readonly string[] =>
    validate(body) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const resolve = (response: Node | undefined): Node | undefined => {
    const reference = response?.$ref as unknown;
    if (typeof reference !== 'string') return response;
    return reference
      .replace('#/', '')
      .split('/')
      .reduce<Node | undefined>((node, member) => node?.[member], document);
  };
  return {
    registry,
    paths: [...operations.keys()],
    corrected: made.map(({ name }) => name),
    takesUploads: (path) => operations.get(path)?.requestBody?.content?.['multipart/form-data'] !== undefined,
    requestFaults: (path, body) => {
      const schema = operations.get(path)?.requestBody?.content?.['application/json']?.schema;
      return faults(validator(schema, `requests to ${path}`), body);
    },
    replyFaults: (path, status, body) => {
      const responses = operations.get(path)?.responses;
      const response = resolve(
        responses?.[String(status)] ?? (status >= 400 ? responses?.['500'] : responses?.default),
      );
      return faults(validator(response?.content?.['application/json']?.schema, `replies to ${path}`), body);
    },
  };
}
