import { expect, test } from 'vitest';
import { createBodyBudget } from './body-budget.ts';

const MiB = 1024 * 1024;
const unavailable = expect.objectContaining({ code: 'err.service.unavailable', retryAfter: 5 });

test('large bodies share a budget, by what has arrived of them; the beginning of each is always taken', () => {
  const budget = createBodyBudget(10 * MiB);
  const [first, second] = [budget.open(), budget.open()];
  for (let count = 0; count < 6; count += 1) first.add(MiB);
  // Those that only say that they are large hold nothing.
  for (let count = 0; count < 100; count += 1) budget.open().add(200 * 1024);
  for (let count = 0; count < 4; count += 1) second.add(MiB);
  expect(() => second.add(MiB)).toThrow(unavailable);
  first.release();
  first.release();
  second.add(MiB);
  second.release();
  const whole = budget.open();
  whole.add(10 * MiB);
  expect(() => budget.open().add(MiB)).toThrow(unavailable);
  whole.release();
});

test('one body is taken even when it is larger than the budget', () => {
  const budget = createBodyBudget(MiB);
  const only = budget.open();
  for (let count = 0; count < 16; count += 1) only.add(MiB);
  expect(() => budget.open().add(MiB)).toThrow(unavailable);
  only.release();
  budget.open().add(MiB);
});
