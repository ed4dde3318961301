import { signEnvelope } from 'dci-core';
import { type ClientFailure, clientFailure } from '../failure.ts';
import { callHttp, type HttpAnswer } from '../http.ts';
import { readRefusal } from '../refusal.ts';
import { type Attempt, isNeverSent, type Repetition, withAttempts } from './attempts.ts';
import type { ExchangeContext } from './context.ts';
import type { WrittenRequest } from './write-request.ts';

/** Notes what may have come of a request, whatever became of its answers. */
export interface Delivery {
  /** Attempts that left and were not certainly refused: the registry may have accepted the request when there is one. */
  undecided: number;
}

/** An answer that is no refusal by its status, and the message that it answers. */
export interface AnsweredRequest {
  readonly answer: HttpAnswer;
  readonly request: WrittenRequest;
}

/** How {@link sendRequest} sends. */
export interface SendOptions {
  readonly repetition: Repetition;
  readonly signal: AbortSignal;
  readonly delivery?: Delivery;
}

/**
 * Signs, authorizes and sends a request, again where that is safe. Every attempt is signed afresh, because a signature
 * lives five minutes and a key can be replaced meanwhile. A 401 that another token can heal is tried once more.
 *
 * @param write - writes the request; called for every attempt, so that one that must stay the same is written before
 * @param context - whom it goes to, and with what
 * @param options - when it may be repeated
 * @returns the answer, with a status from 200 to 299
 * @throws DciError with the cause `refused`, `unreachable`, `timeout` or `protocol`
 */
export async function sendRequest(
  write: (signal: AbortSignal) => Promise<WrittenRequest>,
  context: ExchangeContext,
  { repetition, signal, delivery = { undecided: 0 } }: SendOptions,
): Promise<AnsweredRequest> {
  const { source, clock, random } = context;
  const { retries, timeoutSeconds: seconds, authorization } = source;
  const post = async (attempt: Attempt, authorizedBy: string | undefined): Promise<AnsweredRequest> => {
    const request = await write(attempt.signal);
    const body = await sign(request, context);
    attempt.signal.throwIfAborted();
    attempt.sending();
    delivery.undecided += 1;
    try {
      const answer = await postOnce(request.url, body, authorizedBy, context, attempt.signal);
      if (answer.status < 200 || answer.status > 299) throw readRefusal(answer, source.dialect);
      return { answer, request };
    } catch (error) {
      const failure = clientFailure(error);
      if (failure !== undefined && isCertainlyNotAccepted(failure)) delivery.undecided -= 1;
      throw error;
    }
  };
  const attemptOnce = async (attempt: Attempt): Promise<AnsweredRequest> => {
    const value = await authorization?.header(attempt.signal);
    try {
      return await post(attempt, value);
    } catch (error) {
      if (value === undefined || !isOfToken(clientFailure(error)) || authorization?.renew(value) !== true) throw error;
      return await post(attempt, await authorization.header(attempt.signal));
    }
  };
  return await withAttempts({ repetition, retries, seconds, clock, random, signal }, attemptOnce);
}

async function postOnce(
  url: string,
  body: string,
  authorization: string | undefined,
  { fetch, clock, source }: ExchangeContext,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    ...(authorization !== undefined && { authorization }),
  };
  const init = { method: 'POST', headers, body };
  return await callHttp({ fetch, url, init, maxBytes: source.maxReplyBytes, signal, clock });
}

async function sign({ header, message }: WrittenRequest, { source, crypto, clock }: ExchangeContext): Promise<string> {
  const key = await source.signingKey();
  const { text } = await signEnvelope({ header, message, key, scheme: source.scheme, crypto, clock });
  return text;
}

/** A signature or a sender that is not accepted is so with any token. */
function isOfToken(failure: ClientFailure | undefined): boolean {
  if (failure?.kind !== 'refused' || failure.status !== 401) return false;
  return !/^(?:err\.(?:signature|sender)|ERR_(?:INVALID|EXPIRED)_SIGNATURE)/.test(failure.peerCode ?? '');
}

/** Refusals of a gateway do not tell whether the registry behind it got the request. */
function isCertainlyNotAccepted(failure: ClientFailure): boolean {
  if (failure.kind === 'refused') return failure.status < 500 || [501, 503].includes(failure.status);
  return isNeverSent(failure);
}
