import { randomUUID } from 'node:crypto';
import { json, type PeerAnswer } from './peer-server.fixtures.ts';
import type { Json } from './plain-json.fixtures.ts';
import { standardNow } from './spdci-service.fixtures.ts';

/** A request that is refused as a whole. */
export interface StandardRefusal {
  readonly status: number;
  /** `err.*`; in the form of the early seed, its `ERR_*` takes the place. */
  readonly code: string;
  readonly message: string;
}

/** Codes of the early seed, by ours. */
const seedCodes: Readonly<Record<string, string>> = {
  'err.request.bad': 'ERR_INVALID_QUERY',
  'err.signature.missing': 'ERR_INVALID_SIGNATURE',
  'err.signature.invalid': 'ERR_INVALID_SIGNATURE',
  'err.signature.expired': 'ERR_EXPIRED_SIGNATURE',
  'err.request.unauthorized': 'ERR_UNAUTHORIZED',
  'err.request.not_found': 'ERR_NOT_FOUND',
  'err.request.forbidden': 'ERR_CONSENT_REQUIRED',
  'err.request.too_many_requests': 'ERR_RATE_LIMIT',
};

/** The two members of a header that tell the early seed's code. */
export const seedReason = ({ code, message }: StandardRefusal): Json => ({
  status_reason_code: seedCodes[code] ?? 'ERR_INTERNAL',
  status_reason_message: message,
});

/**
 * The standard's refusals: 401, 403 and 500 are HTTP errors, anything else an acknowledgement with `ERR`.
 *
 * @param refusal - why
 * @param form - `ok`: with HTTP status 200
 */
export function refusalAnswer({ status, code, message }: StandardRefusal, form?: 'ok' | 'seed'): PeerAnswer {
  // The enumeration has no code of its own for a signature that is over.
  const error = { code: code === 'err.signature.expired' ? 'err.signature.invalid' : code, message };
  if (form !== 'ok' && [401, 403, 500].includes(status)) return json(status, { errors: [error] });
  const ack = { ack_status: 'ERR', timestamp: standardNow(), correlation_id: randomUUID(), error };
  return json(form === 'ok' ? 200 : status, { message: ack });
}
