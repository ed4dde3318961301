import { DciError, type RegistryType } from 'dci-core';
import { type AccessPolicy, policyActions } from '../access/policy.ts';

/**
 * Scopes of access tokens are `{registry}/{action}`, with the names of a policy: `social/search`, `crvs/subscribe`.
 * A token can only narrow what the policy grants, and the policy is asked again at every request.
 *
 * @param policy - of a sender
 * @returns every scope that it grants
 */
export function scopesOf(policy: AccessPolicy): readonly string[] {
  return Object.entries(policy.registries).flatMap(([registry, { actions }]) =>
    actions.map((action) => `${registry}/${action}`),
  );
}

/**
 * Chooses what a token is for. Read leniently: parts may be joined by `/`, `.` or `:`; `registry/search` of the
 * standard's example means the action in every registry, a registry's name alone all its actions, an action alone that
 * action everywhere. What is not granted is left out (RFC 6749 section 3.3).
 *
 * @param requested - the scope that the client asks for; absent or empty: everything
 * @param granted - what it may have
 * @returns the scopes of the token; none: `invalid_scope`
 */
export function chooseScopes(requested: string | undefined, granted: readonly string[]): readonly string[] {
  const wanted = (requested ?? '').split(/\s+/).filter((scope) => scope !== '');
  if (wanted.length === 0) return granted;
  return granted.filter((scope) => wanted.some((one) => isWanted(scope, one)));
}

function isWanted(scope: string, wanted: string): boolean {
  const [registry = '', action = ''] = scope.split('/');
  const [first = '', second] = wanted.split(/[/.:](.*)/, 2);
  if (second === undefined) return first === registry || first === action;
  return second === action && (first === registry || first === 'registry');
}

/**
 * Tells whether a token is for an operation (reliability.md OA3).
 *
 * @param scopes - of the token
 * @param registry - name of the registry type
 * @param action - the operation, in the words of a policy. Whoever may do one of those may also ask for the status of its
 *   own transactions, end its own subscriptions and send receipts: any scope of the registry is enough for those
 * @returns whether it is
 */
export function coversOperation(scopes: readonly string[], registry: string, action: string): boolean {
  if ((policyActions as readonly string[]).includes(action)) return scopes.includes(`${registry}/${action}`);
  return scopes.some((scope) => scope.startsWith(`${registry}/`));
}

/**
 * Checks the scopes that a client is registered with.
 *
 * @param scopes - as the operator gave them
 * @param registryTypes - the registries of the server
 * @throws DciError `err.configuration.invalid` for one that names no operation of them
 */
export function checkScopes(scopes: readonly string[], registryTypes: readonly RegistryType[]): void {
  const known = registryTypes.flatMap(({ name }) => policyActions.map((action) => `${name}/${action}`));
  const unknown = scopes.find((scope) => !known.includes(scope));
  if (unknown !== undefined) {
    throw new DciError('err.configuration.invalid', `${unknown} is not a scope here; there are ${known.join(', ')}`);
  }
}
