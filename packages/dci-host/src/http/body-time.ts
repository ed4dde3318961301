import type { ServerResponse } from 'node:http';

/** How long the body of a request may still take to arrive (reliability.md LD2). */
export interface BodyTime {
  /**
   * Gives a request more time, for a body that is read as it comes.
   *
   * @param outgoing - the response to the request
   * @param milliseconds - from now
   */
  extend(outgoing: ServerResponse, milliseconds: number): void;
}

/** The requests that are running, and when the body of each must be there. */
export class RunningRequests implements BodyTime {
  private readonly deadlines = new Map<ServerResponse, number>();

  /** @returns how many there are */
  get size(): number {
    return this.deadlines.size;
  }

  /** @returns the responses to them */
  responses(): Iterable<ServerResponse> {
    return this.deadlines.keys();
  }

  /**
   * @param outgoing - the response to a request whose header has arrived
   * @param milliseconds - for its body
   */
  add(outgoing: ServerResponse, milliseconds: number): void {
    this.deadlines.set(outgoing, performance.now() + milliseconds);
    outgoing.once('close', () => this.deadlines.delete(outgoing));
  }

  extend(outgoing: ServerResponse, milliseconds: number): void {
    if (this.deadlines.has(outgoing)) this.deadlines.set(outgoing, performance.now() + milliseconds);
  }

  /** @returns the responses to requests whose body should be there and is not; each is named once */
  late(): readonly ServerResponse[] {
    const now = performance.now();
    const late: ServerResponse[] = [];
    for (const [outgoing, deadline] of this.deadlines) {
      if (deadline > now || outgoing.req.complete) continue;
      this.deadlines.set(outgoing, Number.POSITIVE_INFINITY);
      late.push(outgoing);
    }
    return late;
  }
}
