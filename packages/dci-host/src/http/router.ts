import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LogFields } from 'dci-core';
import type { Context, Hono } from 'hono';
import type { BodyTime } from './body-time.ts';

/** What the host adds to each request; `context.env` in a handler. */
export interface RequestBindings {
  /** Names this request in logs and in the text of a reply about an internal error. */
  readonly requestId: string;
  /** Largest body that `readBody` accepts, in bytes. */
  readonly bodyBytes: number;
  /** Time in which a client must have sent a body of that size, in milliseconds. */
  readonly bodyTimeoutMs: number;
  /** Fields that handlers add to the one log line of this request: codes and ids of messages, never personal data. */
  logFields?: LogFields;
  /** The Node request; absent when the host is called in process (`host.fetch`). */
  readonly incoming?: IncomingMessage;
  /** The Node response, likewise. */
  readonly outgoing?: ServerResponse;
  /** Gives a body more time; absent as they are. */
  readonly bodyTime?: BodyTime;
}

/** Hono's type parameters for this host. */
export interface HttpEnvironment {
  Bindings: RequestBindings;
}

/** What plug-ins add routes with: a Hono application typed for this host. */
export type HttpRouter = Hono<HttpEnvironment>;

/** What a route's handler is called with. */
export type HttpContext = Context<HttpEnvironment>;
