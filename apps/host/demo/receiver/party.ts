import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DciError,
  type Fetch,
  formatTimestamp,
  type JsonObject,
  readPrivateKey,
  remoteJwks,
  type SigningKey,
  signEnvelope,
  type VerificationKey,
} from 'dci-core';
import type { CliContext, HostContext } from 'dci-host';
import { demoDirectory, demoSenderId, readDemoCredentials } from '../credentials.ts';

/** What a message is sent with. */
export interface DemoRequest {
  /** Below the registry, for example `subscribe` or `sync/receipt`. */
  readonly path: string;
  /** Name of the registry type; also its short path. */
  readonly registry: string;
  readonly action: string;
  readonly message: JsonObject;
  /** Number of items in the message. */
  readonly count: number;
  /** Where callbacks go. */
  readonly senderUri?: string;
}

/** What came back. */
export interface DemoReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** The demo's sender, as the party that asks the demo host and hears from it. */
export interface DemoParty extends Pick<CliContext, 'clock' | 'random' | 'crypto'> {
  readonly senderId: string;
  /** The demo host's own id. */
  readonly receiverId: string;
  /** Address of the demo host. */
  readonly url: string;
  /**
   * @param keyId - the key that a signature names
   * @returns the demo host's keys, from its JWKS
   */
  keys(keyId: string | undefined): Promise<readonly VerificationKey[]>;
  /**
   * Signs a message and sends it.
   *
   * @param request - the message
   * @param signal - gives up
   * @returns the answer, whatever its status
   * @throws DciError `err.service.unavailable` when the host does not answer
   */
  send(request: DemoRequest, signal: AbortSignal): Promise<DemoReply>;
}

const host = 'the demo host';

/**
 * Makes the party from what a demo host wrote when it started.
 *
 * @param context - the running command
 * @param state - state of the demo host
 * @returns the party; nothing is sent yet
 * @throws DciError `err.request.bad` when no demo host was started with this data directory
 */
export async function openDemoParty(context: CliContext, { config }: Pick<HostContext, 'config'>): Promise<DemoParty> {
  const credentials = readDemoCredentials(config.dataDirectory);
  if (credentials === undefined || credentials.url === '' || credentials.receiverId === '') {
    throw new DciError('err.request.bad', `${host} has not been started with this data directory: run npm start first`);
  }
  const { url, receiverId, keyFile, keyId, token } = credentials;
  const { clock, random, crypto, fetch } = context;
  const privateKey = await readPrivateKey(readFileSync(join(demoDirectory(config.dataDirectory), keyFile)));
  const key: SigningKey = { senderId: demoSenderId, keyId, privateKey };
  const jwks = remoteJwks({ url: `${url}/.well-known/jwks.json`, senderId: receiverId, clock, fetch });
  return {
    ...{ clock, random, crypto, receiverId, url },
    senderId: demoSenderId,
    keys: (named) => jwks.keys(named === undefined ? {} : { keyId: named }),
    send: async ({ path, registry, action, message, count, senderUri }, signal) => {
      const header = {
        version: '1.0.0',
        message_id: random.uuid(),
        message_ts: formatTimestamp(clock.now()),
        action,
        sender_id: demoSenderId,
        ...(senderUri !== undefined && { sender_uri: senderUri }),
        receiver_id: receiverId,
        total_count: count,
        is_msg_encrypted: false,
      };
      const { text } = await signEnvelope({ header, message, key, crypto, clock });
      return post(fetch, `${url}${config.basePath}/${registry}/registry/${path}`, { token, text, signal });
    },
  };
}

async function post(
  fetch: Fetch,
  url: string,
  { token, text, signal }: { readonly token: string; readonly text: string; readonly signal: AbortSignal },
): Promise<DemoReply> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: text,
      redirect: 'error',
      signal,
    });
    return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
  } catch (cause) {
    signal.throwIfAborted();
    throw new DciError('err.service.unavailable', `${host} does not answer at ${new URL(url).origin}: is it running?`, {
      cause,
    });
  }
}
