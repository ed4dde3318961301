import { type ChildProcess, execFile, spawn } from 'node:child_process';
import nodeCrypto from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  createNodeCryptoProvider,
  createRandom,
  formatTimestamp,
  generateKey,
  isJsonObject,
  type JsonObject,
  type PrivateKey,
  publicKeyOf,
  readJson,
  signEnvelope,
  systemClock,
  writePublicKeyPem,
} from 'dci-core';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const configFile = fileURLToPath(new URL('dci.config.ts', import.meta.url));
const nodeArguments = ['--conditions=dci-source', '--disable-warning=ExperimentalWarning', main];
const crypto = createNodeCryptoProvider(nodeCrypto);
const random = createRandom(nodeCrypto.webcrypto);

const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env;
const env = { PATH, HOME, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };

/** A host in a process of its own. */
export interface ResilientHost {
  readonly url: string;
  readonly process: ChildProcess;
  output(): string;
  /** @param signal - SIGTERM when absent */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** A registered party of the host. */
export interface Party {
  readonly senderId: string;
  readonly key: PrivateKey;
  readonly token: string;
}

/** What a call came to: absent when the host was not there. */
export interface CallResult {
  readonly status: number;
  readonly body: JsonObject;
}

/**
 * Runs a `dci` command on a data directory.
 *
 * @param dataDirectory - the host's state
 * @param args - words after `dci`
 * @param config - configuration file
 * @returns standard output
 */
export function command(dataDirectory: string, args: readonly string[], config = configFile): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...nodeArguments, ...args, '--config', config, '--data', dataDirectory],
      { env, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`dci ${args.join(' ')}: ${stdout}${stderr}`)),
    );
  });
}

/**
 * Registers a party that may search and subscribe.
 *
 * @param dataDirectory - the host's state; no host needs to run
 * @returns the party
 */
export async function registerParty(dataDirectory: string, senderId = 'mis.example.org'): Promise<Party> {
  const key = await generateKey('ed25519', { random });
  const keyFile = join(dataDirectory, `${senderId}.pem`);
  const policyFile = join(dataDirectory, `${senderId}.policy.json`);
  writeFileSync(keyFile, await writePublicKeyPem(publicKeyOf(key)));
  const recordTypes = { Person: { fields: ['**'] } };
  const policy = { registries: { social: { actions: ['search', 'subscribe'], events: ['*'], recordTypes } } };
  writeFileSync(policyFile, JSON.stringify(policy));
  const printed = await command(dataDirectory, [
    ...['senders', 'add', senderId, '--key', keyFile, '--key-id', 'key1', '--policy', policyFile, '--token', '--json'],
  ]);
  const { value } = readJson(printed);
  if (!isJsonObject(value) || typeof value.token !== 'string') throw new Error(`no token: ${printed}`);
  return { senderId, key, token: value.token };
}

/**
 * Starts a host.
 *
 * @param dataDirectory - its state
 * @param config - configuration file
 * @returns the host, listening
 */
export async function startHost(dataDirectory: string, config = configFile): Promise<ResilientHost> {
  const child = spawn(
    process.execPath,
    [...nodeArguments, 'start', '--port', '0', '--config', config, '--data', dataDirectory],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let printed = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const collect = (chunk: Buffer): void => {
      printed += chunk.toString('utf8');
      const ready = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    void ended.then(() => reject(new Error(`the host ended:\n${printed}`)));
  });
  return {
    url,
    process: child,
    output: () => printed,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}

/** A message that is ready to be sent; sent again, it is the same message. */
export interface PreparedCall {
  readonly action: 'search' | 'subscribe' | 'unsubscribe';
  readonly body: string;
  readonly transactionId: string;
}

/**
 * Signs a message to the host.
 *
 * @param party - who sends
 * @param action - last part of the path
 * @param message - beside the transaction id
 * @param senderUri - where the callback goes
 * @param totalCount - items
 * @returns the call
 */
export async function prepareCall(
  party: Party,
  action: PreparedCall['action'],
  message: JsonObject,
  senderUri: string,
  totalCount = 1,
): Promise<PreparedCall> {
  const transactionId = random.uuid();
  const { text } = await signEnvelope({
    header: {
      version: '1.0.0',
      message_id: random.uuid(),
      message_ts: formatTimestamp(Date.now()),
      action,
      sender_id: party.senderId,
      sender_uri: senderUri,
      receiver_id: 'registry.example.org',
      total_count: totalCount,
      is_msg_encrypted: false,
    },
    message: { transaction_id: transactionId, ...message },
    key: { senderId: party.senderId, keyId: 'key1', privateKey: party.key },
    crypto,
    clock: systemClock,
  });
  return { action, body: text, transactionId };
}

/** @returns an asynchronous search for one identifier */
export function searchCall(party: Party, identifier: string, senderUri: string): Promise<PreparedCall> {
  const item = {
    reference_id: random.uuid(),
    timestamp: formatTimestamp(Date.now()),
    search_criteria: { query_type: 'idtype-value', query: { type: 'UIN', value: identifier } },
  };
  return prepareCall(party, 'search', { search_request: [item] }, senderUri);
}

/** @returns a subscription to new persons */
export function subscribeCall(party: Party, senderUri: string): Promise<PreparedCall> {
  const item = {
    reference_id: random.uuid(),
    timestamp: formatTimestamp(Date.now()),
    subscribe_criteria: {
      reg_event_type: 'REGISTER',
      filter_type: 'predicate',
      filter: 'person.sex == "female"',
      notify_record_type: 'Person',
    },
  };
  return prepareCall(party, 'subscribe', { subscribe_request: [item] }, senderUri);
}

/**
 * Sends a call.
 *
 * @returns the answer; `undefined` when there was none
 */
export async function send(url: string, party: Party, call: PreparedCall): Promise<CallResult | undefined> {
  try {
    const response = await fetch(`${url}/dci_api/v1/social/registry/${call.action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${party.token}` },
      body: call.body,
    });
    const { value } = readJson(await response.text());
    return { status: response.status, body: isJsonObject(value) ? value : {} };
  } catch {
    return undefined;
  }
}

/** @returns the correlation id of an acknowledgement */
export function correlationOf({ body }: CallResult): string {
  const { message } = body;
  if (!isJsonObject(message) || typeof message.correlation_id !== 'string') throw new Error('no correlation id');
  return message.correlation_id;
}
