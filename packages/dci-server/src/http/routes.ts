import { DciError, type RegistryType } from 'dci-core';
import { type HttpContext, type HttpRouter, isMultipart, jsonReply, readBody, streamBody } from 'dci-host';
import type { DciServer } from '../create-server.ts';
import type { ImmediateOperation } from '../operations/immediate-operation.ts';
import type { ReceivedRequest } from '../receive/received-envelope.ts';
import type { ServerReply } from '../reply/server-reply.ts';
import { readForm } from './multipart.ts';

/** What the routes lead to. */
export interface RouteOptions {
  readonly server: DciServer;
  readonly registryTypes: readonly RegistryType[];
  readonly defaultRegistryType: RegistryType | undefined;
  /** Largest form with a file; absent: none is taken. */
  readonly maxFormBytes?: number;
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
      const special = registryType.operations.find((each) => each.path === path);
      answers[path] = (request) =>
        server.answerNow(
          special === undefined ? request : { ...request, operation: special.name },
          registryType,
          operation,
        );
    }
    for (const prefix of new Set(prefixes)) {
      const add = (path: string, status: number, answer: Answer) => {
        router.post(`${prefix}/${path}`, (context) => run(context, { ...options, registryType, path, status, answer }));
      };
      for (const [path, answer] of Object.entries(answers)) add(path, 200, answer);
      for (const [path, answer] of Object.entries(options.acknowledged?.(registryType) ?? {})) add(path, 202, answer);
      for (const action of server.actions) {
        const path = action === 'txn-status' ? 'txn/status' : action;
        add(path, 202, (request) => server.accept(request, registryType, action));
      }
    }
  }
}

interface Route extends Pick<RouteOptions, 'server' | 'maxFormBytes'> {
  readonly registryType: RegistryType;
  readonly path: string;
  readonly status: number;
  readonly answer: Answer;
}

async function run(context: HttpContext, route: Route): Promise<Response> {
  const { registryType, server, maxFormBytes } = route;
  const authorization = context.req.header('authorization');
  const request = { registry: registryType.name, ...(authorization === undefined ? {} : { authorization }) };
  const isForm = server.upload !== undefined && maxFormBytes !== undefined && isMultipart(context);
  const body = isForm ? undefined : await readBody(context);
  try {
    const reply =
      body === undefined ? await takeForm(context, route, request) : await route.answer({ ...request, body });
    context.env.logFields = reply.logFields;
    return jsonReply(reply.body, route.status);
  } catch (error) {
    if (error instanceof DciError) context.env.logFields = { registry: registryType.name, code: error.code };
    throw error;
  }
}

/** Parts of a form: those of the standard's `FileInfo`, and the signed envelope. */
const maxFormParts = 4;

async function takeForm(
  context: HttpContext,
  { server, registryType, path, answer, maxFormBytes = 0 }: Route,
  request: Omit<ReceivedRequest, 'body'>,
): Promise<ServerReply> {
  if (server.upload === undefined) throw new DciError('err.internal', 'a form came where none is taken');
  const body = streamBody(context, { mediaType: 'multipart/form-data', maxBytes: maxFormBytes });
  const contentType = context.req.header('content-type') ?? '';
  return server.upload(
    { ...request, readParts: (take) => readForm(body, { contentType, maxParts: maxFormParts }, take) },
    { registryType, path, answer },
  );
}
