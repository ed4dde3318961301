import { social } from 'dci-core';
import { manualClock, temporaryDirectory } from 'dci-host/testing';
import { expect, it } from 'vitest';
import type { AccessPolicy } from './access/policy.ts';
import { memoryAdapter } from './adapters/memory-adapter.ts';
import { claimSeconds } from './receive/claim.ts';
import { socialPersons } from './records.fixtures.ts';
import { grantAll, startTestServer, startTime, type TestPeer, type TestServer } from './server.fixtures.ts';
import { createSqliteReplayStore } from './stores/sqlite/replay-store.ts';

const adapter = memoryAdapter({ registryType: social, records: { Person: socialPersons } });

/** Starts a host on a data directory; every start registers a sender of its own for its own messages. */
function start(
  dataDirectory: string,
  senderId: string,
  policy: AccessPolicy = grantAll(social),
  time = startTime,
): Promise<TestServer> {
  return startTestServer({
    registries: [{ type: social, adapter }],
    host: { dataDirectory },
    sender: { senderId },
    policy,
    clock: manualClock(time),
  });
}

it('refuses a replayed message, also after a restart', async () => {
  using directory = temporaryDirectory();
  let message: string;
  let authorization: string;
  {
    await using server = await start(directory.path, 'first.example.org');
    message = await server.envelope();
    authorization = `Bearer ${server.peer.token}`;
    expect((await server.send(message)).status).toBe(200);
    expect((await server.send(message)).status).toBe(409);
  }
  await using server = await start(directory.path, 'second.example.org', grantAll(social), startTime + 60_000);
  const replay = await server.send(message, { authorization });
  expect(replay.status, replay.text).toBe(409);
  expect(replay.body).toMatchObject({ errors: [{ code: 'rjct.message_id.duplicate' }] });
});

it('grants one of many simultaneous copies of a message', async () => {
  using directory = temporaryDirectory();
  await using server = await start(directory.path, 'first.example.org');
  const message = await server.envelope();
  const replies = await Promise.all(Array.from({ length: 50 }, () => server.send(message)));
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(replies.filter(({ status }) => status === 409)).toHaveLength(49);
});

it('forgets a message only when its signature is long expired', async () => {
  using directory = temporaryDirectory();
  await using server = await start(directory.path, 'first.example.org');
  const { clock, host, peer } = server;
  const message = await server.envelope({ lifetimeSeconds: 3_600, clock: manualClock(startTime + 60_000) });
  expect((await server.send(message)).status).toBe(200);
  const count = host.context.database.relaxed.prepare('SELECT count(*) FROM dci_server_replay_claim').pluck();
  const replays = createSqliteReplayStore(host.context.database.relaxed);
  for (let time = startTime; count.get() === 1; time += 10_000) {
    clock.set(time);
    expect((await server.send(message)).status, String(time - startTime)).not.toBe(200);
    await replays.prune(clock.now());
  }
  expect(clock.now() - startTime).toBeGreaterThan(claimSeconds * 1_000);
  expect((await server.send(message, {}, peer)).body).toMatchObject({ errors: [{ code: 'err.signature.expired' }] });
});

it('does not give a daily quota back by a restart', async () => {
  using directory = temporaryDirectory();
  const policy = { ...grantAll(social), quota: { perMinute: 100, perDay: 2 } };
  let peer: TestPeer;
  {
    await using server = await start(directory.path, 'first.example.org', policy);
    peer = server.peer;
    for (const status of [200, 200, 429]) expect((await server.send(await server.envelope())).status).toBe(status);
  }
  await using server = await start(directory.path, 'second.example.org');
  const reply = await server.send(await server.envelope({}, peer), {}, peer);
  expect(reply.status, reply.text).toBe(429);
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(80_000);
});
