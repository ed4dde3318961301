/** Actions of a request (OpenAPI v1.0.0, `action` of the request headers; `receipt` is this project's). */
export type RequestAction = 'search' | 'subscribe' | 'unsubscribe' | 'notify' | 'txn-status' | 'receipt';

/** Actions of a reply or callback. */
export type ReplyAction =
  | 'on-search'
  | 'on-subscribe'
  | 'on-unsubscribe'
  | 'on-notify'
  | 'txn-on-status'
  | 'on-receipt';

const replyActions: Readonly<Record<RequestAction, ReplyAction>> = {
  search: 'on-search',
  subscribe: 'on-subscribe',
  unsubscribe: 'on-unsubscribe',
  notify: 'on-notify',
  'txn-status': 'txn-on-status',
  receipt: 'on-receipt',
};

/** All values of {@link RequestAction}. */
export const requestActions = Object.keys(replyActions) as readonly RequestAction[];

/**
 * Reads the action of a request in the spellings that peers send (`txn_status` from OpenSPP, any case).
 *
 * @param text - `header.action`
 * @returns the action, or `undefined` when it is none that this project knows
 */
export function readAction(text: string): RequestAction | undefined {
  const folded = text.trim().toLowerCase().replaceAll('_', '-');
  return requestActions.find((action) => action === folded);
}

/**
 * @param action - the action of a request
 * @returns the action of its reply (OpenAPI v1.0.0: `on-…`, and `txn-on-status` for `txn-status`)
 */
export function replyActionOf(action: RequestAction): ReplyAction {
  return replyActions[action];
}
