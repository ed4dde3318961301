/** What is kept of a client secret. The secret itself is never stored. */
export interface ClientSecretHash {
  /** The first bytes of its SHA-256: tells a wrong secret apart without the work of the hash. */
  readonly check: Uint8Array;
  readonly salt: Uint8Array;
  /** scrypt of the secret. */
  readonly hash: Uint8Array;
}

/** A client of the token endpoint (RFC 6749 section 2). It acts for one sender. */
export interface OAuthClient {
  readonly clientId: string;
  readonly senderId: string;
  /** What its tokens may at most be for, `{registry}/{action}` each. Absent: what the sender's policy grants. */
  readonly scopes?: readonly string[];
  readonly secret: ClientSecretHash;
  /** Unix milliseconds. */
  readonly createdAt: number;
}

/** The clients of the token endpoint. Its contract test is `testOAuthClientStore` in `dci-server/testing`. */
export interface OAuthClientStore {
  /**
   * Asked for on every request with a token, so it must be cheap; a client that another process removed is not found.
   *
   * @returns the client; `undefined` when there is none of this id
   */
  find(clientId: string): Promise<OAuthClient | undefined>;
  /** @returns the clients of a sender, oldest first */
  list(senderId: string): Promise<readonly OAuthClient[]>;
  /**
   * @throws DciError `err.request.not_found` when the sender is not registered, `err.state.conflict` when the id is
   *   taken by a client of any sender
   */
  add(client: OAuthClient): Promise<void>;
  /** @returns whether the sender had such a client */
  remove(senderId: string, clientId: string): Promise<boolean>;
}
