import type { OpenApiDocument, OpenApiPathItem } from '../openapi/openapi.ts';

const componentKinds = ['schemas', 'responses', 'requestBodies', 'headers', 'securitySchemes'];
const schemaKeywords = ['items', 'additionalProperties', 'not', 'propertyNames', 'contains'];
const schemaTypes = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'];
const methods = ['get', 'post', 'put', 'patch', 'delete'];

type Part = Readonly<Record<string, unknown>>;

/**
 * Checks a document of a host against the rules of OpenAPI 3.1 that its generator could break: required members, references that
 * lead somewhere, security schemes and tags that exist, path parameters, forms of schemas. Nothing may be left over.
 *
 * @param document - the document, as JSON.parse gave it
 * @returns what is wrong
 */
export function openApiFaults(document: OpenApiDocument): readonly string[] {
  const faults: string[] = [];
  const fault = (place: string, text: string): void => void faults.push(`${place}: ${text}`);
  const known = (place: string, part: Part, required: readonly string[], allowed: readonly string[]): void => {
    for (const name of required) if (part[name] === undefined) fault(place, `${name} is missing`);
    for (const name of Object.keys(part)) {
      if (![...required, ...allowed].includes(name)) fault(place, `${name} is not known here`);
    }
  };
  const isReference = (place: string, part: Part, kind: string): boolean => {
    if (part.$ref === undefined) return false;
    known(place, part, ['$ref'], kind === 'schemas' ? ['description', 'type', 'examples'] : []);
    const [, found, name] = /^#\/components\/(\w+)\/([A-Za-z0-9._-]+)$/.exec(String(part.$ref)) ?? [];
    const components = document.components as Readonly<Record<string, Part | undefined>>;
    if (found !== kind || components[kind]?.[name ?? ''] === undefined) fault(place, `${part.$ref} leads nowhere`);
    return true;
  };
  const schema = (place: string, part: unknown): void => {
    if (part === true || part === false) return;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) {
      fault(place, 'is no schema');
      return;
    }
    const given = part as Part;
    if (isReference(place, given, 'schemas')) return;
    const types = Array.isArray(given.type) ? given.type : given.type === undefined ? [] : [given.type];
    for (const type of types) if (!schemaTypes.includes(String(type))) fault(place, `type ${type} is not known`);
    for (const [name, member] of Object.entries((given.properties ?? {}) as Part)) schema(`${place}.${name}`, member);
    for (const keyword of schemaKeywords)
      if (given[keyword] !== undefined) schema(`${place}.${keyword}`, given[keyword]);
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      if (given[keyword] === undefined) continue;
      const list = given[keyword] as readonly unknown[];
      if (!Array.isArray(list) || list.length === 0) fault(place, `${keyword} must be a list with elements`);
      else for (const [at, choice] of list.entries()) schema(`${place}.${keyword}[${at}]`, choice);
    }
    if (given.required !== undefined && !(Array.isArray(given.required) && given.required.length > 0))
      fault(place, 'required must be a list with elements');
    if (given.nullable !== undefined || given.$schema !== undefined || given.$defs !== undefined)
      fault(place, 'holds what OpenAPI 3.1 does not have or need');
  };
  const content = (place: string, part: unknown): void => {
    for (const [type, media] of Object.entries((part ?? {}) as Readonly<Record<string, Part>>)) {
      if (!/^[\w.+-]+\/[\w.+-]+$/.test(type)) fault(place, `${type} is no media type`);
      known(`${place} ${type}`, media, ['schema'], ['examples']);
      schema(`${place} ${type}`, media.schema);
    }
  };
  const header = (place: string, part: Part): void => {
    if (isReference(place, part, 'headers')) return;
    known(place, part, ['description', 'schema'], []);
    schema(place, part.schema);
  };
  const response = (place: string, part: Part): void => {
    if (isReference(place, part, 'responses')) return;
    known(place, part, ['description'], ['headers', 'content']);
    for (const [name, value] of Object.entries((part.headers ?? {}) as Record<string, Part>))
      header(`${place} ${name}`, value);
    content(place, part.content);
  };
  const requestBody = (place: string, part: Part): void => {
    if (isReference(place, part, 'requestBodies')) return;
    known(place, part, ['content'], ['description', 'required']);
    content(place, part.content);
  };
  const ids = new Set<string>();
  const operationIds = new Set(
    Object.values(document.paths).flatMap((item) =>
      Object.values(item as Readonly<Record<string, Part>>).map(({ operationId }) => operationId),
    ),
  );
  const pathItem = (place: string, item: Part, parametersOfPath: readonly string[]): void => {
    known(place, item, [], [...methods, 'servers']);
    for (const method of methods) {
      const operation = item[method] as Part | undefined;
      if (operation === undefined) continue;
      const at = `${method} ${place}`;
      known(
        at,
        operation,
        ['operationId', 'summary', 'tags', 'responses'],
        ['description', 'security', 'parameters', 'requestBody', 'callbacks', 'x-alias-of'],
      );
      const id = String(operation.operationId);
      if (ids.has(id)) fault(at, `operationId ${id} is not unique`);
      if (!/^[A-Za-z][\w-]*$/.test(id)) fault(at, `operationId ${id} cannot be used as an anchor`);
      ids.add(id);
      const original = operation['x-alias-of'];
      if (original !== undefined && !operationIds.has(String(original))) fault(at, `${original} is no operation`);
      for (const tag of operation.tags as readonly string[]) {
        if (!document.tags.some(({ name }) => name === tag)) fault(at, `tag ${tag} is not declared`);
      }
      for (const way of (operation.security ?? []) as readonly Part[]) {
        for (const scheme of Object.keys(way)) {
          if (document.components.securitySchemes?.[scheme] === undefined) fault(at, `security ${scheme} is not there`);
        }
      }
      const parameters = (operation.parameters ?? []) as readonly Part[];
      for (const parameter of parameters) {
        known(`${at} parameter`, parameter, ['name', 'in', 'description', 'schema'], ['required']);
        schema(`${at} ${parameter.name}`, parameter.schema);
        if (parameter.in === 'path' && parameter.required !== true) fault(at, `${parameter.name} must be required`);
      }
      const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      if (declared.toSorted().join() !== parametersOfPath.toSorted().join()) fault(at, 'path parameters differ');
      if (operation.requestBody !== undefined) requestBody(at, operation.requestBody as Part);
      const responses = Object.entries(operation.responses as Record<string, Part>);
      if (responses.length === 0) fault(at, 'has no responses');
      for (const [status, value] of responses) {
        if (!/^(?:[1-5]\d\d|[1-5]XX|default)$/.test(status)) fault(at, `${status} is no status`);
        response(`${at} ${status}`, value);
      }
      for (const expressions of Object.values((operation.callbacks ?? {}) as Record<string, Part>)) {
        for (const [expression, value] of Object.entries(expressions))
          pathItem(`${at} → ${expression}`, value as Part, []);
      }
    }
  };

  known('document', document as unknown as Part, ['openapi', 'info', 'paths'], ['servers', 'tags', 'components']);
  known('info', document.info, ['title', 'version'], ['description']);
  if (!/^3\.1\.\d+$/.test(document.openapi)) fault('document', 'is not of OpenAPI 3.1');
  const tags = document.tags.map(({ name }) => name);
  if (new Set(tags).size !== tags.length) fault('document', 'declares a tag twice');
  for (const [path, item] of Object.entries(document.paths)) {
    if (!path.startsWith('/')) fault(path, 'must begin with /');
    pathItem(
      path,
      item as Part,
      [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? ''),
    );
  }
  known('components', document.components as Part, [], componentKinds);
  for (const kind of componentKinds) {
    const parts = (document.components as Readonly<Record<string, Part | undefined>>)[kind] ?? {};
    for (const [name, value] of Object.entries(parts)) {
      const place = `components.${kind}.${name}`;
      if (!/^[A-Za-z0-9._-]+$/.test(name)) fault(place, 'has a name that cannot be');
      if (kind === 'schemas') schema(place, value);
      else if (kind === 'responses') response(place, value as Part);
      else if (kind === 'requestBodies') requestBody(place, value as Part);
      else if (kind === 'headers') header(place, value as Part);
      else if ((value as Part).type === undefined) fault(place, 'type is missing');
    }
  }
  return faults;
}

