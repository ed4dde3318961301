import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isJsonObject, type JsonObject, type JsonValue, readJson } from 'dci-core';

/** One message that arrived at the receiver. */
export interface Arrival {
  readonly path: string;
  readonly messageId: string;
  readonly action: string;
  readonly header: JsonObject;
  readonly message: JsonObject;
  /** The whole body, for checking its signature. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** How the receiver treats a call: answers it, or does something worse. */
export type Treatment = (arrival: Arrival, response: ServerResponse) => void;

/** A receiver on the loopback address that writes down all that arrives. */
export interface Ledger extends AsyncDisposable {
  /** For `sender_uri`. */
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Message ids that were answered with success. */
  readonly accepted: ReadonlySet<string>;
  /** Resolves once the condition holds; it is looked at after every arrival. */
  until(condition: () => boolean, milliseconds: number): Promise<void>;
}

/** @returns the body of a positive acknowledgement */
export function acknowledgement(): string {
  return JSON.stringify({
    message: { ack_status: 'ACK', timestamp: new Date().toISOString(), correlation_id: 'receiver' },
  });
}

/**
 * Starts a receiver.
 *
 * @param treat - absent: every call succeeds
 * @returns the receiver, listening
 */
export async function startLedger(treat?: Treatment): Promise<Ledger> {
  const arrivals: Arrival[] = [];
  const accepted = new Set<string>();
  const watchers = new Set<() => void>();
  const server: Server = createServer((request, response) => {
    void readBody(request).then(
      (text) => {
        const arrival = readArrival(request.url ?? '', text);
        arrivals.push(arrival);
        response.once('finish', () => {
          if (response.statusCode >= 200 && response.statusCode < 300) accepted.add(arrival.messageId);
          for (const watch of watchers) watch();
        });
        if (treat === undefined) succeed(response);
        else treat(arrival, response);
        for (const watch of watchers) watch();
      },
      // The host was killed in the middle of its call.
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port');
  return {
    url: `http://127.0.0.1:${address.port}/registry`,
    arrivals,
    accepted,
    until: (condition, milliseconds) =>
      new Promise((resolve, reject) => {
        const end = (finish: () => void): void => {
          clearTimeout(timer);
          watchers.delete(watch);
          finish();
        };
        const watch = (): void => {
          if (condition()) end(resolve);
        };
        const timer = setTimeout(
          () => end(() => reject(new Error(`not within ${milliseconds} ms; ${arrivals.length} messages arrived`))),
          milliseconds,
        );
        watchers.add(watch);
        watch();
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers a call as a receiver that accepts it does. */
export function succeed(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(acknowledgement());
}

/** @returns the references of the events of a notification */
export function eventsOf({ message }: Arrival): readonly JsonObject[] {
  const { notify_event: events } = message;
  return Array.isArray(events) ? (events as readonly JsonValue[]).filter(isJsonObject) : [];
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function readArrival(path: string, text: string): Arrival {
  const { value } = readJson(text);
  if (!isJsonObject(value) || !isJsonObject(value.header) || !isJsonObject(value.message)) {
    throw new Error('what arrived is no envelope');
  }
  const { header, message } = value;
  return {
    path,
    messageId: String(header.message_id),
    action: String(header.action),
    header,
    message,
    text,
    at: Date.now(),
  };
}
