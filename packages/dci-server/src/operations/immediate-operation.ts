import type { Disclosure } from '../access/audit.ts';
import type { Expectation, ReceivedMessage } from '../receive/receive.ts';
import type { Outcome } from '../reply/respond.ts';
import type { ServedRegistry } from './served-registry.ts';

/** What a request that is answered at once is processed with. */
export interface ImmediateScope {
  readonly registry: ServedRegistry;
  /** Ours, for the reply. */
  readonly correlationId: string;
  /** Unix milliseconds. */
  readonly now: number;
  /** Is told what the reply discloses; the rows of the audit are stored before it leaves (protocol.md section 8). */
  readonly disclose: (disclosure: Disclosure) => void;
}

/** An action that is answered at once, beside `sync/search`: status questions, operations of one registry type. */
export interface ImmediateOperation<T> {
  /** In the audit. */
  readonly name: string;
  readonly expectation: Expectation<T>;
  /**
   * @param received - the message, checked
   * @param scope - registry and time
   * @returns status and message of the reply
   * @throws DciError `err.request.timeout` or `err.service.unavailable` when the registry does not answer
   */
  answer(received: ReceivedMessage<T>, scope: ImmediateScope): Promise<Outcome>;
}
