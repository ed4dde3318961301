import { type JsonArray, type JsonObject, writeJson } from 'dci-core';
import type { KnownSender } from '../senders/directory.ts';
import type { OutgoingContent, OutgoingKind, OutgoingMessage, OutgoingStore } from '../stores/outgoing.ts';
import { accessFingerprint } from './access-fingerprint.ts';
import type { ContentSource } from './content-source.ts';

/** Where outgoing content comes from. */
export interface CurrentContentOptions {
  readonly outgoing: Pick<OutgoingStore, 'content' | 'replaceContent'>;
  readonly sources: Readonly<Partial<Record<OutgoingKind, ContentSource>>>;
}

/**
 * Gives the content of a message under the access that holds now (protocol.md section 6; reliability.md AZ3): what is
 * stored while access is as it was, else composed anew and stored.
 *
 * @param message - the message
 * @param receiver - the registered party, with its policy as it is now
 * @param options - the store and the sources
 * @returns the content; `undefined` when nothing may be sent any more
 */
export async function currentContent(
  message: OutgoingMessage,
  receiver: KnownSender,
  { outgoing, sources }: CurrentContentOptions,
): Promise<OutgoingContent | undefined> {
  const { messageId, kind, registry } = message;
  const fingerprint = accessFingerprint(receiver, registry);
  const stored = await outgoing.content(messageId);
  if (stored !== undefined && fingerprint !== undefined && fingerprint === message.accessFingerprint) return stored;
  const composed = await sources[kind]?.compose(message, receiver);
  if (composed === undefined) return undefined;
  const content = stored === undefined ? composed : withFrameOf(stored, composed);
  // Where the content is the same, what was encrypted of it stays too, so that every attempt sends the same body.
  const isSame = stored !== undefined && textOf(content) === textOf(stored);
  if (!isSame || fingerprint !== message.accessFingerprint) {
    await outgoing.replaceContent(messageId, content, fingerprint);
  }
  return content;
}

/** A message keeps its id and time, whatever it says. */
function withFrameOf(stored: OutgoingContent, composed: OutgoingContent): OutgoingContent {
  const { message_id, message_ts } = stored.header;
  return { ...composed, header: { ...composed.header, message_id, message_ts } };
}

function textOf({ header, message, disclosures = [] }: OutgoingContent): string {
  const parts: JsonArray = [header, message, disclosures as readonly JsonObject[]];
  return writeJson(parts);
}
