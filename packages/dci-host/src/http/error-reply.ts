import { type Clock, DciError, errorReply, formatTimestamp, type LogFields, type Logger, writeJson } from 'dci-core';
import { storageFault } from '../database/storage-error.ts';
import { errorFields } from '../observe/error-fields.ts';
import { jsonReply } from './reply.ts';
import type { RequestBindings } from './router.ts';

/** What {@link createErrorReplies} works with. */
export interface ErrorReplyOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called when the state database cannot be trusted any more; the host must end (reliability.md DB3). */
  onFatal(error: Error): void;
}

/** Turns an error into a reply, and adds its code to the fields of the request's log line. */
export type ErrorReplies = (
  error: unknown,
  request: Pick<RequestBindings, 'requestId' | 'logFields'>,
  headers?: Readonly<Record<string, string>>,
) => Response;

/**
 * Makes the one place where errors become HTTP replies (protocol.md section 4): status and both codes of a
 * `DciError`; 503 for a state database that is busy, full or broken; 500 without detail for everything else, logged
 * under the id of the request.
 *
 * @param options - clock, logger, and what to do when the state is broken
 * @returns the function that turns errors into replies
 */
export function createErrorReplies(options: ErrorReplyOptions): ErrorReplies {
  return (error, request, headers = {}) => {
    const { requestId } = request;
    const shown = shownError(error, requestId, options);
    request.logFields = { ...request.logFields, code: shown.code };
    const body = errorReply(shown, { timestamp: formatTimestamp(options.clock.now()), correlationId: requestId });
    return jsonReply(writeJson(body), shown.status, { ...headersOf(shown), ...headers });
  };
}

function shownError(error: unknown, requestId: string, { logger, onFatal }: ErrorReplyOptions): DciError {
  if (error instanceof DciError && error.status < 500 && error.code !== 'err.configuration.invalid') return error;
  const fault = storageFault(error);
  if (fault === 'busy' || fault === 'full') {
    logger.warn({ request_id: requestId, ...errorFields(error) }, 'the state database cannot take a change now');
    return new DciError('err.service.unavailable', 'try again later', { retryAfter: fault === 'busy' ? 1 : 30 });
  }
  if (error instanceof DciError && error.status === 503) {
    const own = { code: error.code, reason: error.message };
    logger.warn({ request_id: requestId, ...causeFields(error.cause), ...own }, 'a request could not be served');
    return error;
  }
  logger.error({ request_id: requestId, ...errorFields(error) }, 'a request failed');
  if (fault === 'fatal' && error instanceof Error) {
    onFatal(error);
    return new DciError('err.service.unavailable', 'try again later', { retryAfter: 30 });
  }
  return new DciError('err.internal', `internal error; it is logged under ${requestId}`);
}

/** What an adapter or a remote party failed with: without it nobody could find out why a registry is away. */
function causeFields(cause: unknown): LogFields {
  if (cause === undefined) return {};
  const { error, code, reason, stack } = errorFields(cause);
  return { error, cause: reason ?? code, stack };
}

function headersOf(error: DciError): Readonly<Record<string, string>> {
  return {
    ...(error.retryAfter === undefined ? {} : { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfter))) }),
    ...(error.status === 401 && error.code.startsWith('err.auth.') ? { 'www-authenticate': challenge(error) } : {}),
    ...(error.status === 413 || error.status === 415 ? { connection: 'close' } : {}),
  };
}

/** RFC 6750 section 3: without an error code when the request carried no token at all. */
function challenge(error: DciError): string {
  if (error.code === 'err.auth.missing_header') return 'Bearer realm="dci"';
  const code = error.code === 'err.auth.invalid_format' ? 'invalid_request' : 'invalid_token';
  return `Bearer realm="dci", error="${code}"`;
}
