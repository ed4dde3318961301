import type { JsonObject } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DciClient } from '../dci-client.ts';
import { failureOf } from '../failure.fixtures.ts';
import type { CallOptions, SearchCriteria, SearchOptions, SearchResult } from '../search.ts';
import { type Caller, collect, soon } from './interop.fixtures.ts';
import type { PeerServer } from './peer-server.fixtures.ts';
import { amara, commonMembers, lucia, mei, type PeerPerson, standardPerson, tomas } from './people.fixtures.ts';

/** A peer of a family that runs, and a client of it. */
export interface RunningFamily {
  readonly peer: PeerServer & { readonly behaviour: { signatures?: 'wrong' | 'none' } };
  readonly caller: Caller;
  readonly client: DciClient;
}

/** What is particular to a family in the calls that all families share. */
export interface FamilyContract {
  readonly name: string;
  start(): Promise<RunningFamily>;
  /** An identifier of the family's own that the person has. */
  identifierOf(person: PeerPerson): readonly [type: string, value: string];
  /** What the family needs of every search. */
  readonly options: SearchOptions;
  /** Where the common members of a person stand in a record; absent: in the record itself. */
  readonly personIn?: (record: JsonObject) => JsonObject;
  /** Names of {@link sharedSearches} for which the family has no form: refused, with nothing sent. */
  readonly without?: readonly string[];
  /** Calls that the family does not have. */
  readonly unsupported?: readonly (
    | 'searchAsync'
    | 'subscribe'
    | 'unsubscribe'
    | 'txnStatus'
    | 'txnStatusAsync'
    | 'receipt'
  )[];
}

type Options = SearchOptions & CallOptions;

/** The same calls, word for word, for every family. */
export const sharedSearches: readonly {
  readonly name: string;
  readonly found: readonly PeerPerson[];
  run(client: DciClient, options: Options): Promise<SearchResult>;
}[] = [
  {
    name: 'a CEL text',
    found: [lucia, mei],
    run: (client, options) =>
      client.searchByPredicate('person.sex == "female" && person.birth_date <= "1990-12-31"', options),
  },
  {
    name: 'a CEL text with or',
    found: [tomas, amara],
    run: (client, options) =>
      client.searchByPredicate('person.sex == "male" || person.birth_date > "2000-01-01"', options),
  },
  {
    name: 'a CEL text of nested alternatives',
    found: [lucia, tomas],
    run: (client, options) =>
      client.searchByPredicate(
        '(sex == "male" || surname == "Núñez") && (birth_date < "1980-01-01" || birth_date >= "1990-01-01")',
        options,
      ),
  },
  {
    name: "the standard's predicates",
    found: [tomas],
    run: (client, options) =>
      client.searchByPredicate(
        [
          {
            seq_num: 1,
            expression1: { attribute_name: 'birth_date', operator: 'ge', attribute_value: '1990-01-01' },
            condition: 'and',
            expression2: { attribute_name: 'birth_date', operator: 'le', attribute_value: '1990-12-31' },
          },
          { seq_num: 2, expression1: { attribute_name: 'sex', operator: 'eq', attribute_value: 'male' } },
        ],
        options,
      ),
  },
  {
    name: 'an expression of conditions',
    found: [tomas, amara],
    run: (client, options) =>
      client.searchByExpression({ seq: [{ attribute: 'name.surname', operator: '=', value: 'Silva' }] }, options),
  },
  {
    name: 'an expression of alternatives',
    found: [tomas, amara],
    run: (client, options) =>
      client.searchByExpression(
        {
          or: [
            { seq: [{ attribute: 'sex', operator: '=', value: 'male' }] },
            { seq: [{ attribute: 'name.given_name', operator: '=', value: 'Amara' }] },
          ],
        },
        options,
      ),
  },
  {
    name: "the standard's expression",
    found: [mei],
    run: (client, options) =>
      client.searchByExpression(
        {
          type: 'ns:org:QueryType:expression',
          value: {
            expression: {
              collection: options.recordType ?? 'Person',
              query: { $and: [{ sex: { $eq: 'female' } }, { birth_date: { $lt: '1990-01-01' } }] },
            },
          },
        },
        options,
      ),
  },
  {
    name: 'a list of values',
    found: [lucia, amara],
    run: (client, options) =>
      client.searchByExpression(
        { seq: [{ attribute: 'name.given_name', operator: 'in', value: ['Amara', 'Lucía'] }] },
        options,
      ),
  },
  {
    name: 'a range of dates',
    found: [lucia, tomas],
    run: (client, options) => client.searchByDateRange('birth_date', { from: '1990-01-01', to: '1990-12-31' }, options),
  },
  {
    name: 'a range of times of registration',
    found: [mei, tomas],
    run: (client, options) =>
      client.searchByDateRange('registration_date', { from: '2026-02-11', to: '2026-03-20' }, options),
  },
  {
    name: 'an open range of times of registration',
    found: [amara],
    run: (client, options) => client.searchByDateRange('registration_date', { from: '2026-04-01' }, options),
  },
  {
    name: 'a range of dates that is open',
    found: [amara],
    run: (client, options) => client.searchByDateRange('birth_date', { from: '2000-01-01' }, options),
  },
];

