import { describe, it } from 'vitest';
import { testVitalEventLog } from '../testing/vital-event-log-contract.ts';
import { memoryVitalEventLog } from './memory-log.ts';

testVitalEventLog({
  name: 'memory',
  create: () => ({ log: memoryVitalEventLog() }),
  runner: { describe, it },
});
