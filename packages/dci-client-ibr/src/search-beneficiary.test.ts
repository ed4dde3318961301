import type { SearchCriteria } from 'dci-client';
import { describe, expect, it } from 'vitest';
import type { BeneficiaryCriteria, FoundBeneficiary } from './search-beneficiary.ts';
import { ibrService } from './service.ts';
import { type AskedSource, beneficiaryRecord, failedCall, fakeSource, page } from './source.fixtures.ts';

const clock = { now: () => 0 };
const source = (code = 'ibr_main') =>
  fakeSource(code, () => page([beneficiaryRecord({ date: '2024-01-01' })], { totalCount: 2, next: { number: 2 } }), {
    next: () => page([beneficiaryRecord({ date: '2024-01-02' })], { totalCount: 2 }),
  });
const search = (
  clients: AskedSource | readonly AskedSource[],
  criteria: BeneficiaryCriteria | SearchCriteria,
  options = {},
): AsyncIterable<FoundBeneficiary> => ibrService({ clients, clock }).searchBeneficiary(criteria, options);

async function all(found: AsyncIterable<FoundBeneficiary>) {
  const list: FoundBeneficiary[] = [];
  let error: unknown;
  try {
    for await (const one of found) list.push(one);
  } catch (thrown) {
    error = thrown;
  }
  return { list, error };
}

describe('a search for beneficiaries', () => {
  it('gives all pages of all sources, with types and provenance', async () => {
    const { list, error } = await all(search([source('a'), source('b')], { programme: 'P1' }));
    expect(error).toBeUndefined();
    expect(list.map((one) => [one.source, one.beneficiary.enrollment_date, one.enrollments[0]?.state])).toEqual([
      ['a', '2024-01-01', 'active'],
      ['a', '2024-01-02', 'active'],
      ['b', '2024-01-01', 'active'],
      ['b', '2024-01-02', 'active'],
    ]);
    expect(list[0]?.evidence.senderId).toBe('a.example.org');
  });

  it('fetches a page when it is needed', async () => {
    const asked = source();
    for await (const _ of search(asked, { programme: 'P1' })) break;
    expect(asked.pagesAsked).toHaveLength(1);
  });

  it('asks by conditions', async () => {
    const asked = source();
    await all(
      search(asked, {
        identifier: { type: 'UIN', value: '1' },
        programme: 'P1',
        programmeName: 'Cash',
        state: 'suspended',
        enrolledFrom: '2024-01-01',
        enrolledTo: '2024-12-31',
        surname: 'Doe',
        givenName: 'Jane',
        birthDate: '1990-05-17',
        page: { size: 5 },
        sort: [{ attribute: 'enrollment_date' }],
        consent: { id: 'c' },
        authorize: { id: 'a' },
      }),
    );
    const condition = (attribute: string, operator: string, value: string) => ({ attribute, operator, value });
    expect(asked.pagesAsked[0]).toEqual({
      recordType: 'Beneficiary',
      page: { size: 5 },
      sort: [{ attribute: 'enrollment_date' }],
      consent: { id: 'c' },
      authorize: { id: 'a' },
      queryType: 'expression',
      query: {
        seq: [
          condition('programme_identifier', '=', 'P1'),
          condition('programme_name', '=', 'Cash'),
          condition('enrollment_status', '=', '4'),
          condition('enrollment_date', '>=', '2024-01-01'),
          condition('enrollment_date', '<=', '2024-12-31'),
          condition('surname', '=', 'Doe'),
          condition('given_name', '=', 'Jane'),
          condition('birth_date', '=', '1990-05-17'),
          condition('identifier.UIN', '=', '1'),
        ],
      },
    });
  });

  it('asks by an identifier alone, or as a client is asked', async () => {
    const asked = source();
    await all(search(asked, { identifier: { type: 'UIN', value: '1' } }));
    await all(search(asked, { queryType: 'predicate', query: 'person.age > 60', recordType: 'Senior' }));
    expect(asked.pagesAsked.filter(({ page: { number } = {} }) => number === undefined)).toEqual([
      { recordType: 'Beneficiary', queryType: 'idtype-value', query: { type: 'UIN', value: '1' } },
      { recordType: 'Senior', queryType: 'predicate', query: 'person.age > 60' },
    ]);
  });

  it('is refused without a condition', async () => {
    const { list, error } = await all(search(source(), {}));
    expect([list, error]).toEqual([[], expect.objectContaining({ code: 'err.request.bad' })]);
  });

  it('reads the other sources before it throws the failure of one', async () => {
    const failing = fakeSource('b', () => failedCall({ kind: 'unreachable' }));
    const { list, error } = await all(search([failing, source('a')], { programme: 'P1' }));
    expect(list).toHaveLength(2);
    expect(error).toMatchObject({ cause: { kind: 'unreachable' } });
  });

  it('ends with the reason of the caller’s signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const stopping = fakeSource('a', () => {
      controller.abort(reason);
      return failedCall({ kind: 'unreachable' });
    });
    const asked = source('b');
    const { error } = await all(search([stopping, asked], { programme: 'P1' }, { signal: controller.signal }));
    expect(error).toBe(reason);
    expect(asked.pagesAsked).toEqual([]);
  });
});
