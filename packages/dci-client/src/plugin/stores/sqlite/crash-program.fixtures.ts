import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { crvs, isJsonObject, type JsonObject, type JsonValue, readJson, readPrivateKey, readPublicKey } from 'dci-core';
import { callbackPaths } from '../../../callbacks/callback-kind.ts';
import { startCallbackHost } from './callback-host.fixtures.ts';

// A host that is killed: takes the callbacks that `plan.json` of its directory holds, says what it acknowledged, and dies
// after so many answers, one of which it has not given yet.

const [directory = '.', killAfter = ''] = process.argv.slice(2);
const objectOf = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const plan = objectOf(readJson(readFileSync(join(directory, 'plan.json'))).value);
const bodies = Array.isArray(plan.bodies) ? plan.bodies.map(objectOf) : [];
const { receiver } = await startCallbackHost({
  dataDirectory: join(directory, 'data'),
  clock: { now: () => Number(plan.now) },
  dataSource: {
    code: 'crvs_main',
    baseUrl: 'https://crvs.example.org',
    registry: crvs,
    senderId: String(plan.ownId),
    receiverId: String(plan.registryId),
    key: await readPrivateKey(objectOf(plan.ownKey)),
    keyId: 'k1',
    peerKeys: {
      keys: [{ keyId: 'k1', publicKey: await readPublicKey(objectOf(plan.registryKey)), state: 'active' }],
    },
  },
});
let answers = 0;
// Some at a time, so that commits are shared and a kill hits several.
for (let start = 0; start < bodies.length; start += 4) {
  await Promise.all(
    bodies.slice(start, start + 4).map(async ({ path, text }, offset) => {
      const known = callbackPaths.find((each) => each === path);
      if (known === undefined) throw new Error('no such path');
      const reply = await receiver.receive({ path: known, body: new TextEncoder().encode(String(text)) });
      answers += 1;
      if (answers > Number(killAfter)) process.kill(process.pid, 'SIGKILL');
      writeSync(1, `${reply.status} ${start + offset}\n`);
    }),
  );
}
process.kill(process.pid, 'SIGKILL');
