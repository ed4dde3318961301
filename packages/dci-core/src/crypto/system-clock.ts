import type { Clock } from '../ports.ts';

/** The clock of the machine. The only place in this package that reads the time. */
export const systemClock: Clock = { now: () => Date.now() };
