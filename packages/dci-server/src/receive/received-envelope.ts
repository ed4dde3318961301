import type { JsonDocument, JsonObject, RequestHeader } from 'dci-core';
import type { KnownSender } from '../senders/directory.ts';

/** A request as it came over HTTP, after its size and type were checked. */
export interface ReceivedRequest {
  /** The `Authorization` header. */
  readonly authorization?: string;
  /** Name of the registry type that the path names: an access token must be for it. */
  readonly registry?: string;
  /** The operation that the path stands for, in the words of a policy, where that is not the action of its header. */
  readonly operation?: string;
  /** The whole body. */
  readonly body: Uint8Array;
}

/** An envelope as it was read, with nothing verified yet. */
export interface ReceivedEnvelope {
  /** The body's one parse; the signature is verified over its text. */
  readonly document: JsonDocument;
  readonly signature?: string;
  readonly header: RequestHeader;
  /** As received; its schema is checked last. */
  readonly message: JsonObject;
}

/** What a bearer token opens: nothing was asked for, any sender, or one sender only. */
export type BearerGrant =
  | { readonly kind: 'bypassed' }
  | { readonly kind: 'any-sender' }
  | {
      readonly kind: 'one-sender';
      readonly senderId: string;
      /** What an access token is for, `{registry}/{action}` each. Absent: everything that the sender may do. */
      readonly scopes?: readonly string[];
    };

/** On whose behalf a message is processed. */
export interface Principal {
  readonly sender: KnownSender;
  /** The key that signed the message; absent when unsigned messages are allowed and it carried no signature. */
  readonly keyId?: string;
}
