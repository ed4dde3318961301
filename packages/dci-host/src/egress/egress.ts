/** How a TLS connection to one peer differs from the system's defaults; all texts are PEM. */
export interface EgressTls {
  /** Certificates of the authorities that are trusted, in place of the system's. */
  readonly ca?: string;
  /** Our certificate, for peers that ask for one. */
  readonly certificate?: string;
  /** Its private key. */
  readonly key?: string;
  /** Name that the peer's certificate must bear, where it differs from the host of the URL. */
  readonly serverName?: string;
}

/** A request to a peer. */
export interface EgressRequest {
  /** Absolute, `https:` (or `http:` where the configuration allows it), no user information. */
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** From the first look-up to the last byte of the reply. Default 15,000. */
  readonly totalTimeoutMs?: number;
  /** Bytes of the reply's body. Default 64 KiB. */
  readonly maxReplyBytes?: number;
  /** Requests with the same object share connections. */
  readonly tls?: EgressTls;
  readonly signal?: AbortSignal;
}

/** What a peer answered, whatever the status; redirects are returned, never followed. */
export interface EgressReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Why a request was not made or had no reply; for logs, breakers and tests. */
export type EgressFault =
  | 'url_forbidden'
  | 'address_forbidden'
  | 'name_not_found'
  | 'connect_failed'
  | 'connect_timeout'
  | 'tls_failed'
  | 'reset'
  | 'timeout'
  | 'reply_too_large'
  | 'reply_encoded'
  | 'aborted';

/**
 * The one way out of a host (protocol.md section 6; reliability.md SR1 to SR7): names are resolved once, every address
 * is classified, the socket is pinned to what was classified, redirects are not followed, sizes and times are bounded,
 * proxies of the environment are ignored.
 */
export interface Egress {
  /**
   * Judges a URL by its text alone: scheme, user information, port, literal addresses in every spelling.
   *
   * @param url - as a peer gave it
   * @throws DciError err.sender_uri.invalid when no request would ever go there
   */
  checkUrl(url: string): void;
  /**
   * @param request - what to send
   * @returns the reply
   * @throws DciError err.sender_uri.invalid for `url_forbidden` and `address_forbidden`, else err.service.unavailable;
   *   `egressFaultOf` tells the fault
   */
  send(request: EgressRequest): Promise<EgressReply>;
}
