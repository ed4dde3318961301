import {
  dialects,
  type JsonObject,
  type ShippedDialect,
  type SignatureSchemeName,
  type VerificationKey,
} from 'dci-core';
import type { AccessPolicy } from '../access/policy.ts';

/** How a family of peers differs on the wire. */
export type DialectName = ShippedDialect['name'];

/** Names of the wire dialects that a sender can be registered with (protocol.md section 10). */
export const dialectNames: readonly DialectName[] = dialects.map(({ name }) => name);

/** A disabled sender is answered as an unknown one. */
export type SenderState = 'active' | 'disabled';

/** A party that may send us messages, as it was registered. */
export interface Sender {
  /** `sender_id` of its headers, at most 99 characters. */
  readonly senderId: string;
  readonly name?: string;
  readonly state: SenderState;
  readonly dialect: DialectName;
  /** Schemes that its signatures may use; there is no downgrade to any other. */
  readonly schemes: readonly SignatureSchemeName[];
  /** Its registered public keys. */
  readonly keys: readonly VerificationKey[];
  /** Where it publishes its keys, when it does not register them. Never taken from a message. */
  readonly jwksUrl?: string;
  /** Fixed base of its callback URLs; absent: `sender_uri` of the message (protocol.md section 6). */
  readonly callbackBase?: string;
  /**
   * Hosts that `sender_uri` of its messages may name, each `name` or `name:port`. Absent: any that the egress permits
   * (reliability.md SR5).
   */
  readonly callbackHosts?: readonly string[];
  /** What we show when we call it. Kept sealed. */
  readonly callbackCredential?: PeerCredential;
  /** Its registered key for messages that we encrypt; absent: the one that its JWKS publishes. */
  readonly encryptionKey?: JsonObject;
  /** Whether its subscriptions wait for an operator. Absent: `automatic`. */
  readonly subscriptionApproval?: 'automatic' | 'manual';
  readonly policy: AccessPolicy;
}

/** What a peer wants to see in `Authorization` when we call it. */
export type PeerCredential =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string };

/** A bearer token that we issued. The token itself is never stored. */
export interface SenderToken {
  /** Public name of the token, for listing and revoking. */
  readonly tokenId: string;
  /** The sender that it belongs to: it opens the door for no other. */
  readonly senderId: string;
  /** SHA-256 of the token, 32 bytes. */
  readonly hash: Uint8Array;
  /** Unix milliseconds. */
  readonly issuedAt: number;
}
