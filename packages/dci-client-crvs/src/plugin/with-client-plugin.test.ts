import { dciClient } from 'dci-client/plugin';
import {
  crvs as civil,
  formatTimestamp,
  type JsonObject,
  signEnvelope,
  systemClock,
  writePrivateKeyPem,
} from 'dci-core';
import { createTestHost, manualClock, runCommand, type TestHost, temporaryDirectory } from 'dci-host/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  CLIENT_ID,
  crypto,
  REGISTRY_ID,
  type ReceivedRequest,
  random,
  registryForTests,
} from '../../../dci-client/src/registry.fixtures.ts';
import { lucia, luciaWith } from '../client.fixtures.ts';
import { crvs } from '../plugin.ts';
import { notingSink } from '../sink/sink.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const directory = temporaryDirectory();
afterAll(() => directory.remove());

async function composed() {
  const { baseUrl, clientKey } = registry.current;
  const client = dciClient({
    callbackBase: 'http://127.0.0.1:9/dci_api/v1',
    sources: [
      {
        ...{ code: 'crvs_main', registry: 'crvs', baseUrl, receiverId: REGISTRY_ID },
        ...{ key: 'env:MIS_KEY', keyId: 'key1' },
      },
    ],
  });
  const sink = notingSink();
  const plugin = crvs({ client, source: 'crvs_main', sink, subscribe: { eventTypes: ['Death'] } });
  const config = {
    ...{ senderId: CLIENT_ID, dataDirectory: directory.path, plugins: [client, plugin] },
    development: { allowHttpCallbacks: true, allowInternalCallbackIps: true },
  };
  return { plugin, sink, config, env: { MIS_KEY: await writePrivateKeyPem(clientKey) } };
}

/** What the registry sends later, signed, to where the request said. */
async function callBack(
  host: TestHost,
  request: ReceivedRequest,
  action: 'on-subscribe' | 'notify',
  message: JsonObject,
  messageId = random.uuid(),
): Promise<Response> {
  const header = {
    ...{ version: '1.0.0', message_id: messageId, message_ts: formatTimestamp(systemClock.now()), action },
    ...{ status: 'succ', total_count: 1, completed_count: 1, is_msg_encrypted: false },
    ...{ sender_id: REGISTRY_ID, receiver_id: CLIENT_ID },
  };
  const { text } = await signEnvelope({
    ...{ header, message, key: registry.current.key, scheme: 'dci', crypto, clock: systemClock },
  });
  // The address ends in the action of the first callback; another replaces it (protocol.md section 6).
  const url = String(request.header.sender_uri).replace(/[^/]+$/, action);
  return await host.fetch(
    new Request(url, { method: 'POST', body: text, headers: { 'content-type': 'application/json' } }),
  );
}

it('subscribes, takes a notified death to the sink once, and answers commands beside it', async () => {
  const { plugin, sink, config, env } = await composed();
  const asked = new Promise<ReceivedRequest>((resolve) => {
    registry.current.behave({
      answer: (response, request) => {
        const ack = { ack_status: 'ACK', timestamp: formatTimestamp(systemClock.now()), correlation_id: random.uuid() };
        response.writeHead(202, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: ack }));
        resolve(request);
      },
    });
  });
  const clock = manualClock(systemClock.now());
  await using host = await createTestHost({ ...config, env, clock });
  await host.listen();
  await host.runJobs();
  const request = await asked;
  const [item] = request.message.subscribe_request as readonly JsonObject[];
  const timestamp = formatTimestamp(systemClock.now());
  const answer = await callBack(host, request, 'on-subscribe', {
    ...{ transaction_id: request.message.transaction_id, correlation_id: random.uuid() },
    subscribe_response: [
      {
        ...{ reference_id: item?.reference_id, timestamp, status: 'succ' },
        subscriptions: [{ code: 'SUB-1', status: 'subscribe', timestamp }],
      },
    ],
  });
  expect(answer.status).toBe(202);
  clock.advance(1_000);
  await host.runJobs();
  expect(registry.current.requests).toHaveLength(1);

  const event = {
    ...{ reference_id: 'event-1', timestamp },
    data: {
      ...{ version: '1.0.0', reg_type: civil.code, reg_event_type: 'Death', reg_record_type: 'Person' },
      reg_records: luciaWith({ death_date: '2024-12-24', '@type': 'CRVS_Person' }),
    },
  };
  const notification = { transaction_id: random.uuid(), subscription_code: 'SUB-1', notify_event: [event] };
  const messageId = random.uuid();
  for (const each of [messageId, messageId, random.uuid()]) {
    expect((await callBack(host, request, 'notify', notification, each)).status).toBe(202);
    await host.runJobs();
  }
  expect(sink.calls).toMatchObject([{ method: 'applyDeath', event: { date: '2024-12-24', source: 'crvs_main' } }]);
  expect(await plugin.log().list({})).toMatchObject([
    { type: 'Death', state: 'processed', content: { notification: { subscriptionCode: 'SUB-1' } } },
  ]);

  registry.current.behave({
    change: ({ header, message }) => ({
      header,
      message: {
        ...message,
        search_response: (message.search_response as readonly JsonObject[]).map((each) => ({
          ...each,
          data: { reg_type: civil.code, reg_record_type: 'Person', reg_records: [lucia] },
        })),
      },
    }),
  });
  const other = await composed();
  const { code, stdout, stderr } = await runCommand(
    ['crvs', 'verify-birth', 'UIN:1234567897', '--name', 'Lucia Nunez'],
    {
      ...{ config: other.config, env },
    },
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) });
  expect(stdout).toContain(`signature valid (${REGISTRY_ID}, key key1, ed25519)`);
});
