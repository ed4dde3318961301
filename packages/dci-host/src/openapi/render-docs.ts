import { createHash } from 'node:crypto';
import { operationsOf } from './document.ts';
import { type Html, html } from './html.ts';
import type {
  OpenApiContent,
  OpenApiDocument,
  OpenApiHeader,
  OpenApiOperation,
  OpenApiParameter,
  OpenApiPathItem,
  OpenApiReference,
  OpenApiRequestBody,
  OpenApiResponse,
  OpenApiServer,
} from './openapi.ts';
import { renderSchema, renderText } from './render-schema.ts';
import { docsStyle } from './style.ts';

/** A page, and the policy under which it works. */
export interface DocsPage {
  readonly html: string;
  /** Value of `content-security-policy`: no scripts, no requests, one style sheet by its digest. */
  readonly contentSecurityPolicy: string;
}

interface ShownOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: OpenApiOperation;
  readonly servers: readonly OpenApiServer[] | undefined;
}

/**
 * Writes an OpenAPI document as one page of HTML. It has no scripts and asks for nothing, so it works offline and under
 * a strict policy; headings, landmarks and tables make it usable with a screen reader and a keyboard.
 *
 * @param document - the document
 * @returns the page
 */
export function renderDocs(document: OpenApiDocument): DocsPage {
  const { info, servers, tags, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    operationsOf(item).map(
      ([method, operation]): ShownOperation => ({ path, method, operation, servers: item.servers }),
    ),
  );
  const groups = tags.flatMap(({ name, description }) => {
    const shown = operations.filter(
      ({ operation }) => operation.tags[0] === name && operation['x-alias-of'] === undefined,
    );
    return shown.length === 0 ? [] : [{ name, description, shown, id: `tag-${idOf(name)}` }];
  });
  const schemas = Object.entries(components.schemas ?? {});
  const schemes = Object.entries(components.securitySchemes ?? {});
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}: DCI API</title>
<style>${{ html: docsStyle }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the operations</a>
<header>
<h1>${info.title}</h1>
${renderText(info.description)}
<p>Version ${info.version}. The same as data: <a href="openapi.json">openapi.json</a>.</p>
</header>
<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ul>${groups.map(
    ({ name, id, shown }) => html`<li><a href="#${id}">${name}</a>
<ul>${shown.map(({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}</ul></li>`,
  )}
${schemes.length > 0 && html`<li><a href="#security">Security</a></li>`}
<li><a href="#schemas">Schemas</a></li></ul>
</nav>
<main id="main" tabindex="-1">
<section aria-labelledby="servers"><h2 id="servers">Paths begin with</h2>
<ul>${servers.map(({ url, description }) => html`<li><code>${url}</code> ${description}</li>`)}</ul></section>
${groups.map(
  ({ name, description, shown, id }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${name}</h2>
${description !== undefined && renderText(description)}
${shown.map((operation) => renderOperation(operation, aliasesOf(operation, operations), document))}</section>`,
)}
${
  schemes.length > 0 &&
  html`<section aria-labelledby="security"><h2 id="security">Security</h2>${schemes.map(
    ([name, { description }]) =>
      html`<h3 id="security-${name}">${name}</h3>${description !== undefined && renderText(description)}`,
  )}</section>`
}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${schemas.map(([name, schema]) => html`<article aria-labelledby="schema-${name}"><h3 id="schema-${name}">${name}</h3>${renderSchema(schema)}</article>`)}</section>
</main>
</body>
</html>
`;
  const digest = createHash('sha256').update(docsStyle).digest('base64');
  return {
    html: page.html,
    contentSecurityPolicy: `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  };
}

function aliasesOf({ operation }: ShownOperation, operations: readonly ShownOperation[]): readonly string[] {
  return operations.filter((other) => other.operation['x-alias-of'] === operation.operationId).map(({ path }) => path);
}

function renderOperation(
  { path, method, operation, servers }: ShownOperation,
  aliases: readonly string[],
  document: OpenApiDocument,
): Html {
  const { operationId, summary, description, security = [], parameters = [], requestBody, responses } = operation;
  const body = resolve<OpenApiRequestBody>(requestBody, document);
  const ways = security.map((way) => Object.keys(way).join(' and ') || 'none');
  return html`<article aria-labelledby="${operationId}">
<h3 id="${operationId}">${summary}</h3>
<p class="path"><span class="method">${method.toUpperCase()}</span> <code>${path}</code></p>
${servers !== undefined && html`<p>Below ${servers.map(({ url }, at) => html`${at > 0 && ', '}<code>${url}</code>`)}</p>`}
${aliases.length > 0 && html`<p>Also at ${aliases.map((alias, at) => html`${at > 0 && ', '}<code>${alias}</code>`)}</p>`}
${description !== undefined && renderText(description)}
${ways.length > 0 && html`<p>Security: ${ways.join(' or ')}</p>`}
${
  parameters.length > 0 &&
  renderParameters(
    parameters.flatMap((parameter) => resolve<OpenApiParameter>(parameter, document) ?? []),
    summary,
  )
}
${body !== undefined && html`<h4>Request</h4>${body.description !== undefined && renderText(body.description)}${renderContent(body.content)}`}
<h4>Replies</h4>
${renderResponses(responses, document, summary)}
${renderCallbacks(operation, document)}
</article>`;
}

function renderParameters(parameters: readonly OpenApiParameter[], summary: string): Html {
  return html`<h4>Parameters</h4><table><caption>Parameters of ${summary}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead>
<tbody>${parameters.map(
    ({ name, in: place, description, required, schema }) =>
      html`<tr><th scope="row"><code>${name}</code>${required === true && html` <strong>required</strong>`}</th><td>${place}</td><td>${renderText(description)}${renderSchema(schema)}</td></tr>`,
  )}</tbody></table>`;
}

function renderResponses(responses: OpenApiOperation['responses'], document: OpenApiDocument, summary: string): Html {
  return html`<table><caption>Replies of ${summary}</caption>
<thead><tr><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>${Object.entries(responses).map(([status, given]) => {
    const response = resolve<OpenApiResponse>(given, document);
    if (response === undefined) return undefined;
    const headers = Object.entries(response.headers ?? {}).flatMap(([name, header]) => {
      const resolved = resolve<OpenApiHeader>(header, document);
      return resolved === undefined ? [] : [html`<li><code>${name}</code>: ${resolved.description}</li>`];
    });
    return html`<tr><th scope="row">${status}</th><td>${renderText(response.description)}${
      headers.length > 0 && html`<ul>${headers}</ul>`
    }${response.content !== undefined && renderContent(response.content)}</td></tr>`;
  })}</tbody></table>`;
}

function renderContent(content: OpenApiContent): Html {
  return html`${Object.entries(content).map(
    ([type, { schema }]) => html`<div class="content"><p><code>${type}</code></p>${renderSchema(schema)}</div>`,
  )}`;
}

function renderCallbacks({ callbacks = {} }: OpenApiOperation, document: OpenApiDocument): Html {
  return html`${Object.values(callbacks).flatMap((expressions) =>
    Object.entries(expressions).flatMap(([expression, item]: [string, OpenApiPathItem]) =>
      operationsOf(item).map(([method, { summary, description, requestBody }]) => {
        const body = resolve<OpenApiRequestBody>(requestBody, document);
        return html`<h4>${summary}</h4><p class="path"><span class="method">${method.toUpperCase()}</span> <code>${expression}</code></p>
${description !== undefined && renderText(description)}${body !== undefined && renderContent(body.content)}`;
      }),
    ),
  )}`;
}

/** What a reference names, or the value itself. */
function resolve<T extends object>(
  value: T | OpenApiReference | undefined,
  { components }: OpenApiDocument,
): T | undefined {
  if (value === undefined || !('$ref' in value)) return value;
  const [kind = '', name = ''] = value.$ref.split('/').slice(2);
  const parts = components as Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
  return parts[kind]?.[name] as T | undefined;
}

function idOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
