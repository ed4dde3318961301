import { describe, expect, test } from 'vitest';
import type { HttpRouter } from '../http/router.ts';
import { definePlugin, type Plugin } from '../plugin.ts';
import { describedRoutes, openApiFaults, servedRoutes } from '../testing/open-api.ts';
import { createTestHost, type TestHostOptions } from '../testing/test-host.ts';
import { createOpenApiDocument } from './document.ts';
import type { OpenApiContribution, OpenApiDocument, OpenApiOperation } from './openapi.ts';

const operation = (operationId: string): OpenApiOperation => ({
  operationId,
  summary: `Does ${operationId}`,
  tags: ['Example'],
  security: [{ bearer: [] }],
  parameters: [{ name: 'id', in: 'path', required: true, description: 'Its id.', schema: { type: 'string' } }],
  requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Example' } } } },
  responses: { 200: { description: 'Done.' }, 400: { $ref: '#/components/responses/BadRequest' } },
});

const contribution: OpenApiContribution = {
  tags: [{ name: 'Example' }],
  paths: { '/example/{id}': { post: operation('postExample') } },
  rootPaths: { '/example-at-root/{id}': { get: operation('getExample') } },
  sharedPaths: { '/shared/{id}': { get: operation('getShared') } },
  components: {
    schemas: { Example: { type: 'object', properties: { child: { $ref: '#/components/schemas/Example' } } } },
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
  },
};

const example = definePlugin({
  name: 'example',
  setup: () => ({
    openApi: () => contribution,
    routes: (router) => {
      router.post('/example/:id', () => new Response());
      router.get('/shared/:id', () => new Response());
    },
    rootRoutes: (router) => {
      router.get('/example-at-root/:id', () => new Response());
      router.get('/shared/:id', () => new Response());
    },
  }),
});

/** Lists the routes of the plug-ins before it. */
function spy(seen: { root?: HttpRouter; below?: HttpRouter }): Plugin {
  return definePlugin({
    name: 'spy',
    setup: () => ({
      routes: (router) => {
        seen.below = router;
      },
      rootRoutes: (router) => {
        seen.root = router;
      },
    }),
  });
}

async function documentOf(options: TestHostOptions): Promise<{ text: string; document: OpenApiDocument }> {
  await using host = await createTestHost(options);
  const reply = await host.fetch(new Request('http://localhost/openapi.json'));
  const text = await reply.text();
  expect(reply.status, text).toBe(200);
  return { text, document: JSON.parse(text) };
}

