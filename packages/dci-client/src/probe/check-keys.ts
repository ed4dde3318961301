import type { Fetch } from 'dci-core';
import { isJsonObject, parseKid, readEncryptionJwks, readJson, readJwks } from 'dci-core';
import type { ResolvedDataSource } from '../data-source.ts';
import { withinDeadline } from '../deadline.ts';
import { clientFailure } from '../failure.ts';
import { callHttp } from '../http.ts';
import { explainFailure } from './explain-failure.ts';
import type { ProbeCheck } from './report.ts';

/** What was found out about the keys of a registry. */
export interface KeyFindings {
  /** `keys` and `encryption`. */
  readonly checks: readonly ProbeCheck[];
  /** Id of the registry, where it is set or its key set tells. */
  readonly peerId: string | undefined;
  /** Whether the key set was asked for and nobody answered. */
  readonly isUnanswered?: boolean;
}

const LONGEST_SECONDS = 10;
const MAX_JWKS_BYTES = 65_536;
const registeredHint = 'Check peerKeys, or register the key of the registry there.';

/**
 * Looks at the keys with which replies are verified (protocol.md section 3) and to which messages are encrypted.
 *
 * @param source - the data source
 * @param fetch - fetches the key set
 * @param signal - ends it
 * @returns the checks, and who the registry is
 */
export async function checkKeys(source: ResolvedDataSource, fetch: Fetch, signal: AbortSignal): Promise<KeyFindings> {
  const { peerKeys, receiverId } = source;
  if ('keys' in peerKeys) {
    const active = peerKeys.keys.filter(({ state }) => state === 'active' || state === 'retiring');
    const isUsable = active.length > 0;
    const keys: ProbeCheck = isUsable
      ? { name: 'keys', status: 'ok', text: `Keys are registered: ${active.length}.` }
      : { name: 'keys', status: 'failed', text: 'No registered key is active.', hint: registeredHint };
    return { checks: [keys, encryptionCheck(source, () => [])], peerId: receiverId };
  }
  const failed = (text: string, hint = registeredHint): KeyFindings => ({
    checks: [{ name: 'keys', status: 'failed', text, hint }, encryptionCheck(source, () => [])],
    peerId: receiverId,
  });
  const url = peerKeys.jwksUrl;
  try {
    const init = { headers: { accept: 'application/jwk-set+json, application/json' } };
    const { status, body } = await withinDeadline(LONGEST_SECONDS, signal, (limited) =>
      callHttp({ fetch, url, init, maxBytes: MAX_JWKS_BYTES, signal: limited }),
    );
    if (status !== 200) return failed(`The key set is answered with HTTP status ${status}.`);
    return judgeKeySet(new TextDecoder().decode(body), source);
  } catch (error) {
    signal.throwIfAborted();
    const { text, hint } = explainFailure(error);
    const kind = clientFailure(error)?.kind;
    const isUnanswered = kind === 'unreachable' || kind === 'timeout';
    return { ...failed(`The key set cannot be fetched. ${text}`, hint), isUnanswered };
  }
}

function judgeKeySet(text: string, source: ResolvedDataSource): KeyFindings {
  const { receiverId, schemes } = source;
  const whose = receiverId === undefined ? {} : { senderId: receiverId };
  const kids = kidsOf(text);
  const senders = new Set(kids.flatMap((kid) => parseKid(kid)?.senderId ?? []));
  const [only] = senders;
  const peerId = receiverId ?? (senders.size === 1 ? only : undefined);
  const of = peerId !== undefined && /^[\x21-\x7e]{1,99}$/.test(peerId) ? ` of ${peerId}` : '';
  const judge = (): ProbeCheck => {
    const fault = (fault: string, hint: string): ProbeCheck => ({ name: 'keys', status: 'failed', text: fault, hint });
    const count = attempt(() => readJwks(text, whose).length);
    if (typeof count === 'string')
      return fault(`The key set cannot be used. ${count}`, 'The registry must correct its key set.');
    if (receiverId !== undefined && senders.size > 0 && !senders.has(receiverId)) {
      return fault('The key set is that of another party than receiverId.', 'Check receiverId and baseUrl.');
    }
    if (count === 0) return fault(`The key set has no key for signatures${of}.`, registeredHint);
    if (peerId === undefined) {
      const number = senders.size === 0 ? 'no party' : 'several parties';
      return fault(`The key set names ${number} as its owner.`, 'Set receiverId to the id of the registry.');
    }
    const unnamed = kids.filter((kid) => parseKid(kid) === undefined).length;
    if (unnamed > 0 && schemes.some((scheme) => scheme.startsWith('dci'))) {
      const form = 'The key set has names of keys that are not of the form {sender_id}|{key_id}|{alg}.';
      return {
        name: 'keys',
        status: 'warning',
        text: form,
        hint: 'Signatures may name keys that are not found: see the search.',
      };
    }
    return { name: 'keys', status: 'ok', text: `The key set has keys for signatures${of}: ${count}.` };
  };
  return { checks: [judge(), encryptionCheck(source, () => readEncryptionJwks(text, whose))], peerId };
}

function encryptionCheck(
  { encrypt, encryptionKey }: ResolvedDataSource,
  published: () => readonly unknown[],
): ProbeCheck {
  const name = 'encryption';
  if (!encrypt) return { name, status: 'skipped', text: 'Messages are not encrypted.' };
  if (encryptionKey !== undefined) return { name, status: 'ok', text: 'A key for encryption is registered.' };
  const count = attempt(() => published().length);
  if (typeof count === 'number' && count > 0) {
    return { name, status: 'ok', text: `The key set has keys for encryption: ${count}.` };
  }
  const reason = typeof count === 'string' ? ` ${count}` : '';
  const hint = 'Set encryptionKey, or let the registry publish one.';
  return { name, status: 'failed', text: `There is no key to encrypt to.${reason}`, hint };
}

function kidsOf(text: string): readonly string[] {
  const value = attempt(() => readJson(text).value);
  const keys = isJsonObject(value) ? value.keys : undefined;
  if (!Array.isArray(keys)) return [];
  return keys.flatMap((key) => (isJsonObject(key) && typeof key.kid === 'string' ? [key.kid] : []));
}

/** What a reader of dci-core returns, or why it refuses: its texts repeat nothing. */
function attempt<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    return explainFailure(error).text;
  }
}
