import { isAllowedHost } from '../receive/callback-address.ts';
import type { Sender } from '../senders/sender.ts';
import type { OutgoingMessage } from '../stores/outgoing.ts';

/** The last parts that callback paths have; one of them may have two segments. */
const actions: readonly OutgoingMessage['action'][] = [
  'on-search',
  'on-subscribe',
  'on-unsubscribe',
  'txn/on-status',
  'notify',
];

/** Where a message goes, or why it goes nowhere. */
export type CallbackTarget =
  | { readonly url: string }
  /** `no_address`: neither the registration nor the request named one; `host_forbidden`: not a registered host. */
  | { readonly reason: 'no_address' | 'url_forbidden' | 'host_forbidden' };

/**
 * Tells where a callback or notification goes (protocol.md section 6): below the registered base; else to the
 * `sender_uri` of the request, whose path may name the callback, another callback, or what callbacks lie below.
 *
 * @param sender - the receiver's registration
 * @param action - last part of the callback path
 * @param senderUri - of the request
 * @returns the URL, of a registered host where hosts are registered; the egress judges it further
 */
export function callbackTarget(
  sender: Pick<Sender, 'callbackBase' | 'callbackHosts'>,
  action: OutgoingMessage['action'],
  senderUri: string | undefined,
): CallbackTarget {
  if (sender.callbackBase !== undefined) return { url: `${withoutSlashes(sender.callbackBase)}/${action}` };
  if (senderUri === undefined || senderUri === '') return { reason: 'no_address' };
  const url = callbackUrl(senderUri, action);
  if (url === undefined) return { reason: 'url_forbidden' };
  const { callbackHosts } = sender;
  if (callbackHosts !== undefined && !isAllowedHost(url, callbackHosts)) return { reason: 'host_forbidden' };
  return { url };
}

/**
 * @param senderUri - an absolute URL
 * @param action - last part of the callback path
 * @returns the URL of that callback, with the query of `senderUri`; `undefined` for what is no URL
 */
export function callbackUrl(senderUri: string, action: OutgoingMessage['action']): string | undefined {
  const url = URL.parse(senderUri);
  if (url === null) return undefined;
  const path = withoutSlashes(url.pathname);
  if (!endsIn(path, action)) {
    const other = actions.find((candidate) => endsIn(path, candidate));
    const base = other === undefined ? path : path.slice(0, -other.length - 1);
    url.pathname = `${base}/${action}`;
  }
  url.hash = '';
  return url.href;
}

function endsIn(path: string, action: string): boolean {
  return path.endsWith(`/${action}`);
}

function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}
