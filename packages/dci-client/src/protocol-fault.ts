/** What was wrong with a reply that came, but is not an answer to our request. */
export type ProtocolFault =
  /** The address answered with a redirect, which is never followed. */
  | 'redirect'
  /** Not `application/json`. */
  | 'content_type'
  /** Compressed where nothing was to be. */
  | 'content_encoding'
  /** Larger than the limit. */
  | 'too_large'
  /** The connection broke off in the middle of the body. */
  | 'truncated'
  /** Not JSON that `readJson` accepts. */
  | 'malformed'
  /** No envelope, or one whose header or message is not as the standard has it. */
  | 'envelope'
  /** The header names another party as its sender. */
  | 'other_sender'
  /** The header names another party than us as its receiver, or none. */
  | 'not_addressed_to_us'
  /** The action is not the reply to ours. */
  | 'action'
  /** The message is encrypted, and we have no key that could decrypt it. */
  | 'encrypted'
  /** The message is encrypted, and none of our keys decrypts it. */
  | 'not_decrypted'
  /** Our message was encrypted, and the answer is not. */
  | 'not_encrypted'
  /** It answers another message of ours. */
  | 'other_message'
  /** It answers another transaction. */
  | 'other_transaction'
  /** It answers items that were not asked, or leaves some unanswered. */
  | 'other_items'
  /** The registry has not finished its answer, so that no records are none yet. */
  | 'not_finished'
  /** It came in parts, and some are missing. */
  | 'missing_part'
  /** A record cannot be read as one of its type. */
  | 'record'
  /** It is no acknowledgement of a request that is answered by callback. */
  | 'acknowledgement'
  /** It does not tell how many records match. */
  | 'no_total'
  /** It leads to a page that was fetched before, so that the pages would never end. */
  | 'repeated_page'
  /** The token endpoint answered with something that is no token. */
  | 'token';

/** What each of them says to a developer; never what was received. */
export const faultTexts: Readonly<Record<ProtocolFault, string>> = {
  redirect: 'The address answers with a redirect; redirects are not followed.',
  content_type: 'The reply is not JSON by its content type.',
  content_encoding: 'The reply is compressed, which was not asked for.',
  too_large: 'The reply is larger than the limit.',
  truncated: 'The reply broke off before its end.',
  malformed: 'The reply is not acceptable JSON.',
  envelope: 'The reply is not an envelope as the standard has it.',
  other_sender: 'The reply names another sender than the party asked.',
  not_addressed_to_us: 'The reply is not addressed to this party.',
  action: 'The action of the reply does not answer the request.',
  encrypted: 'The reply is encrypted, and there is no key to decrypt it with.',
  not_decrypted: 'The reply is encrypted, and none of our keys decrypts it.',
  not_encrypted: 'The request was encrypted, and the reply is not.',
  other_message: 'The reply answers another message.',
  other_transaction: 'The reply belongs to another transaction.',
  other_items: 'The reply does not answer exactly the items that were asked.',
  not_finished: 'The registry has not finished its answer.',
  missing_part: 'The answer came in parts, and not all of them are there.',
  record: 'A record of the reply cannot be read as one of its type.',
  acknowledgement: 'The answer is no acknowledgement of the request.',
  no_total: 'The registry does not tell how many records match.',
  repeated_page: 'The registry leads to a page that was fetched before.',
  token: 'The token endpoint answered without a usable token.',
};
