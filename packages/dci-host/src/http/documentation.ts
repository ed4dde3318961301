import type { OpenApiDocument } from '../openapi/openapi.ts';
import { renderDocs } from '../openapi/render-docs.ts';
import type { HttpRouter } from './router.ts';
import { tagged, taggedReply } from './tagged-reply.ts';

const maxAgeSeconds = 300;

/**
 * Adds `/openapi.json`, and `/docs`, which shows the same to people (protocol.md section 5). Both are written when they
 * are asked for first.
 *
 * @param make - makes the document; called once
 * @returns adds the two routes to a router; each router answers with the same texts
 */
export function documentationRoutes(make: () => OpenApiDocument): (router: HttpRouter) => void {
  const document = once(make);
  const json = once(() => tagged(JSON.stringify(document())));
  const page = once(() => {
    const { html, contentSecurityPolicy } = renderDocs(document());
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': contentSecurityPolicy };
    return { written: tagged(html), headers };
  });
  return (router) => {
    router.get('/openapi.json', (context) => taggedReply(context, json(), { maxAgeSeconds }));
    router.get('/docs', (context) => {
      const { written, headers } = page();
      return taggedReply(context, written, { maxAgeSeconds, headers });
    });
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
