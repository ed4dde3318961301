import { DciError, type JsonObject } from 'dci-core';
import type { CliContext } from 'dci-host';
import type { OutgoingKind, OutgoingMessage, OutgoingQuery, OutgoingState } from '../stores/outgoing.ts';
import { textOption } from './command-input.ts';
import { isoTime } from './sender-view.ts';

const kinds = ['callback', 'notification'] as const satisfies readonly OutgoingKind[];
const states = ['pending', 'delivered', 'dead', 'withdrawn'] as const satisfies readonly OutgoingState[];

/** Options that choose messages, whatever their state. */
export const messageOptions = [
  { flags: '--receiver <sender-id>', description: 'only those to one party' },
  { flags: '--kind <kind>', description: 'only callbacks or only notifications', choices: kinds },
  { flags: '--subject <id>', description: 'only those of one correlation id or subscription code' },
  { flags: '--reason <code>', description: 'only those whose last failure was this, for example http_500' },
] as const;

/** The option that chooses messages by what became of them. */
export const stateOption = { flags: '--state <state>', description: 'only those in one state', choices: states };

/**
 * Reads {@link messageOptions}, {@link stateOption} and `--limit`.
 *
 * @param context - the running command
 * @returns the query
 * @throws DciError `err.configuration.invalid` for a limit that is none
 */
export function messageQuery(context: CliContext): OutgoingQuery {
  const receiverId = textOption(context, 'receiver');
  const kind = kinds.find((known) => known === textOption(context, 'kind'));
  const state = states.find((known) => known === textOption(context, 'state'));
  const subject = textOption(context, 'subject');
  const reason = textOption(context, 'reason');
  const limit = textOption(context, 'limit');
  if (limit !== undefined && !(/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= 1_000)) {
    throw new DciError('err.configuration.invalid', '--limit must be a number from 1 to 1000');
  }
  return {
    ...(receiverId === undefined ? {} : { receiverId }),
    ...(kind === undefined ? {} : { kind }),
    ...(subject === undefined ? {} : { subject }),
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined ? {} : { reason }),
    ...(limit === undefined ? {} : { limit: Number(limit) }),
  };
}

/**
 * A message as commands print it with `--json`: never what it says.
 *
 * @param message - the message
 * @returns a JSON object
 */
export function messageView(message: OutgoingMessage): JsonObject {
  return {
    message_id: message.messageId,
    kind: message.kind,
    receiver_id: message.receiverId,
    registry: message.registry,
    action: message.action,
    subject: message.subject,
    sequence: message.sequence,
    is_encrypted: message.isEncrypted,
    state: message.state,
    attempts: message.attempts,
    created_at: isoTime(message.createdAt),
    delivered_at: message.deliveredAt === undefined ? undefined : isoTime(message.deliveredAt),
    last_status: message.lastStatus,
    last_reason: message.lastReason,
  };
}