/** A route of Hono's router, as far as it matters. */
export interface ServedRoute {
  readonly method: string;
  readonly path: string;
}

/**
 * Lists what a document says that is served, as `METHOD /path` below the root of the host, sorted.
 *
 * @param document - the document
 * @returns one line for each operation on each of its servers
 */
export function describedRoutes(document: OpenApiDocument): readonly string[] {
  const lines = Object.entries(document.paths).flatMap(([path, item]) => {
    const servers = item.servers ?? document.servers;
    const found = methods.filter((method) => item[method as keyof OpenApiPathItem] !== undefined);
    return servers.flatMap(({ url }) =>
      found.map((method) => `${method.toUpperCase()} ${url.replace(/\/$/, '')}${path}`),
    );
  });
  return lines.toSorted();
}

/**
 * Lists what Hono's routers serve, in the same form.
 *
 * @param root - routes at the root
 * @param below - routes below every base path
 * @param bases - the base paths
 * @returns one line for each route
 */
export function servedRoutes(
  root: readonly ServedRoute[],
  below: readonly ServedRoute[],
  bases: readonly string[],
): readonly string[] {
  const all = [
    ...root,
    ...bases.flatMap((base) => below.map(({ method, path }) => ({ method, path: `${base}${path}` }))),
  ];
  return [...new Set(all.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`))].toSorted();
}
