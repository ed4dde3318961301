import { describe, expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const known = ['port', 'host', 'plugins', 'senderId', 'dataDirectory', 'limits'];

describe('nearestName', () => {
  test.each([
    ['prot', 'port'],
    ['Port', 'port'],
    ['sender_id', 'senderId'],
    ['limit', 'limits'],
  ])('%s is a slip of %s', (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest);
  });

  test('finds nothing for a name that is like none', () => {
    expect(nearestName('dataDir', known)).toBeUndefined();
    expect(nearestName('', known)).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });
});
