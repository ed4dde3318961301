import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { generateKey, isJsonObject, publicKeyOf, readJson, writePrivateKeyPem } from 'dci-core';
import type { HostContext } from 'dci-host';
import { type AccessPolicy, openSenderRegistry } from 'dci-server';
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

const everything: AccessPolicy = {
  registries: {
    social: {
      actions: ['search'],
      recordTypes: { Person: { fields: ['**'] }, Member: { fields: ['**'] }, Group: { fields: ['**'] } },
    },
    fr: { actions: ['search'], recordTypes: { Farmer: { fields: ['**'] } } },
  },
};

interface StoredCredentials {
  readonly keyId: string;
  readonly token: string;
}

function readStored(file: string): StoredCredentials | undefined {
  try {
    const { value } = readJson(readFileSync(file));
    if (isJsonObject(value) && typeof value.keyId === 'string' && typeof value.token === 'string') {
      return { keyId: value.keyId, token: value.token };
    }
  } catch {
    // Missing or damaged: the demo makes new ones.
  }
  return undefined;
}

/**
 * Registers the demo's sender on the first start, and again when its files are gone.
 *
 * @param context - the host
 * @returns where the credentials lie
 */
export async function prepareDemoCredentials(context: HostContext): Promise<DemoCredentials> {
  const { config, random } = context;
  const directory = join(config.dataDirectory, 'demo');
  const file = join(directory, 'credentials.json');
  const keyFile = join(directory, 'sender.pem');
  const senders = await openSenderRegistry(context, demoRegistryTypes);
  const sender = await senders.find(demoSenderId);
  let stored = sender === undefined ? undefined : readStored(file);
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
      const content = { url, senderId: demoSenderId, keyFile: basename(keyFile), keyId, token };
      writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    },
  };
}
