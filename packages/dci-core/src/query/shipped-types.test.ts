import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { crvs } from '../registry-type/crvs.ts';
import { dr } from '../registry-type/dr.ts';
import { fr } from '../registry-type/fr.ts';
import { ibr } from '../registry-type/ibr.ts';
import type { RegistryType } from '../registry-type/registry-type.ts';
import { social } from '../registry-type/social.ts';
import { bindFilter } from './bind-filter.ts';
import { sortValuesOf } from './compare-records.ts';
import { chooseRecordType, compileQuery } from './compile-query.ts';
import { evaluateFilter } from './evaluate-filter.ts';
import { filterArbitrary, recordArbitrary, sortArbitrary } from './filter.fixtures.ts';
import { parseQuery, type QueryDialect } from './parse-query.ts';
import { unboundFilterArbitrary, writeCel } from './unbound-filter.fixtures.ts';

const now = Date.UTC(2026, 10, 22, 10);

interface QueryCase {
  readonly name: string;
  readonly source: string;
  readonly query: JsonValue;
  readonly queryType?: string;
  readonly dialect?: QueryDialect;
}
const { accepted }: { readonly accepted: readonly QueryCase[] } = JSON.parse(
  readFileSync(new URL('../../vectors/queries.json', import.meta.url), 'utf8'),
);

function records(query: JsonValue, people: readonly JsonObject[], queryType?: string): readonly JsonValue[] {
  const { recordType, filter } = chooseRecordType({
    parsed: parseQuery({ query, queryType }),
    registryType: social,
    candidates: social.recordTypes,
    now,
  });
  return people.filter((person) => evaluateFilter(filter, person, recordType, social)).map(({ id }) => id ?? null);
}

describe('the shipped registry types', () => {
  test.each(accepted.filter(({ source }) => source.startsWith('seeds/')))('social: $name ($source)', (vector) => {
    const { query, queryType, dialect } = vector;
    const parsed = parseQuery({ query, queryType, dialect });
    expect(() => chooseRecordType({ parsed, registryType: social, candidates: social.recordTypes, now })).not.toThrow();
  });

  const standard: readonly [string, RegistryType][] = [
    ['dr_api_v1.0.0.yaml, disabled_criteria', dr],
    ['social_api', social],
    ['fr_api', fr],
    ['ibr_api_v1.0.0.yaml, enrolled_criteria', ibr],
  ];
  test.each(standard)('the example of %s', (source, registryType) => {
    const vectors = accepted.filter((vector) => vector.source.includes(source));
    expect(vectors.length).toBeGreaterThan(0);
    for (const { query, queryType } of vectors) {
      const parsed = parseQuery({ query, queryType });
      expect(() => chooseRecordType({ parsed, registryType, candidates: registryType.recordTypes, now })).not.toThrow();
    }
  });

  const recordTypes = [social, crvs, ibr, dr, fr].flatMap((registryType) =>
    registryType.recordTypes.map((recordType) => ({
      name: `${registryType.name} ${recordType.name}`,
      registryType,
      recordType,
    })),
  );
  test.each(recordTypes)('$name: random queries bind and evaluate', ({ registryType, recordType }) => {
    const record = recordArbitrary(recordType, registryType);
    const context = { recordType, registryType, now };
    fc.assert(
      fc.property(
        unboundFilterArbitrary(recordType),
        filterArbitrary(recordType, registryType),
        sortArbitrary(recordType),
        record,
        (unbound, bound, sort, one) => {
          const direct = bindFilter(unbound, context);
          const compiled = compileQuery({ ...context, queryType: 'predicate', query: writeCel(unbound) });
          const holds = evaluateFilter(direct, one, recordType, registryType);
          expect(evaluateFilter(compiled, one, recordType, registryType)).toBe(holds);
          expect(typeof evaluateFilter(bound, one, recordType, registryType)).toBe('boolean');
          expect(sortValuesOf(one, sort, recordType)).toHaveLength(sort.length);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the seeds’ queries find the right people', () => {
  const person = (id: number, members: JsonObject): JsonObject => ({ id, ...members });
  const people: readonly JsonObject[] = [
    person(1, {
      identifier: [{ identifier_type: 'UIN', identifier_value: '12345678' }],
      sex: 'female',
      birth_date: '1990-05-15',
      name: { given_name: 'Joan', surname: 'Johnson' },
      address: [{ region_code: 'REGION_01' }],
      is_disabled: true,
      disability_info: [{ disability_limitation_type: 'Mobility', functional_severity: '3' }],
    }),
    person(2, {
      identifier: [{ identifier_type: 'urn:gov:national-id', identifier_value: '12345678' }],
      sex: 'female',
      birth_date: '1991-01-01',
      address: [{ region_code: 'REGION_02' }],
      is_disabled: true,
      additional_attributes: [{ key: 'requires_assistance', value: true }],
    }),
    person(3, {
      sex: 'male',
      birth_date: '2008-11-23',
      name: { given_name: 'john', surname: 'Doe' },
      address: [{ region_code: 'REGION_03' }],
      is_disabled: true,
      disability_info: [{ functional_severity: '1' }],
    }),
    person(4, { sex: 'male', birth_date: '2008-11-22', is_disabled: false }),
    person(5, {}),
  ];
  const seeds: readonly [string, readonly number[]][] = [
    ['identifier lookup', [1]],
    ['AND of a range and a code', [1, 2]],
    ['CEL predicate', [1, 2]],
    ['identifier type as a URN', [2]],
    ['AND conditions under expression', [1]],
    ['OR conditions', [1, 2]],
    ['nested conditions', [1, 2]],
    ['operator = on sex', [3, 4]],
    ['operator > on age', [1, 2]],
    ['operator < on age', [1, 2, 3, 4]],
    ['operator >= on birth_date', []],
    ['operator <= on birth_date', [1, 2, 3, 4]],
    ['operator in on area_id.code', [1, 2]],
    ['operator contains on name', [1, 3]],
    ['what holds for every registrant is folded away', [1]],
    ['only what holds for every registrant', [1, 2, 3, 4, 5]],
  ];
  test.each(seeds)('%s', (name, found) => {
    const vector = accepted.find((candidate) => candidate.name === name);
    if (vector === undefined) throw new Error('no such vector');
    expect(records(vector.query, people, vector.queryType)).toEqual(found);
  });

  test('a sensitive attribute that is not granted is unknown', () => {
    const recordType = social.recordTypes[0];
    const refusal = (query: JsonValue): unknown => {
      try {
        const isReadable = (path: string): boolean => path !== 'is_disabled';
        return compileQuery({ query, recordType, registryType: social, now, isReadable });
      } catch (error) {
        return error instanceof DciError && [error.code, error.message, error.path];
      }
    };
    expect(refusal({ is_disabled: 'word' })).toEqual(refusal({ shoe_size: 'word' }));
    expect(refusal({ has_disability: true })).toEqual(refusal({}));
  });
});
