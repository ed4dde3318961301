import assert from 'node:assert/strict';
import type { Filter } from 'dci-core';
import type { ConsentRequirement, RegistryAdapter } from '../../adapters/adapter.ts';
import type { ConsentRegister } from '../../adapters/consent.ts';
import { compare, constant } from './filter-cases.ts';

/** An adapter of the contract's persons and households whose consents the contract can change. */
export interface ConsentSubject {
  readonly adapter: RegistryAdapter;
  readonly consents: Pick<ConsentRegister, 'grantConsent' | 'revokeConsent'>;
}

/** One test of consents; it gets an adapter in which nobody consents yet. */
export interface ConsentCase {
  readonly name: string;
  readonly run: (subject: ConsentSubject) => Promise<void>;
}

const amina = { identifierType: 'UIN', value: '1001' };
const bola = { identifierType: 'UIN', value: '1002' };
const chidi = { identifierType: 'UIN', value: ' 1003' };
const uinOf1001: Filter = { kind: 'identifier', identifierType: 'UIN', values: ['1001'], paths: ['identifier'] };
const everyone = constant(true);
const asked: ConsentRequirement = { recipient: 'mis.example', purpose: 'eligibility', at: 1000 };
const given = { recipient: 'mis.example', purpose: 'eligibility' };

async function finds(
  { adapter }: ConsentSubject,
  consent: ConsentRequirement,
  ids: readonly string[],
  filter = everyone,
  recordType = 'Person',
): Promise<void> {
  const query = { recordType, filter, consent };
  const { records, totalCount } = await adapter.search({ ...query, sort: [], page: { size: 100, number: 1 } });
  assert.deepEqual(
    records.map(({ id }) => id),
    ids,
  );
  assert.equal(totalCount, ids.length);
  assert.equal(await adapter.count(query), ids.length);
}

/** What an adapter with `supportsConsent` must do. */
export const consentCases: readonly ConsentCase[] = [
  {
    name: 'without a consent no record is there, and without the requirement every record is',
    run: async (subject) => {
      await finds(subject, asked, []);
      await finds(subject, asked, [], uinOf1001);
      assert.ok((await subject.adapter.count({ recordType: 'Person', filter: everyone })) > 3);
    },
  },
  {
    name: 'a consent holds for its recipient and its purpose',
    run: async (subject) => {
      await subject.consents.grantConsent('Person', amina, given);
      await finds(subject, asked, ['amina']);
      await finds(subject, asked, ['amina'], uinOf1001);
      await finds(subject, { ...asked, recipient: 'other.example' }, []);
      await finds(subject, { ...asked, purpose: 'research' }, []);
      await finds(subject, { ...asked, purpose: '*' }, []);
      await finds(subject, asked, [], everyone, 'Household');
    },
  },
  {
    name: 'a consent for * holds for every recipient',
    run: async (subject) => {
      await subject.consents.grantConsent('Person', bola, { recipient: '*', purpose: 'eligibility' });
      await finds(subject, asked, ['bola']);
      await finds(subject, { ...asked, recipient: 'other.example' }, ['bola']);
      await finds(subject, { ...asked, recipient: 'other.example', purpose: 'research' }, []);
    },
  },
  {
    name: 'a consent ends at its expiry, and can be given anew',
    run: async (subject) => {
      await subject.consents.grantConsent('Person', amina, { ...given, expiresAt: 1000 });
      await finds(subject, { ...asked, at: 999 }, ['amina']);
      await finds(subject, asked, []);
      await subject.consents.grantConsent('Person', amina, { ...given, expiresAt: 1001 });
      await finds(subject, asked, ['amina']);
      await subject.consents.grantConsent('Person', amina, given);
      await finds(subject, { ...asked, at: Number.MAX_SAFE_INTEGER }, ['amina']);
    },
  },
  {
    name: 'a consent that is revoked no longer holds, others do',
    run: async (subject) => {
      for (const who of [amina, bola]) await subject.consents.grantConsent('Person', who, given);
      await subject.consents.grantConsent('Person', bola, { ...given, recipient: '*' });
      for (const who of [amina, bola]) await subject.consents.revokeConsent('Person', who, given);
      await finds(subject, asked, ['bola']);
    },
  },
  {
    name: 'pages and counts are of the consenting alone, in every order',
    run: async (subject) => {
      for (const who of [amina, bola, chidi]) await subject.consents.grantConsent('Person', who, given);
      await finds(subject, asked, ['bola', 'chidi'], compare('name.surname', 'contains', 'AHMED'));
      await finds(subject, asked, ['amina'], { kind: 'not', filter: compare('name.surname', 'contains', 'AHMED') });
      for (const [sort, ids] of [
        [[], ['amina', 'bola', 'chidi']],
        [[{ attribute: 'birth_date', order: 'desc' }], undefined],
      ] as const) {
        const query = { recordType: 'Person', filter: everyone, sort, consent: asked };
        const first = await subject.adapter.search({ ...query, page: { size: 2, number: 1 } });
        assert.ok(first.next !== undefined);
        const second = await subject.adapter.search({ ...query, page: { size: 2, after: first.next } });
        const numbered = await subject.adapter.search({ ...query, page: { size: 2, number: 2 } });
        assert.deepEqual(
          [first, second, numbered].map(({ totalCount }) => totalCount),
          [3, 3, 3],
        );
        assert.deepEqual(numbered.records, second.records);
        const found = [...first.records, ...second.records].map(({ id }) => id);
        assert.deepEqual(ids === undefined ? found.sort() : found, ['amina', 'bola', 'chidi']);
        assert.equal(second.next, undefined);
      }
    },
  },
  {
    name: 'a consent is no change of the record',
    run: async (subject) => {
      const { adapter, consents } = subject;
      if (adapter.changes === undefined) return;
      const { position } = await adapter.changes(undefined, 10);
      await consents.grantConsent('Person', amina, given);
      await consents.revokeConsent('Person', amina, given);
      assert.deepEqual((await adapter.changes(position, 10)).changes, []);
    },
  },
];
