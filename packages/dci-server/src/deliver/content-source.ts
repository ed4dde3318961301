import type { KnownSender } from '../senders/directory.ts';
import type { OutgoingContent, OutgoingMessage } from '../stores/outgoing.ts';

/**
 * Composes the content of an outgoing message under the access and consent that hold now (protocol.md section 6). The
 * delivery asks for it when access has changed since the message was composed. `message_id` and `message_ts` of the
 * header stay as they were.
 */
export interface ContentSource {
  /**
   * @param message - what is to be sent
   * @param receiver - the registered party, with its policy as it is now
   * @returns the content; `undefined` when nothing may be sent any more
   */
  compose(message: OutgoingMessage, receiver: KnownSender): Promise<OutgoingContent | undefined>;
  /**
   * Tells whether the message is still to be sent, from the state as it is at this moment. Asked for right before it is
   * sent (reliability.md WH6). Absent: always.
   *
   * @param message - what is to be sent
   * @returns false when, for example, its subscription has ended; nothing is sent then
   */
  isWanted?(message: OutgoingMessage): Promise<boolean>;
}
