import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, DciError, type Logger, type Random } from 'dci-core';
import { Hono } from 'hono';
import type { HttpLimits } from '../config/host-config.ts';
import type { BodyTime } from './body-time.ts';
import { createErrorReplies } from './error-reply.ts';
import { addSecurityHeaders } from './reply.ts';
import type { HttpEnvironment, HttpRouter, RequestBindings } from './router.ts';

/** What {@link createHttpApp} works with. */
export interface HttpAppOptions {
  readonly basePaths: readonly string[];
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Adds the routes at the root. */
  rootRoutes(router: HttpRouter): void;
  /** Adds the routes that lie below every base path. */
  routes(router: HttpRouter): void;
  /** False: every request is answered 503. */
  isAvailable(): boolean;
  /** Called when the state database cannot be trusted any more. */
  onFatal(error: Error): void;
}

/** The Node objects of a request that came through a socket. */
export interface NodeRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Gives the body of the request more time. */
  readonly bodyTime?: BodyTime;
}

/** The host's HTTP application. */
export interface HttpApp {
  /**
   * Answers one request; never rejects.
   *
   * @param request - the request
   * @param node - the Node objects behind it, where there are any
   * @returns the reply
   */
  fetch(request: Request, node?: NodeRequest): Promise<Response>;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Makes the host's HTTP application: routes at the root and below each base path, 404 and 405 in the protocol's form of
 * an error, request ids, one log line for each request (method, pattern of the route, status, time; never a path,
 * query, header or body as it was sent), and the security headers.
 *
 * There is no middleware: with a single handler for a route Hono calls it directly.
 *
 * @param options - routes, limits, ports
 * @returns the application
 */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { clock, logger, limits } = options;
  const app = new Hono<HttpEnvironment>();
  options.rootRoutes(app);
  const routes = new Hono<HttpEnvironment>();
  options.routes(routes);
  for (const basePath of new Set(options.basePaths)) app.route(basePath || '/', routes);

  const replyTo = createErrorReplies({ clock, logger, onFatal: options.onFatal });
  app.onError((error, context) => replyTo(error, context.env));
  app.notFound((context) => {
    const allowed = allowedMethods(app, context.req.path);
    if (allowed.length === 0) {
      return replyTo(new DciError('err.request.not_found', 'there is nothing at this path'), context.env);
    }
    const refusal = new DciError('err.request.bad', 'this path does not support the method', { status: 405 });
    return replyTo(refusal, context.env, { allow: allowed.join(', ') });
  });

  const requestId = requestIds(options.random);
  return {
    async fetch(request, node) {
      const started = performance.now();
      const { bodyBytes, bodyTimeoutMs } = limits;
      const bindings: RequestBindings = { requestId: requestId(), bodyBytes, bodyTimeoutMs, ...node };
      let reply: Response;
      try {
        if (!options.isAvailable()) throw new DciError('err.service.unavailable', 'the host is not available');
        reply = await app.fetch(request, bindings);
      } catch (error) {
        reply = replyTo(error, bindings);
      }
      reply = addSecurityHeaders(reply);
      logger.info(
        {
          request_id: bindings.requestId,
          method: methods.includes(request.method) ? request.method : 'other',
          route: routeOf(app, request),
          status: reply.status,
          duration_ms: Math.round((performance.now() - started) * 100) / 100,
          ...bindings.logFields,
        },
        'request',
      );
      return reply;
    },
  };
}

/** Ids that are unique for ever: a random part for the process, a number for the request. */
function requestIds(random: Random): () => string {
  const prefix = Buffer.from(random.bytes(6)).toString('hex');
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}-${count.toString(36)}`;
  };
}

function matches(app: HttpRouter, method: string, path: string): readonly { method: string; path: string }[] {
  return app.router.match(method, path)[0].map(([[, route]]) => route);
}

function allowedMethods(app: HttpRouter, path: string): readonly string[] {
  return methods.filter((method) =>
    matches(app, method === 'HEAD' ? 'GET' : method, path).some((route) => route.method !== 'ALL'),
  );
}

function routeOf(app: HttpRouter, request: Request): string | undefined {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  return matches(app, method, app.getPath(request)).at(-1)?.path;
}
