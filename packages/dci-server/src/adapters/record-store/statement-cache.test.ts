import SqliteDatabase from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { StatementCache } from './statement-cache.ts';

describe('StatementCache', () => {
  it('keeps the statements used last, and no more than it may', () => {
    const cache = new StatementCache(new SqliteDatabase(':memory:'), 2);
    const one = cache.rows('SELECT 1');
    const two = cache.rows('SELECT 2');
    expect(cache.rows('SELECT 1')).toBe(one);
    cache.rows('SELECT 3');
    expect(cache.rows('SELECT 1')).toBe(one);
    expect(cache.rows('SELECT 2')).not.toBe(two);
    expect(one.all()).toEqual([[1]]);
  });
});
