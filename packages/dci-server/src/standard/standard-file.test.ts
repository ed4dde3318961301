import { expect, test } from 'vitest';
import { hasStandardFiles, standardFile } from './standard-file.fixtures.ts';

test.skipIf(!hasStandardFiles).each(['social', 'crvs', 'ibr', 'dr', 'fr'])(
  '%s: every schema of the file compiles',
  (registry) => {
    const file = standardFile(registry);
    expect(file.paths.length).toBeGreaterThan(8);
    for (const path of file.paths) {
      expect(file.requestFaults(path, [])).not.toEqual([]);
      expect(file.replyFaults(path, 200, { message: 1 })).not.toEqual([]);
      expect(file.replyFaults(path, 401, { errors: [1] })).not.toEqual([]);
    }
  },
);
