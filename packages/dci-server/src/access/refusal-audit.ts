import type { Clock, Logger } from 'dci-core';
import { errorFields } from 'dci-host';
import type { AuditEntry, AuditLog } from './audit.ts';

/** A refusal of a request whose sender is known by its signature. */
export type Refusal = Pick<AuditEntry, 'senderId' | 'registry' | 'action' | 'messageId'> & {
  /** Code of the refusal. */
  readonly reason: string;
};

/** What a {@link createRefusalAudit} works with. */
export interface RefusalAuditOptions {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Refusals of one sender that are noted in a minute; further ones are only counted. Default 10. */
  readonly perMinute?: number;
}

/**
 * Notes refusals for want of quota or grant in the audit (protocol.md section 8), at a bounded rate, so that a sender
 * which is refused a thousand times a second does not fill it. A refusal discloses nothing, so it does not wait for its
 * row; one that cannot be stored is logged.
 *
 * @param options - audit, time and rate
 * @returns notes a refusal
 */
export function createRefusalAudit({
  audit,
  clock,
  logger,
  perMinute = 10,
}: RefusalAuditOptions): (refusal: Refusal) => void {
  // Only senders whose signature was verified come here, so the map stays as small as their register.
  const noted = new Map<string, { readonly minute: number; count: number }>();
  return (refusal) => {
    const minute = Math.floor(clock.now() / 60_000);
    const known = noted.get(refusal.senderId);
    const window = known?.minute === minute ? known : { minute, count: 0 };
    noted.set(refusal.senderId, window);
    window.count += 1;
    if (window.count > perMinute) {
      if (window.count === perMinute + 1) {
        logger.warn(
          { sender_id: refusal.senderId, count: perMinute },
          'a sender is refused so often that the audit keeps only the first refusals of each minute',
        );
      }
      return;
    }
    void audit.append([{ ...refusal, recordKeys: [], count: 0 }]).catch((error: unknown) => {
      logger.error({ ...errorFields(error), sender_id: refusal.senderId }, 'a refusal could not be noted in the audit');
    });
  };
}
