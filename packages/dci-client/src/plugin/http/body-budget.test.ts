import { expect, test } from 'vitest';
import { createBodyBudget } from './body-budget.ts';

const MiB = 1024 * 1024;

test('large bodies share a budget; small ones are always taken', () => {
  const budget = createBodyBudget(10 * MiB);
  const release = budget.take(6 * MiB);
  expect(() => budget.take(6 * MiB)).toThrow(
    expect.objectContaining({ code: 'err.service.unavailable', retryAfter: 5 }),
  );
  for (let count = 0; count < 100; count += 1) budget.take(200 * 1024);
  const other = budget.take(4 * MiB);
  release();
  other();
  budget.take(10 * MiB);
});

test('one body is taken even when it is larger than the budget', () => {
  const budget = createBodyBudget(MiB);
  const release = budget.take(16 * MiB);
  expect(() => budget.take(MiB)).toThrow();
  release();
  budget.take(MiB);
});
