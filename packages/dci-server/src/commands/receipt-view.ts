import type { JsonObject } from 'dci-core';
import type { Receipt } from '../stores/receipts.ts';
import { isoTime } from './sender-view.ts';

/**
 * A receipt as commands print it with `--json`.
 *
 * @param receipt - the receipt
 * @returns a JSON object
 */
export function receiptView({ referenceId, receivedAt, status, reasonCode }: Receipt): JsonObject {
  return { reference_id: referenceId, received_at: isoTime(receivedAt), status, reason_code: reasonCode };
}