/** Runs the calls that all families share. Each peer tells in its ledger when it was asked in a way that it ignores. */
export function runSearchContract(family: FamilyContract): void {
  const { options, without = [], unsupported = [], personIn = (record) => record } = family;
  let running: RunningFamily;

  const personsOf = (records: readonly JsonObject[]): readonly JsonObject[] =>
    records.map((record) => commonMembers(personIn(record)));
  const are = (...people: readonly PeerPerson[]): readonly JsonObject[] => people.map(standardPerson);
  const byId = (person: PeerPerson): SearchCriteria => {
    const [type, value] = family.identifierOf(person);
    return { ...options, queryType: 'idtype-value', query: { type, value } };
  };
  const registered = (from: string, to: string): SearchCriteria => ({
    ...options,
    queryType: 'expression',
    query: {
      type: 'ns:org:QueryType:expression',
      value: {
        expression: { query: { $and: [{ registration_date: { $gte: from } }, { registration_date: { $lte: to } }] } },
      },
    },
  });

  describe(`the client and ${family.name}`, () => {
    beforeAll(async () => {
      running = await family.start();
    });
    afterAll(() => Promise.all([running.peer.stop(), running.caller.stop()]));
    beforeEach(() => {
      delete running.peer.behaviour.signatures;
      running.peer.ledger.faults.length = 0;
    });

    it('finds a person by identifier, under the names of the standard', async () => {
      const { client, peer } = running;
      const result = await client.searchById(...family.identifierOf(lucia), options);
      expect(personsOf(result.records)).toEqual(are(lucia));
      const [identifier_type, identifier_value] = family.identifierOf(lucia);
      expect(result.records.map(personIn)).toMatchObject([
        { identifier: expect.arrayContaining([expect.objectContaining({ identifier_type, identifier_value })]) },
      ]);
      expect(result).toMatchObject({ status: 'succ', totalCount: 1 });
      expect(result.evidence).toMatchObject({ verified: true });
      expect(peer.ledger.faults).toEqual([]);
    });

    it('finds nobody without an error', async () => {
      const [type] = family.identifierOf(lucia);
      const result = await running.client.searchById(type, 'nobody', options);
      expect(result.records).toEqual([]);
      expect(
        await running.client.count({ ...options, queryType: 'idtype-value', query: { type, value: 'nobody' } }),
      ).toBe(0);
    });

    it.each(sharedSearches.filter(({ name }) => !without.includes(name)))('finds by $name', async ({ run, found }) => {
      const { client, peer } = running;
      const result = await run(client, options);
      expect(personsOf(result.records)).toEqual(are(...found));
      expect(peer.ledger.faults).toEqual([]);
    });

    if (without.length > 0) {
      it.each(sharedSearches.filter(({ name }) => without.includes(name)))(
        'sends nothing for $name, for which the family has no form',
        async ({ run }) => {
          const { client, peer } = running;
          const before = peer.ledger.requests.length;
          await expect(run(client, options)).rejects.toMatchObject({ code: expect.stringMatching(/^rjct\./) });
          expect(peer.ledger.requests).toHaveLength(before);
        },
      );
    }

    it('counts, and goes through pages and records', async () => {
      const { client, peer } = running;
      const criteria = registered('2026-01-01', '2026-03-31');
      expect(await client.count(criteria)).toBe(3);
      const pages = await collect(client.pages({ ...criteria, page: { size: 2 } }));
      expect(pages.map(({ records }) => records.length)).toEqual([2, 1]);
      const records = await collect(client.records({ ...criteria, page: { size: 1 } }));
      expect(personsOf(records)).toEqual(are(lucia, mei, tomas));
      expect(peer.ledger.faults).toEqual([]);
    });

    it('asks several questions in one envelope', async () => {
      const { client, peer } = running;
      const [type] = family.identifierOf(lucia);
      const nobody: SearchCriteria = { ...options, queryType: 'idtype-value', query: { type, value: 'nobody' } };
      const { outcomes } = await client.searchBatch([byId(mei), nobody, byId(tomas)]);
      expect(outcomes.map((outcome) => ('records' in outcome ? personsOf(outcome.records) : outcome))).toEqual([
        are(mei),
        [],
        are(tomas),
      ]);
      expect(peer.ledger.faults).toEqual([]);
    });

    if (!unsupported.includes('searchAsync')) {
      it('takes the answer by callback, also by the id of the transaction alone', async () => {
        const { client, peer, caller } = running;
        const handle = await client.searchAsync([byId(lucia), registered('2026-03-01', '2026-03-31')]);
        const { outcomes, evidence } = await handle.result(soon());
        await peer.settled();
        expect(outcomes.map((outcome) => ('records' in outcome ? personsOf(outcome.records) : outcome))).toEqual([
          are(lucia),
          are(tomas),
        ]);
        expect(evidence.verified).toBe(true);
        expect(await handle.state()).toBe('answered');
        const resumed = await client.resume(handle.transactionId);
        expect((await resumed?.result(soon()))?.outcomes).toEqual(outcomes);
        expect(peer.ledger.callbacks.at(-1)).toMatchObject({ status: 202 });
        expect(peer.ledger.faults).toEqual([]);
        expect(caller.log.join('\n')).not.toMatch(/Lucía|Núñez|1990-05-17|1000000001|2000000001/);
      });

      it('takes no callback with a wrong signature, and waits for the right one', async () => {
        const { client, peer } = running;
        peer.behaviour.signatures = 'wrong';
        const handle = await client.searchAsync(byId(lucia));
        await peer.settled();
        expect(peer.ledger.callbacks.at(-1)?.status).toBe(401);
        expect(await handle.state()).toBe('open');
      });
    }

    it.each(['wrong', 'none'] as const)('believes no reply whose signature is: %s', async (signatures) => {
      const { client, peer } = running;
      peer.behaviour.signatures = signatures;
      const { failure } = await failureOf(client.searchById(...family.identifierOf(lucia), options));
      expect(failure.kind).toBe('signature');
    });

    it.each(unsupported)('has no %s, and sends nothing', async (call) => {
      const { client, peer } = running;
      const before = peer.ledger.requests.length;
      const question = { type: 'search', attribute: 'transaction_id', value: 't' } as const;
      const calls = {
        searchAsync: () => client.searchAsync(byId(lucia)),
        subscribe: () => client.subscribe({ eventTypes: 'REGISTER' }),
        unsubscribe: () => client.unsubscribe(['s']),
        txnStatus: () => client.txnStatus(question),
        txnStatusAsync: () => client.txnStatusAsync(question),
        receipt: () => client.receipt({ referenceIds: ['r'] }),
      };
      const { failure } = await failureOf(calls[call]());
      expect(failure.kind).toBe('unsupported');
      expect(peer.ledger.requests).toHaveLength(before);
    });
  });
}
