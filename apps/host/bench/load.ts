import { connect, type Socket } from 'node:net';

/** What one run of the load generator measured. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  /** Milliseconds from the first byte sent to the last byte received. */
  readonly p50: number;
  readonly p99: number;
  readonly requests: number;
  /** Replies whose status was not 200. */
  readonly failures: number;
}

/** What to send, and how hard. */
export interface LoadOptions {
  readonly port: number;
  /** Whole HTTP/1.1 requests, each sent at most once. */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  readonly durationMs: number;
}

const headerEnd = Buffer.from('\r\n\r\n');

/** Reads one HTTP reply with a Content-Length or chunked body off a keep-alive socket. */
function replyReader(onReply: (status: number) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const end = pending.indexOf(headerEnd);
      if (end < 0) return;
      const head = pending.toString('latin1', 0, end);
      const bodyStart = end + headerEnd.length;
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      let bodyEnd: number;
      if (length !== undefined) {
        bodyEnd = bodyStart + Number(length);
      } else {
        const last = pending.indexOf('0\r\n\r\n', bodyStart, 'latin1');
        if (last < 0) return;
        bodyEnd = last + 5;
      }
      if (pending.length < bodyEnd) return;
      pending = pending.subarray(bodyEnd);
      onReply(Number(head.slice(9, 12)));
    }
  };
}

/**
 * Sends signed requests over keep-alive connections, each connection one at a time (closed loop), and
 * measures. A raw socket client costs the machine little, so that two cores measure the server.
 *
 * @param options - requests, connections and duration
 * @returns rate and latencies
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = [];
  let failures = 0;
  let next = 0;
  const started = performance.now();
  const deadline = started + options.durationMs;
  const connection = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket: Socket = connect(options.port, '127.0.0.1');
      socket.setNoDelay(true);
      let sentAt = 0;
      const send = (): void => {
        const request = options.requests[next];
        if (request === undefined || performance.now() >= deadline) {
          socket.end();
          resolve();
          return;
        }
        next += 1;
        sentAt = performance.now();
        socket.write(request);
      };
      socket.on('connect', send);
      socket.on('error', reject);
      socket.on(
        'data',
        replyReader((status) => {
          latencies.push(performance.now() - sentAt);
          if (status !== 200) failures += 1;
          send();
        }),
      );
    });
  await Promise.all(Array.from({ length: options.connections }, connection));
  const seconds = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  const quantile = (q: number): number =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * q))] ?? 0;
  return {
    requestsPerSecond: latencies.length / seconds,
    p50: quantile(0.5),
    p99: quantile(0.99),
    requests: latencies.length,
    failures,
  };
}
