import { withinDeadline } from '../deadline.ts';
import type { CallOptions } from '../search.ts';
import type { Repetition } from './attempts.ts';
import type { ExchangeContext } from './context.ts';
import { type Reply, readReply } from './read-reply.ts';
import { sendRequest } from './send-request.ts';
import { type RequestContent, requireCall, type WrittenRequest, writeRequest } from './write-request.ts';

/** A verified reply and the request that it answers. */
export interface Exchanged {
  readonly reply: Reply;
  readonly request: WrittenRequest;
}

/**
 * Makes one call that is answered at once: request, reply, and every check of the reply.
 *
 * @param content - makes the request, with ids of its own for every attempt
 * @param repetition - `read`, or `never` for what changes something
 * @param context - the registry, and what the client works with
 * @param options - the caller's signal
 * @returns the reply and the request that it answers
 * @throws DciError with a `ClientFailure` as cause
 */
export async function exchange(
  content: () => RequestContent,
  repetition: Exclude<Repetition, 'identical'>,
  context: ExchangeContext,
  { signal: caller }: CallOptions = {},
): Promise<Exchanged> {
  const { timeoutSeconds } = context.source;
  return await withinDeadline(timeoutSeconds, caller, async (signal) => {
    const write = async (within: AbortSignal): Promise<WrittenRequest> => {
      const written = content();
      requireCall(written.call, context);
      return await writeRequest(written, context, within);
    };
    const { answer, request } = await sendRequest(write, context, { repetition, signal });
    return { reply: await readReply(answer, request, context, signal), request };
  });
}
