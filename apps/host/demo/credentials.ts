import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { generateKey, isJsonObject, publicKeyOf, type RegistryType, readJson, writePrivateKeyPem } from 'dci-core';
import type { HostContext } from 'dci-host';
import { openSenderRegistry } from 'dci-server';
import { everythingIn } from './policies.ts';
import { demoRegistryTypes } from './registries.ts';

/** Sender id of the demo's one sender: a management information system that asks the registries. */
export const demoSenderId = 'mis.demo.example';

/** Where the demo's sender keeps what it needs. */
export interface DemoCredentials {
  /** JSON for `dci search --credentials`. */
  readonly file: string;
  /** Writes the file once the host's own address is known. */
  write(url: string): void;
}

/** What the demo's sender needs to ask the host and to hear from it. */
export interface StoredCredentials {
  /** Address of the host, without a path. */
  readonly url: string;
  /** The demo host's own id. */
  readonly receiverId: string;
  /** PEM file beside the file with the credentials. */
  readonly keyFile: string;
  readonly keyId: string;
  readonly token: string;
}

/**
 * @param dataDirectory - of the demo host
 * @returns the folder of the demo's own files
 */
export function demoDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'demo');
}

/**
 * Reads what the demo host wrote for its sender.
 *
 * @param dataDirectory - of the demo host
 * @returns the credentials; `undefined` when they are not there, damaged, or of a host that was never listening
 */
export function readDemoCredentials(dataDirectory: string): StoredCredentials | undefined {
  try {
    const { value } = readJson(readFileSync(join(demoDirectory(dataDirectory), 'credentials.json')));
    if (!isJsonObject(value)) return undefined;
    const { url = '', receiverId = '', keyFile, keyId, token } = value;
    if (typeof url !== 'string' || typeof receiverId !== 'string' || typeof keyFile !== 'string') return undefined;
    return typeof keyId === 'string' && typeof token === 'string'
      ? { url, receiverId, keyFile, keyId, token }
      : undefined;
  } catch {
    // Missing or damaged: the demo makes new ones.
    return undefined;
  }
}

/**
 * Registers the demo's sender on the first start, and again when its files are gone. It may do everything. A sender that an
 * older demo registered gets what this one grants.
 *
 * @param context - the host
 * @param types - of the registries that the host serves; absent: all of the demo
 * @returns where the credentials lie
 */
export async function prepareDemoCredentials(
  context: HostContext,
  types: readonly RegistryType[] = demoRegistryTypes,
): Promise<DemoCredentials> {
  const { config, random } = context;
  const everything = everythingIn(types);
  const directory = demoDirectory(config.dataDirectory);
  const file = join(directory, 'credentials.json');
  const keyFile = join(directory, 'sender.pem');
  const senders = await openSenderRegistry(context, types);
  const sender = await senders.find(demoSenderId);
  if (sender !== undefined && !isDeepStrictEqual(sender.policy, everything)) {
    await senders.setPolicy(demoSenderId, everything);
  }
  let stored: Pick<StoredCredentials, 'keyId' | 'token'> | undefined =
    sender === undefined ? undefined : readDemoCredentials(config.dataDirectory);
  if (stored === undefined) {
    const privateKey = await generateKey('ed25519', { random });
    const key = { keyId: `key${(sender?.keys.length ?? 0) + 1}`, publicKey: publicKeyOf(privateKey) };
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(keyFile, await writePrivateKeyPem(privateKey), { mode: 0o600 });
    if (sender === undefined) {
      const added = { senderId: demoSenderId, name: 'Demo ministry', keys: [key], policy: everything };
      const { token } = await senders.add(added, { token: true });
      stored = { keyId: key.keyId, token: token?.token ?? '' };
    } else {
      await senders.addKey(demoSenderId, key);
      stored = { keyId: key.keyId, token: (await senders.issueToken(demoSenderId)).token };
    }
  }
  const { keyId, token } = stored;
  return {
    file,
    write: (url) => {
      const names = { senderId: demoSenderId, receiverId: config.senderId };
      const content = { url, ...names, keyFile: basename(keyFile), keyId, token };
      writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    },
  };
}
