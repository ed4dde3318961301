import type { DeliverySettings } from '../deliver/delivery-settings.ts';
import type { ServerLimits } from '../limits.ts';
import type { OAuthOptions } from '../oauth/oauth.ts';
import type { RegistryOptions } from '../served-registries.ts';
import type { SubscriptionSettings } from '../subscriptions/settings.ts';

/** What the server plug-in serves. */
export interface DciServerOptions {
  readonly registries: readonly RegistryOptions[];
  /** Name of the registry type that also answers under `/registry/…`. */
  readonly defaultRegistry?: string;
  /** Default: those of `defaultLimits`. */
  readonly limits?: Partial<ServerLimits>;
  /** Refuse a message that names no receiver; the standard makes `receiver_id` optional. Default false. */
  readonly requireReceiverId?: boolean;
  /** Serves `/oauth2/client/token` for the clients of `dci senders client`. Absent: there is no such endpoint. */
  readonly oauth2?: OAuthOptions;
  /** Default: those of `defaultSubscriptionSettings`. */
  readonly subscriptions?: Partial<SubscriptionSettings>;
  /** How callbacks and notifications are delivered. Default: those of `defaultDeliverySettings`. */
  readonly delivery?: Partial<DeliverySettings>;
}
