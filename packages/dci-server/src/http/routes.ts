import { DciError, type RegistryType } from 'dci-core';
import { type HttpContext, type HttpRouter, jsonReply, readBody } from 'dci-host';
import type { DciServer } from '../create-server.ts';

/** What the routes lead to. */
export interface RouteOptions {
  readonly server: DciServer;
  readonly registryTypes: readonly RegistryType[];
  readonly defaultRegistryType: RegistryType | undefined;
}

/**
 * Adds the routes of the served registries below the host's base path (protocol.md section 5): for every slug of a
 * registry type `/{slug}/registry/…` and the short form `/{slug}/…`, and `/registry/…` for the default registry.
 *
 * @param router - the host's router
 * @param options - the server and its registries
 */
export function addRoutes(router: HttpRouter, options: RouteOptions): void {
  const { server, registryTypes, defaultRegistryType } = options;
  for (const registryType of registryTypes) {
    const prefixes = registryType.slugs.flatMap((slug) => [`/${slug}/registry`, `/${slug}`]);
    if (registryType === defaultRegistryType) prefixes.push('/registry');
    for (const prefix of new Set(prefixes)) {
      router.post(`${prefix}/sync/search`, (context) => answerSearch(context, registryType, server));
    }
  }
}

async function answerSearch(context: HttpContext, registryType: RegistryType, server: DciServer): Promise<Response> {
  const body = await readBody(context);
  const authorization = context.req.header('authorization');
  try {
    const request = { body, ...(authorization === undefined ? {} : { authorization }) };
    const reply = await server.searchNow(request, registryType);
    context.env.logFields = reply.logFields;
    return jsonReply(reply.body);
  } catch (error) {
    if (error instanceof DciError) context.env.logFields = { registry: registryType.name, code: error.code };
    throw error;
  }
}
