import type { JsonObject, KeyState, PublicKey, SignatureSchemeName } from 'dci-core';
import { customType, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { AccessPolicy } from '../../access/policy.ts';
import type { DialectName, Sender, SenderState } from '../../senders/sender.ts';

// What drizzle has to know to write queries. The tables are made by migrations.ts, which alone has their checks,
// references and indexes; tables.test.ts compares the two.

/** Bytes, read as a plain `Uint8Array`; drizzle's own blob column would give out a Node `Buffer`. */
const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'blob',
  fromDriver: (value) => new Uint8Array(value),
});

/** The registered senders, without their keys. */
export const senderTable = sqliteTable('dci_server_sender', {
  senderId: text('sender_id').primaryKey(),
  name: text('name'),
  state: text('state').$type<SenderState>().notNull(),
  dialect: text('dialect').$type<DialectName>().notNull(),
  schemes: text('schemes', { mode: 'json' }).$type<readonly SignatureSchemeName[]>().notNull(),
  jwksUrl: text('jwks_url'),
  callbackBase: text('callback_base'),
  policy: text('policy', { mode: 'json' }).$type<AccessPolicy>().notNull(),
  callbackHosts: text('callback_hosts', { mode: 'json' }).$type<readonly string[]>(),
  /** Sealed. */
  callbackCredential: bytes('callback_credential'),
  encryptionKey: text('encryption_key', { mode: 'json' }).$type<JsonObject>(),
  subscriptionApproval: text('subscription_approval').$type<NonNullable<Sender['subscriptionApproval']>>(),
});

/** The registered public keys of the senders, in the order in which they were given. */
export const senderKeyTable = sqliteTable(
  'dci_server_sender_key',
  {
    senderId: text('sender_id').notNull(),
    position: integer('position').notNull(),
    keyId: text('key_id'),
    algorithm: text('algorithm').$type<PublicKey['algorithm']>().notNull(),
    publicJwk: text('public_jwk', { mode: 'json' }).$type<PublicKey['jwk']>().notNull(),
    state: text('state').$type<KeyState>().notNull(),
    /** Unix seconds. */
    notBefore: integer('not_before'),
    /** Unix seconds. */
    notAfter: integer('not_after'),
  },
  (table) => [primaryKey({ columns: [table.senderId, table.position] })],
);

/** The bearer tokens that were issued to the senders, by their SHA-256. */
export const senderTokenTable = sqliteTable('dci_server_sender_token', {
  hash: bytes('hash').primaryKey(),
  tokenId: text('token_id').notNull(),
  senderId: text('sender_id').notNull(),
  /** Unix milliseconds. */
  issuedAt: integer('issued_at').notNull(),
});

/** One row, whose number grows with every change of a sender or token. */
export const senderRevisionTable = sqliteTable('dci_server_sender_revision', {
  id: integer('id').primaryKey(),
  revision: integer('revision').notNull(),
});

/** The points that the senders have used of their daily quotas. */
export const quotaUsageTable = sqliteTable('dci_server_quota_usage', {
  senderId: text('sender_id').primaryKey(),
  points: integer('points').notNull(),
  /** Unix milliseconds. */
  expiresAt: integer('expires_at').notNull(),
});
