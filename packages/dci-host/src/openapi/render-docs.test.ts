import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createTestHost } from '../testing/test-host.ts';
import { createOpenApiDocument } from './document.ts';
import type { OpenApiContribution } from './openapi.ts';
import { renderDocs } from './render-docs.ts';

const config = { senderId: 'x.example', basePath: '/dci_api/v1', basePathAliases: [] };
const page = (contribution: OpenApiContribution = {}, senderId = 'x.example'): string =>
  renderDocs(createOpenApiDocument({ config: { ...config, senderId }, contributions: [contribution] })).html;

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&`;

const everywhere: OpenApiContribution = {
  tags: [{ name: hostile, description: hostile }],
  paths: {
    [`/${hostile}`]: {
      post: {
        operationId: 'hostile',
        summary: hostile,
        description: hostile,
        tags: [hostile],
        security: [{ [hostile]: [] }, {}],
        parameters: [{ name: hostile, in: 'query', description: hostile, schema: { enum: [hostile] } }],
        requestBody: {
          description: hostile,
          content: {
            [hostile]: {
              schema: {
                type: 'object',
                required: [hostile],
                description: hostile,
                properties: {
                  [hostile]: { const: hostile, examples: [hostile], pattern: hostile },
                  list: { type: 'array', items: { type: 'object', properties: { inner: { $ref: hostile } } } },
                },
              },
            },
          },
        },
        responses: {
          [hostile]: { description: hostile, headers: { [hostile]: { description: hostile, schema: {} } } },
        },
        callbacks: {
          [hostile]: { [hostile]: { post: { operationId: 'x', summary: hostile, tags: [], responses: {} } } },
        },
      },
    },
  },
  components: {
    schemas: { [hostile]: { description: hostile } },
    securitySchemes: { [hostile]: { type: 'http', description: hostile } },
  },
};

describe('the page', () => {
  test('shows what plug-ins say as text, whatever it holds', () => {
    const text = page(everywhere, hostile);
    expect(text).not.toContain('<script');
    expect(text).not.toContain('<img');
    expect(text).not.toMatch(/ onerror=['"]?alert\(1\)['"]?>/);
    expect(text.split('&lt;script&gt;').length).toBeGreaterThan(25);
  });

  test('names every operation once, under its tag, and every schema', () => {
    const document = createOpenApiDocument({ config: { ...config, locations: [] }, contributions: [] });
    const { html } = renderDocs(document);
    for (const item of Object.values(document.paths)) {
      expect(html.split(`id="${item.get?.operationId}"`)).toHaveLength(2);
    }
    for (const name of Object.keys(document.components.schemas ?? {})) {
      expect(html.split(`id="schema-${name}"`)).toHaveLength(2);
    }
  });

  test('shows an operation with several paths as one', () => {
    const responses = { 200: { description: 'Done.' } };
    const original = { operationId: 'first', summary: 'First', tags: ['Example'], responses };
    const alias = { ...original, operationId: 'second', 'x-alias-of': 'first' };
    const paths = { '/first': { get: original }, '/second': { get: alias } };
    const text = page({ tags: [{ name: 'Example' }], paths });
    expect(text).toContain('<p>Also at <code>/second</code></p>');
    expect([text.includes('id="first"'), text.includes('id="second"')]).toEqual([true, false]);
  });

  test('has links that lead somewhere, ids that are unique, and labels that exist', () => {
    const text = page();
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of text.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target);
    for (const [, label] of text.matchAll(/aria-labelledby="([^"]*)"/g)) expect(ids).toContain(label);
    for (const table of text.split('<table>').slice(1)) expect(table).toMatch(/^<caption>[^<]+<\/caption>/);
    const levels = [...text.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level, at) => level - (levels[at - 1] ?? 0) > 1)).toEqual([]);
    const tags = [
      ...text.matchAll(/<(\/?)(section|article|ul|li|table|main|nav|header|div|p|tr|td|th|thead|tbody)[ >]/g),
    ];
    const open: string[] = [];
    for (const [, slash, name] of tags) {
      if (slash === '') open.push(name ?? '');
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  test('asks for nothing, and its policy lets only its own style sheet work', async () => {
    await using host = await createTestHost({ senderId: 'x.example' });
    const reply = await host.fetch(new Request('http://localhost/docs'));
    const text = await reply.text();
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).not.toMatch(
      /<(?:script|link|img|iframe|object|embed|form|base)|\son\w+=|style="|url\(|@import|https?:/i,
    );
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const policy = reply.headers.get('content-security-policy') ?? '';
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).not.toMatch(/unsafe|script-src|\*/);
    const again = await host.fetch(
      new Request('http://localhost/dci_api/v1/docs', {
        headers: { 'if-none-match': reply.headers.get('etag') ?? '' },
      }),
    );
    expect([again.status, again.headers.get('content-security-policy')]).toEqual([304, policy]);
  });
});
