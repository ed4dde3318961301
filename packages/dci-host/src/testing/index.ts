export type { Queue, QueueHandler, QueueSettings } from '../jobs/queue.ts';
export { fixedClock, type ManualClock, manualClock } from './clock.ts';
export { type CollectingLogger, collectingLogger, type LogLine, silentLogger } from './logger.ts';
export { describedRoutes, openApiFaults, type ServedRoute, servedRoutes } from './open-api.ts';
export { type QueueContractOptions, type QueueTestRunner, testQueue } from './queue-contract.ts';
export { deterministicRandom } from './random.ts';
export { type CommandResult, type RunCommandOptions, runCommand } from './run-command.ts';
export { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts';
export { createTestHost, type TestHost, type TestHostOptions } from './test-host.ts';
