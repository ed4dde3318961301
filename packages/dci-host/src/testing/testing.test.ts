import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fixedClock, manualClock } from './clock.ts';
import { silentLogger } from './logger.ts';
import { deterministicRandom } from './random.ts';
import { createTestHost } from './test-host.ts';

describe('clocks', () => {
  test('stand still or move when told', () => {
    expect(fixedClock('2026-04-22T10:30:00Z').now()).toBe(1_776_853_800_000);
    const clock = manualClock(1000);
    clock.advance(500);
    expect(clock.now()).toBe(1500);
    clock.set('1970-01-01T00:00:01Z');
    expect(clock.now()).toBe(1000);
    expect(() => fixedClock('soon')).toThrow(RangeError);
  });
});

test('deterministic randomness repeats by seed and has the form of UUIDs', () => {
  const draw = (seed: string) => {
    const random = deterministicRandom(seed);
    return [random.uuid(), random.uuid(), Buffer.from(random.bytes(70)).toString('hex')];
  };
  expect(draw('a')).toEqual(draw('a'));
  expect(new Set([...draw('a'), ...draw('b')]).size).toBe(6);
  for (const uuid of draw('a').slice(0, 2)) {
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test('a test host removes its directory', async () => {
  const host = await createTestHost({ logger: silentLogger.child({}) });
  expect(existsSync(host.dataDirectory)).toBe(true);
  await host.dispose();
  expect(existsSync(host.dataDirectory)).toBe(false);
});
