import type { Clock, Fetch } from 'dci-core';
import type { Authorization } from '../data-source.ts';
import type { AuthorizationSettings, SettingsSecret } from '../data-source-settings.ts';
import { type ReadSecret, secretAt } from '../settings/secret.ts';
import { oauth2Authorization } from './oauth2.ts';
import {
  basicAuthorization,
  basicHeader,
  bearerAuthorization,
  bearerHeader,
  noAuthorization,
} from './secret-header.ts';

/** What an authorization is made with. */
export interface AuthorizationPorts {
  readonly readSecret: ReadSecret;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/**
 * Makes the authorization that settings describe. Its secrets are read once to see that they are there, and again when a
 * registry or a token endpoint refuses them.
 *
 * @param settings - kind and credentials
 * @param ports - secrets, fetch and clock
 * @returns the authorization; no token is fetched yet
 * @throws DciError `err.configuration.invalid` with the path of a secret that cannot be read or used
 */
export async function createAuthorization(
  settings: AuthorizationSettings,
  { readSecret, fetch, clock }: AuthorizationPorts,
): Promise<Authorization> {
  const secretOf = (member: string, reference: SettingsSecret) => () =>
    secretAt(`authorization.${member}`, reference, readSecret);
  if (settings.kind === 'none') return noAuthorization();
  if (settings.kind === 'bearer') {
    const secret = secretOf('token', settings.token);
    bearerHeader(await secret());
    return bearerAuthorization({ secret, clock });
  }
  if (settings.kind === 'basic') {
    const { user } = settings;
    const secret = secretOf('password', settings.password);
    basicHeader(user, await secret());
    return basicAuthorization({ user, secret, clock });
  }
  const { kind: _, clientSecret: reference, ...rest } = settings;
  const clientSecret = secretOf('clientSecret', reference);
  await clientSecret();
  return oauth2Authorization({ ...rest, clientSecret, fetch, clock });
}