describe('the document', () => {
  test.each<[string, TestHostOptions]>([
    ['of a host alone', {}],
    ['with locations and an alias', { locations: [], basePathAliases: ['/api/v2/dci'] }],
    ['without a base path', { basePath: '' }],
    ['with the root as an alias', { basePathAliases: [''] }],
    ['with a plug-in', { plugins: [example], basePathAliases: ['/api/v2/dci'] }],
    ['with a plug-in and no base path', { plugins: [example], basePath: '', locations: [] }],
  ])('%s is valid, and names exactly what is served', async (_name, options) => {
    const seen: { root?: HttpRouter; below?: HttpRouter } = {};
    const plugins = [...(options.plugins ?? []), spy(seen)];
    const { document } = await documentOf({ ...options, plugins });
    expect(openApiFaults(document)).toEqual([]);
    const bases = [options.basePath ?? '/dci_api/v1', ...(options.basePathAliases ?? [])];
    // Routes below are mounted on the root as well; only its own count there.
    const root = (seen.root?.routes ?? []).filter(
      ({ path }) => !bases.some((base) => base !== '' && path.startsWith(`${base}/`)),
    );
    expect(describedRoutes(document)).toEqual(servedRoutes(root, seen.below?.routes ?? [], bases));
    expect(describedRoutes(document).length).toBeGreaterThan(4);
  });

  test('is the same text every time, whatever the order of the members', async () => {
    const reversed: OpenApiContribution = {
      ...contribution,
      paths: Object.fromEntries(Object.entries({ '/b': { get: operation('b') }, '/a': { get: operation('a') } })),
    };
    const config = { senderId: 'x', basePath: '/dci_api/v1', basePathAliases: [] };
    const document = createOpenApiDocument({ config, contributions: [reversed] });
    expect(Object.keys(document.paths)).toEqual(Object.keys(document.paths).toSorted());
    const [first, second] = [await documentOf({ plugins: [example] }), await documentOf({ plugins: [example] })];
    expect(first.text).toBe(second.text);
  });

  test('is kept by its tag, at the root and below every base path', async () => {
    await using host = await createTestHost({ basePathAliases: ['/api/v2/dci'] });
    const get = (path: string, headers = {}) => host.fetch(new Request(`http://localhost${path}`, { headers }));
    const texts = await Promise.all(
      ['', '/dci_api/v1', '/api/v2/dci'].map(async (base) => (await get(`${base}/openapi.json`)).text()),
    );
    expect(new Set(texts).size).toBe(1);
    const etag = (await get('/openapi.json')).headers.get('etag') ?? '';
    expect((await get('/openapi.json', { 'if-none-match': etag })).status).toBe(304);
  });

  test('of two plug-ins that contradict one another is not made', () => {
    const config = { senderId: 'x', basePath: '', basePathAliases: [] };
    const make = (other: OpenApiContribution) => () =>
      createOpenApiDocument({ config, contributions: [contribution, other] });
    expect(make(contribution)).not.toThrow();
    expect(make({ paths: { '/example/{id}': { post: operation('other') } } })).toThrow('path /example/{id}');
    expect(make({ paths: { '/other': { post: operation('postExample') } } })).toThrow('id postExample');
    expect(make({ components: { schemas: { Example: { type: 'string' } } } })).toThrow('schemas Example');
    expect(
      make({ paths: { '/other': { post: operation('other') } }, components: contribution.components ?? {} }),
    ).not.toThrow();
  });
});

describe('the checks of these tests', () => {
  type Part = Record<string, unknown>;
  const broken = (path: readonly string[], value: unknown): readonly string[] => {
    const config = { senderId: 'x', basePath: '', basePathAliases: [] };
    const document = structuredClone(createOpenApiDocument({ config, contributions: [contribution] }));
    const parent = path.slice(0, -1).reduce((part, name) => part[name] as Part, document as unknown as Part);
    const name = path.at(-1) ?? '';
    if (value === undefined) delete parent[name];
    else parent[name] = value;
    return openApiFaults(document);
  };
  const post = ['paths', '/example/{id}', 'post'];

  test.each<[path: readonly string[], value: unknown, fault: string]>([
    [['components', 'schemas', 'Example'], undefined, 'leads nowhere'],
    [['components', 'responses', 'BadRequest'], undefined, 'leads nowhere'],
    [['components', 'securitySchemes', 'bearer'], undefined, 'bearer is not there'],
    [['components', 'schemas', 'Example', 'type'], 'text', 'type text is not known'],
    [['components', 'schemas', 'Example', 'properties', 'child'], 7, 'is no schema'],
    [['components', 'schemas', 'Example', 'required'], [], 'required must be'],
    [['tags'], [], 'tag Example is not declared'],
    [['info', 'title'], undefined, 'title is missing'],
    [['openapi'], '3.0.3', 'is not of OpenAPI 3.1'],
    [[...post, 'parameters'], [], 'parameters differ'],
    [[...post, 'operationId'], 'getExample', 'is not unique'],
    [[...post, 'responses'], {}, 'has no responses'],
    [[...post, 'responses', '200'], {}, 'description is missing'],
    [[...post, 'parameter'], [], 'parameter is not known here'],
  ])('find that %j is %j', (path, value, fault) => {
    expect(broken(path, value).join()).toContain(fault);
  });
});
