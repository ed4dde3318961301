import { DciError } from 'dci-core';
import type { HostConfig } from '../config/host-config.ts';
import { hostContribution } from './host-contribution.ts';
import type {
  OpenApiComponents,
  OpenApiContribution,
  OpenApiDocument,
  OpenApiPathItem,
  OpenApiServer,
  OpenApiTag,
} from './openapi.ts';

/** What a document is made of. */
export interface DocumentOptions {
  readonly config: Pick<HostConfig, 'senderId' | 'basePath' | 'basePathAliases' | 'locations'>;
  /** Of the plug-ins, in their order. */
  readonly contributions: readonly OpenApiContribution[];
}

type Paths = OpenApiDocument['paths'];

/** Version of the DCI standard that is served. */
const version = '1.0.0';

const introduction = `
Digital Convergence Initiative (DCI) protocol. Every message is an envelope of \`signature\`, \`header\` and \`message\`.

A request under \`sync/\` is answered at once. Any other request is acknowledged with status 202, and its answer is sent to the \`sender_uri\` of its header.
`.trim();

/**
 * Composes the OpenAPI 3.1 document of a host: its own routes and those of its plug-ins. The same configuration gives
 * the same text. Routes below the base path get the base path and its aliases as servers; others name the root.
 *
 * @param options - configuration and contributions
 * @returns the document
 * @throws DciError err.configuration.invalid when two contributions use one path, operation id or component name for
 *   different things
 */
export function createOpenApiDocument({ config, contributions }: DocumentOptions): OpenApiDocument {
  const all = [hostContribution({ hasLocations: config.locations !== undefined }), ...contributions];
  const bases = [...new Set([config.basePath, ...config.basePathAliases])];
  const servers: readonly OpenApiServer[] = bases.map((url, at) => ({
    url: url || '/',
    description: at === 0 ? 'Base path' : 'Alias of the base path',
  }));
  const root: OpenApiServer = { url: '/', description: 'Root of the host' };
  const rootOnly = bases.length === 1 && bases[0] === '';
  const at = (items: OpenApiContribution['paths'], places: readonly OpenApiServer[]): Paths =>
    Object.fromEntries(
      Object.entries(items ?? {}).map(([path, item]) => [path, rootOnly ? item : { ...item, servers: places }]),
    );
  const isAtRoot = bases.includes('');
  const parts: readonly Paths[] = [
    ...all.flatMap(({ paths = {}, rootPaths, sharedPaths }) => [
      paths,
      at(rootPaths, [root]),
      at(sharedPaths, isAtRoot ? servers : [root, ...servers]),
    ]),
  ];
  const document: OpenApiDocument = {
    openapi: '3.1.1',
    info: { title: config.senderId, version, description: introduction },
    servers,
    tags: joinTags(all.flatMap(({ tags = [] }) => tags)),
    paths: sorted(join('path', parts)),
    components: joinComponents(all.map(({ components = {} }) => components)),
  };
  checkOperationIds(document);
  return document;
}

/** The first description of a tag stands; plug-ins before the host. */
function joinTags(tags: readonly OpenApiTag[]): readonly OpenApiTag[] {
  const [host, ...others] = tags;
  const ordered = host === undefined ? [] : [...others, host];
  return ordered.filter(({ name }, at) => ordered.findIndex((tag) => tag.name === name) === at);
}

function joinComponents(components: readonly OpenApiComponents[]): OpenApiComponents {
  const kinds = ['schemas', 'responses', 'requestBodies', 'headers', 'securitySchemes'] as const;
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const joined = sorted(
        join<unknown>(
          `component ${kind}`,
          components.map((part) => part[kind] ?? {}),
        ),
      );
      return Object.keys(joined).length === 0 ? [] : [[kind, joined]];
    }),
  );
}

function join<T>(what: string, parts: readonly Readonly<Record<string, T>>[]): Readonly<Record<string, T>> {
  const joined = new Map<string, T>();
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    const known = joined.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) {
      throw new DciError('err.configuration.invalid', `two plug-ins describe the ${what} ${name} differently`);
    }
    joined.set(name, value);
  }
  return Object.fromEntries(joined);
}

function sorted<T>(members: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(members).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function checkOperationIds({ paths }: OpenApiDocument): void {
  const seen = new Set<string>();
  for (const item of Object.values(paths)) {
    for (const { operationId } of operationsOf(item).map(([, operation]) => operation)) {
      if (seen.has(operationId)) {
        throw new DciError('err.configuration.invalid', `two operations have the id ${operationId}`);
      }
      seen.add(operationId);
    }
  }
}

/** Methods of a path item, in the order in which they are shown. */
export const openApiMethods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * Lists the operations of a path item.
 *
 * @param item - the path item
 * @returns method and operation of each
 */
export function operationsOf(item: OpenApiPathItem) {
  return openApiMethods.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [[method, operation] as const];
  });
}
