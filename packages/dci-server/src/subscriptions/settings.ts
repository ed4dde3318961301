/** Bounds of subscriptions, notifications and how long they are kept. */
export interface SubscriptionSettings {
  /** Pending and active subscriptions of one sender. Default 100 (protocol.md section 9). */
  readonly maxSubscriptionsPerSender: number;
  /** Days after which a subscription ends that names no end itself. Default 365. */
  readonly subscriptionDays: number;
  /** Events of one notification. Default 100. */
  readonly maxNotifiedEvents: number;
  /** Bytes of the records of one notification; a single larger record is sent by itself. Default 512 KiB. */
  readonly maxNotificationBytes: number;
  /** Milliseconds between two looks at a change feed that does not tell of changes itself. Default 1,000. */
  readonly feedIntervalMs: number;
  /** Days that the record of an event is kept once nothing waits for it (reliability.md SE4). Default 30. */
  readonly eventDays: number;
  /** Days that receipts, references of events and ended subscriptions are kept. Default 180. */
  readonly subscriptionRecordDays: number;
}

/** The settings that hold where none are given. */
export const defaultSubscriptionSettings: SubscriptionSettings = {
  maxSubscriptionsPerSender: 100,
  subscriptionDays: 365,
  maxNotifiedEvents: 100,
  maxNotificationBytes: 512 * 1024,
  feedIntervalMs: 1_000,
  eventDays: 30,
  subscriptionRecordDays: 180,
};
