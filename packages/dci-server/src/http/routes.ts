import { DciError, type RegistryType } from 'dci-core';
import { type HttpContext, type HttpRouter, jsonReply, readBody } from 'dci-host';
import type { DciServer, ServerReply } from '../create-server.ts';
import type { ImmediateOperation } from '../operations/immediate-operation.ts';
import type { ReceivedRequest } from '../receive/received-envelope.ts';

/** What the routes lead to. */
export interface RouteOptions {
  readonly server: DciServer;
  readonly registryTypes: readonly RegistryType[];
  readonly defaultRegistryType: RegistryType | undefined;
  /** Operations that are answered at once, beside those of the server; path under `/registry` → operation. */
  readonly further?: (registryType: RegistryType) => Readonly<Record<string, ImmediateOperation<unknown>>>;
  /** What is only acknowledged; path under `/registry` → what answers there. */
  readonly acknowledged?: (registryType: RegistryType) => Readonly<Record<string, Answer>>;
}

/** Answers a request whose size and content type are checked. */
export type Answer = (request: ReceivedRequest) => Promise<ServerReply>;

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
    const answers: Record<string, Answer> = {
      'sync/search': (request) => server.searchNow(request, registryType),
      'sync/txn/status': (request) => server.statusNow(request, registryType),
    };
    for (const [path, operation] of Object.entries(options.further?.(registryType) ?? {})) {
      answers[path] = (request) => server.answerNow(request, registryType, operation);
    }
    for (const prefix of new Set(prefixes)) {
      for (const [path, answer] of Object.entries(answers)) {
        router.post(`${prefix}/${path}`, (context) => run(context, registryType, 200, answer));
      }
      for (const [path, answer] of Object.entries(options.acknowledged?.(registryType) ?? {})) {
        router.post(`${prefix}/${path}`, (context) => run(context, registryType, 202, answer));
      }
      for (const action of server.actions) {
        const path = action === 'txn-status' ? 'txn/status' : action;
        const accept: Answer = (request) => server.accept(request, registryType, action);
        router.post(`${prefix}/${path}`, (context) => run(context, registryType, 202, accept));
      }
    }
  }
}

async function run(
  context: HttpContext,
  registryType: RegistryType,
  status: number,
  answer: Answer,
): Promise<Response> {
  const body = await readBody(context);
  const authorization = context.req.header('authorization');
  try {
    const reply = await answer({
      body,
      registry: registryType.name,
      ...(authorization === undefined ? {} : { authorization }),
    });
    context.env.logFields = reply.logFields;
    return jsonReply(reply.body, status);
  } catch (error) {
    if (error instanceof DciError) context.env.logFields = { registry: registryType.name, code: error.code };
    throw error;
  }
}
