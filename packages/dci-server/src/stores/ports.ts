import type { Sender, SenderToken } from '../senders/sender.ts';

/**
 * The registered senders. Its contract test is `testSenderStore` in `dci-server/testing`.
 */
export interface SenderStore {
  /**
   * @returns a number that grows with every change of a sender or token, by this or any other process.
   *   Asked for on every request, so it must be cheap; it may lag two seconds behind.
   */
  revision(): Promise<number>;
  /** @returns the sender, or `undefined` when it is not registered */
  find(senderId: string): Promise<Sender | undefined>;
  /** @returns all senders, ordered by id */
  list(): Promise<readonly Sender[]>;
  /**
   * @param sender - a new sender
   * @param token - its first token, stored with it or not at all
   * @throws DciError `err.state.conflict` when the id is taken
   */
  add(sender: Sender, token?: SenderToken): Promise<void>;
  /**
   * Replaces a sender with all its keys; its tokens stay.
   *
   * @throws DciError `err.request.not_found` when it is not registered
   */
  replace(sender: Sender): Promise<void>;
  /**
   * @throws DciError `err.request.not_found` when the sender is not registered, `err.state.conflict`
   *   when the sender has a token of that id
   */
  addToken(token: SenderToken): Promise<void>;
  /** @returns the token with this SHA-256, or `undefined` */
  findToken(hash: Uint8Array): Promise<SenderToken | undefined>;
  /** @returns the sender's tokens, oldest first */
  listTokens(senderId: string): Promise<readonly SenderToken[]>;
  /** @returns whether there was such a token */
  removeToken(senderId: string, tokenId: string): Promise<boolean>;
}

/** The name of one message of one sender. */
export interface ReplayClaim {
  readonly senderId: string;
  readonly messageId: string;
  /** Unix milliseconds until which a second message of that name is refused. */
  readonly expiresAt: number;
}

/**
 * The messages that have been received (protocol.md section 4 step 8). Its contract test is
 * `testReplayStore` in `dci-server/testing`.
 */
export interface ReplayStore {
  /**
   * Claims a message id, atomically: of any number of simultaneous claims exactly one succeeds.
   *
   * @returns true for the first claim of `(senderId, messageId)`, false for every other
   */
  claim(claim: ReplayClaim): Promise<boolean>;
  /**
   * Forgets expired claims, a bounded number at a time.
   *
   * @param now - Unix milliseconds
   * @returns how many were forgotten; 0 when none are left
   */
  prune(now: number): Promise<number>;
}

/** Points that a sender has used of its daily quota. */
export interface QuotaUsage {
  readonly senderId: string;
  readonly points: number;
  /** Unix milliseconds at which its day ends and the count starts again. */
  readonly expiresAt: number;
}

/** Keeps the daily quotas over a restart. */
export interface QuotaStore {
  /** @returns all usage that was saved */
  load(): Promise<readonly QuotaUsage[]>;
  /**
   * Replaces everything that was saved before.
   *
   * @param usage - the usage of all senders
   */
  save(usage: readonly QuotaUsage[]): Promise<void>;
}
