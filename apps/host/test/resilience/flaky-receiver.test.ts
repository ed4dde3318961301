import nodeCrypto from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  createNodeCryptoProvider,
  formatTimestamp,
  generateKey,
  type JsonObject,
  publicKeyOf,
  readJson,
  readJwks,
  social,
  verifyEnvelope,
} from 'dci-core';
import { createTestHost, fixedClock } from 'dci-host/testing';
import { openSenderRegistry } from 'dci-server';
import { afterAll, expect, test } from 'vitest';
import { config } from './flaky-receiver.config.ts';
import { type Attempt, type Letter, startFlakyReceiver, treatments } from './flaky-receiver.fixtures.ts';
import { deliveryDelaysMs, jitter, pageSize } from './flaky-schedule.fixtures.ts';
import { command, correlationOf, type Party, prepareCall, send, startHost } from './resilient-host.fixtures.ts';
import { openRegistry, person } from './traffic.fixtures.ts';

const directory = mkdtempSync(join(tmpdir(), 'dci-flaky-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const configFile = fileURLToPath(new URL('flaky-receiver.config.ts', import.meta.url));
const crypto = createNodeCryptoProvider(nodeCrypto);
const count = Number(process.env.DCI_TEST_SEARCHES ?? 300);
const seed = process.env.DCI_TEST_SEED ?? '1';
const persons = 50;
/** Each has a breaker of its own. */
const partyCount = 10;

/** Every twentieth search finds everybody: its answer takes several callbacks. */
const isLong = (number: number): boolean => number % 20 === 0;
const callbacksOf = (number: number): number => (isLong(number) ? Math.ceil(persons / pageSize) : 1);
const nameOf = (number: number): string => `t${number}`;
const everybody = { query_type: 'expression', query: { seq: [{ attribute: 'sex', operator: '=', value: 'female' }] } };
const one = (number: number) => ({
  query_type: 'idtype-value',
  query: { type: 'UIN', value: `${(number % persons) + 1}` },
});

// reliability.md G9, WH1 to WH3.
test(`${count} searches against a receiver that fails half of its calls: each callback is delivered once`, async () => {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const stalled = new Set([0.25, 0.5, 0.75].map((part) => nameOf(Math.floor(count * part) + 1)));
  await using receiver = await startFlakyReceiver(seed, stalled);
  const registry = openRegistry(directory);
  await registry.import(
    'Person',
    Array.from({ length: persons }, (_, index) => person(`${index + 1}`)),
  );
  await registry.close();
  const parties = await registerParties();
  const host = await startHost(directory, configFile);
  const keys = readJwks(await (await fetch(`${host.url}/.well-known/jwks.json`)).text(), {
    senderId: 'registry.example.org',
  });
  const startedAt = Date.now();
  const correlations = new Map<string, string>();
  const waiting = [...numbers];
  const sendAll = async (): Promise<void> => {
    for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
      const item = {
        reference_id: `r${number}`,
        timestamp: formatTimestamp(Date.now()),
        search_criteria: isLong(number) ? everybody : one(number),
      };
      const name = nameOf(number);
      const party = partyOf(parties, number);
      const call = await prepareCall(party, 'search', { search_request: [item] }, receiver.addressOf(name));
      const answer = await send(host.url, party, call);
      expect([answer?.status, answer?.body]).toEqual([202, expect.anything()]);
      if (answer !== undefined) correlations.set(name, correlationOf(answer));
    }
  };
  await Promise.all(Array.from({ length: 16 }, sendAll));
  const acknowledgedAt = Date.now();
  const expected = numbers.reduce((sum, number) => sum + callbacksOf(number), 0);
  await receiver.until(expected, 150_000);
  const deliveredAt = Date.now();
  await host.end();
  const left = await Promise.all(
    ['pending', 'dead'].map((state) =>
      command(directory, ['messages', 'list', '--state', state, '--json'], configFile),
    ),
  );
  const { attempts } = receiver;
  const byTreatment = treatments.map((each) => `${each} ${attempts.filter((a) => a.treatment === each).length}`);
  process.stdout.write(
    `seed ${seed}: ${count} searches, ${expected} callbacks, ${attempts.length} attempts (${byTreatment.join(', ')}); ` +
      `most for one message ${mostAttempts(attempts)}; acknowledged in ${acknowledgedAt - startedAt} ms, ` +
      `delivered in ${deliveredAt - startedAt} ms; connections at redirect targets ${receiver.redirected()}\n`,
  );

  expect(left.map((text) => readJson(text).value)).toEqual([[], []]);
  expect(receiver.redirected()).toBe(0);
  expect(receiver.confirmed.size).toBe(expected);
  const byName = Map.groupBy(attempts, ({ name }) => name);
  const faults: string[] = [];
  for (const number of numbers) {
    const name = nameOf(number);
    const calls = byName.get(name) ?? [];
    const correlationId = correlations.get(name) ?? '';
    faults.push(...faultsOf(calls, callbacksOf(number), correlationId).map((fault) => `${name}: ${fault}`));
  }
  for (const { at, letter } of attempts) {
    if (letter === undefined) continue;
    const verification = await verifyEnvelope({
      document: readJson(letter.text),
      keys,
      senderId: 'registry.example.org',
      schemes: ['dci'],
      crypto,
      clock: fixedClock(at),
    });
    if (!verification.valid) faults.push(`${letter.messageId}: the signature does not verify`);
  }
  expect(faults).toEqual([]);
  for (const treatment of treatments) expect(byTreatment).not.toContain(`${treatment} 0`);
}, 300_000);

async function registerParties(): Promise<readonly Party[]> {
  await using host = await createTestHost({ ...config, dataDirectory: directory });
  const senders = await openSenderRegistry(host.context, [social]);
  const parties: Party[] = [];
  for (let index = 0; index < partyCount; index += 1) {
    const senderId = `mis-${index}.example.org`;
    const key = await generateKey('ed25519', { random: host.context.random });
    const policy = { registries: { social: { actions: ['search'], recordTypes: { Person: { fields: ['**'] } } } } };
    const keys = [{ keyId: 'key1', publicKey: publicKeyOf(key) }];
    const { token } = await senders.add({ senderId, keys, policy }, { token: true });
    if (token === undefined) throw new Error('no token was issued');
    parties.push({ senderId, key, token: token.token });
  }
  return parties;
}

function partyOf(parties: readonly Party[], number: number): Party {
  const party = parties[number % parties.length];
  if (party === undefined) throw new Error('there are no parties');
  return party;
}

/** Checks all calls of one transaction. @returns what is wrong */
function faultsOf(calls: readonly Attempt[], callbacks: number, correlationId: string): readonly string[] {
  const faults: string[] = [];
  const messageIds = [...new Set(calls.flatMap(({ letter }) => letter?.messageId ?? []))];
  if (messageIds.length !== callbacks) faults.push(`${messageIds.length} message ids for ${callbacks} callbacks`);
  const completions: JsonObject[] = [];
  let call = 0;
  for (const [position, messageId] of messageIds.entries()) {
    // A callback begins when the one before is confirmed: a call that was not read belongs to the one under way.
    const end = calls.findIndex(
      ({ treatment, letter }, index) =>
        index >= call && letter?.messageId === messageId && (treatment === 'accepted' || treatment === 'slow'),
    );
    if (end < 0) {
      faults.push(`callback ${position} was never accepted`);
      return faults;
    }
    const own = calls.slice(call, end + 1);
    call = end + 1;
    const letters = own.flatMap(({ letter }) => letter ?? []);
    if (letters.some((letter) => letter.messageId !== messageId)) faults.push(`callback ${position}: out of sequence`);
    if (new Set(letters.map(({ content }) => content)).size !== 1) faults.push(`callback ${position}: two contents`);
    if (letters.some(({ message }) => message.correlation_id !== correlationId)) faults.push('another correlation id');
    faults.push(...timeFaults(own).map((fault) => `callback ${position}: ${fault}`));
    const [first] = letters;
    if (first !== undefined) completions.push(first.header);
  }
  if (call !== calls.length) faults.push(`${calls.length - call} calls after it was accepted`);
  const states = completions.map(({ status }) => status);
  const expected = Array.from({ length: callbacks }, (_, index) => (index === callbacks - 1 ? 'succ' : 'pdng'));
  if (states.join() !== expected.join()) faults.push(`states ${states.join()}`);
  return faults;
}

/** The attempts of one message: no sooner than the schedule allows, each signed after the one before. */
function timeFaults(own: readonly Attempt[]): readonly string[] {
  const faults: string[] = [];
  for (const [index, { at, letter }] of own.entries()) {
    const before = own[index - 1];
    if (before === undefined) continue;
    const least = Math.max(
      (deliveryDelaysMs[index - 1] ?? 0) * (1 - jitter),
      before.treatment === 'busy_503' ? 100 : 0,
    );
    // Clocks of two processes are read in whole milliseconds.
    if (at - before.at < least - 2) faults.push(`attempt ${index + 1} after ${at - before.at} ms, not ${least}`);
    if (letter !== undefined && createdOf(letter) < Math.floor(before.at / 1000)) {
      faults.push(`attempt ${index + 1} was signed before attempt ${index}`);
    }
  }
  return faults;
}

function createdOf({ text }: Letter): number {
  return Number(/created=\\"(\d+)\\"/.exec(text)?.[1]);
}

function mostAttempts(attempts: readonly Attempt[]): number {
  const counts = Map.groupBy(attempts, ({ letter }) => letter?.messageId);
  counts.delete(undefined);
  return Math.max(...[...counts.values()].map((each) => each.length));
}
