import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DciError } from 'dci-core';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import type { DciConfig } from './dci-config.ts';
import { resolveConfig } from './resolve.ts';

const region = { id: 'REGION_01', name: 'Central Region', type: 'region', parent_id: null };
const district = { id: 'DISTRICT_1', name: 'First', type: 'district', parent_id: 'REGION_01' };

const resolved = (config: unknown, directory = '/srv/dci') =>
  resolveConfig(config as DciConfig, { env: {}, workingDirectory: directory }).config;

function faultsOf(config: unknown, directory?: string): readonly string[] {
  try {
    resolved(config, directory);
    return [];
  } catch (error) {
    if (!(error instanceof DciError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
}

const canary = (id: string, parent?: string | null) => ({ id, name: 'canary', type: 'x', parent_id: parent });

const faulty: readonly (readonly [unknown, ...string[]])[] = [
  [[canary('a', 'canary')], '[0].parent_id: no location has this id'],
  [[canary('a'), canary('b', 'a'), canary('a')], '[2].id: there is another location of this id'],
  [[canary('a', 'a')], '[0].parent_id: a location lies within itself'],
  [
    [canary('a', 'c'), canary('b', 'a'), canary('c', 'b'), canary('d')],
    ...[0, 1, 2].map((index) => `[${index}].parent_id: a location lies within itself`),
  ],
  [[canary('d', 'a'), canary('a', 'b'), canary('b', 'a')], '[0].parent_id: a location lies within itself'],
  [[{ id: '', name: 'canary', type: 'x' }], '[0].id: a text is expected'],
  [[{ id: 'a', name: 1, type: 'x' }], '[0].name: a text is expected'],
  [[{ id: 'a', name: 'canary' }], '[0].type: a location with id, name and type is expected'],
  [[{ ...region, identifier: [{ name: 'canary' }] }], '[0].identifier[0].identifier: name and identifier are expected'],
  [[{ ...region, identifier: 'canary' }], '[0].identifier: a list is expected'],
  [['canary'], '[0]: a location with id, name and type is expected'],
  [7, ': a list of locations, or the path of a file with one, is expected'],
];

describe('locations of a configuration', () => {
  test('are kept as they are, parents before or after their children', () => {
    const locations = [district, region, { ...district, id: '2', identifier: [{ name: 'iso', identifier: 'X-1' }] }];
    expect(resolved({ locations }).locations).toEqual(locations);
    expect(resolved({}).locations).toBeUndefined();
  });

  test.each(faulty)('%j', (locations, ...faults) => {
    const found = faultsOf({ locations });
    for (const fault of faults) expect(found).toContain(`locations${fault}`);
    expect(found.join()).not.toContain('canary');
  });

  test('a misspelled member is a fault', () => {
    expect(faultsOf({ locations: [{ ...region, parentId: 'x' }] })[0]).toMatch(
      /^locations\[0\]\.parentId: unknown key/,
    );
  });

  test('a long chain is no circle', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => canary(String(at), at === 0 ? null : String(at - 1)));
    expect(faultsOf({ locations: chain.toReversed() })).toEqual([]);
  });
});

describe('locations of a file', () => {
  test.each([[[region, district]], [{ locations: [region, district] }]])('%j', (content) => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'locations.json'), JSON.stringify(content));
    expect(resolved({ locations: 'locations.json' }, directory.path).locations).toEqual([region, district]);
  });

  test.each(faulty.slice(0, -1))('%j', (locations, ...faults) => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'locations.json'), JSON.stringify({ locations }));
    const found = faultsOf({ locations: 'locations.json' }, directory.path);
    expect(found).toHaveLength(found.filter((fault) => /^locations \d+(\.\w+)*: /.test(fault)).length);
    expect(found.length).toBeGreaterThanOrEqual(faults.length);
    expect(found.join()).not.toContain('canary');
  });

  test('that is not there, or holds no JSON, is a fault', () => {
    using directory = temporaryDirectory();
    writeFileSync(join(directory.path, 'canary.json'), '{"canary"');
    expect(faultsOf({ locations: 'missing.json' }, directory.path)).toEqual(['locations: the file cannot be read']);
    expect(faultsOf({ locations: 'canary.json' }, directory.path)).toEqual(['locations: the file holds no JSON']);
  });
});
