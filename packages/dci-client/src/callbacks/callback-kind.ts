import type { DialectCall, ReplyAction } from 'dci-core';
import type { AsyncAction } from './transactions.ts';

/** Paths below `{callback base}/registry/` at which registries call back (protocol.md section 5). */
export type CallbackPath = 'on-search' | 'on-subscribe' | 'on-unsubscribe' | 'txn/on-status' | 'notify';

/** What comes in at a path. */
export interface CallbackKind {
  readonly path: CallbackPath;
  readonly action: ReplyAction | 'notify';
  readonly call: DialectCall | 'notify';
  /** Whether it carries the answer to a search, which can be large. */
  readonly isLarge: boolean;
}

/** What answers a request of ours. */
export interface AnswerKind extends CallbackKind {
  readonly call: AsyncAction;
}

/** The callbacks that answer a request. */
export const answerKinds: Readonly<Record<Exclude<CallbackPath, 'notify'>, AnswerKind>> = {
  'on-search': { path: 'on-search', action: 'on-search', call: 'search', isLarge: true },
  'on-subscribe': { path: 'on-subscribe', action: 'on-subscribe', call: 'subscribe', isLarge: false },
  'on-unsubscribe': { path: 'on-unsubscribe', action: 'on-unsubscribe', call: 'unsubscribe', isLarge: false },
  'txn/on-status': { path: 'txn/on-status', action: 'txn-on-status', call: 'txn-status', isLarge: true },
};

/** What comes in without a request. */
export const notifyKind: CallbackKind = { path: 'notify', action: 'notify', call: 'notify', isLarge: false };

/** Every path at which registries call back. */
export const callbackPaths: readonly CallbackPath[] = [
  'on-search',
  'on-subscribe',
  'on-unsubscribe',
  'txn/on-status',
  'notify',
];

/**
 * @param path - of a callback
 * @returns what comes in there
 */
export function callbackKindOf(path: CallbackPath): CallbackKind {
  return path === 'notify' ? notifyKind : answerKinds[path];
}
