import type { Logger, MessageSchema, RequestAction, RequestHeader } from 'dci-core';
import type { Outcome } from '../../reply/outcome.ts';
import type { SearchScope } from '../search-item.ts';
import type { EnrollmentSink } from './enrollment-sink.ts';

/** Where and on whose behalf a special call is answered. */
export interface SpecialScope extends SearchScope {
  /** Of this call, for its reply. */
  readonly correlationId: string;
  /** Takes beneficiaries that are delivered to us; absent: they are refused. */
  readonly onEnrollmentUpdate?: EnrollmentSink;
  readonly logger: Pick<Logger, 'error'>;
}

/** A call of one registry type beside the common ones (protocol.md section 5). */
export interface SpecialOperationAnswer {
  /** Its name in `RegistryType.operations`, and what a policy grants. */
  readonly name: string;
  /** `action` of the header. */
  readonly action: RequestAction;
  readonly schema: MessageSchema<unknown>;
  /**
   * @param header - the request header
   * @param message - the message, as the schema read it
   * @param scope - registry, sender, limits and time
   * @returns status and message of the reply
   * @throws DciError `err.request.timeout` or `err.service.unavailable` when the registry does not answer
   */
  answer(header: RequestHeader, message: unknown, scope: SpecialScope): Promise<Outcome>;
}

/** How one call is defined: {@link SpecialOperationAnswer} with the type of its message. */
export interface SpecialOperationDefinition<T> {
  readonly name: string;
  readonly action: RequestAction;
  readonly schema: MessageSchema<T>;
  readonly answer: (header: RequestHeader, message: T, scope: SpecialScope) => Promise<Outcome>;
}

/**
 * @param definition - the call
 * @returns the same, for a table of calls with different messages
 */
export function defineSpecialOperation<T>(definition: SpecialOperationDefinition<T>): SpecialOperationAnswer {
  const { answer, ...rest } = definition;
  return { ...rest, answer: (header, message, scope) => answer(header, message as T, scope) };
}
