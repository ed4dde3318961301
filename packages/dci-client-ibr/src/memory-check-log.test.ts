import * as nodeCrypto from 'node:crypto';
import { createNodeCryptoProvider, createRandom } from 'dci-core';
import { describe, it } from 'vitest';
import { memoryCheckLog } from './memory-check-log.ts';
import { testDuplicationCheckLog } from './testing/check-log-contract.ts';

testDuplicationCheckLog({
  name: 'memory',
  create: () => {
    let now = 0;
    const log = memoryCheckLog({
      clock: { now: () => now },
      random: createRandom(nodeCrypto.webcrypto),
      crypto: createNodeCryptoProvider(nodeCrypto),
    });
    return {
      log,
      setTime: (time) => {
        now = time;
      },
    };
  },
  runner: { describe, it },
});
