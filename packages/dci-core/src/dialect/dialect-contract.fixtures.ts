import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DciError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { writeJson } from '../json/write.ts';
import type { QueryDialect } from '../query/parse-query.ts';
import { unboundFilterArbitrary, writeMongo } from '../query/unbound-filter.fixtures.ts';
import type { UnboundFilter } from '../query/unbound-filter.ts';
import { crvs } from '../registry-type/crvs.ts';
import { fr } from '../registry-type/fr.ts';
import type { RecordType, RegistryType } from '../registry-type/registry-type.ts';
import { social } from '../registry-type/social.ts';
import type { CriteriaContext, Dialect, NeutralQuery, ReplyContext } from './dialect.ts';
import { dialects, findDialect } from './dialects.ts';
import { finderOf, frozen, unlessRefused, withAttributes } from './equivalence.fixtures.ts';
import { neutralQuery } from './neutral-query.ts';

/** What the contract needs to know of a dialect. */
export interface DialectContractOptions {
  readonly dialect: Dialect;
  /** How its servers read queries. */
  readonly readAs: QueryDialect;
  /** Attributes that it has a form for, and the share of random queries of these that must be written. */
  readonly knows: {
    readonly registry: RegistryType;
    readonly attributes: readonly string[];
    readonly leastShare: number;
  };
  /** The header that its servers reply with. */
  reply(request: JsonObject): JsonObject;
  /** What must stand in criteria beside the query. */
  readonly criteria?: JsonObject;
}

const request: JsonObject = frozen({
  version: '1.0.0',
  message_id: '0190b6a0-7b7a-7c4d-9d0b-6f5f1f1c1a11',
  message_ts: '2026-04-22T10:30:00Z',
  action: 'search',
  sender_id: 'https://mis.example.org',
  sender_uri: 'https://mis.example.org/dci',
  receiver_id: 'https://registry.example.org',
  total_count: 1,
  is_msg_encrypted: false,
});

/** Any JSON, and JSON that looks like a message or a refusal. */
const anyJson = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    fc.constantFrom<JsonValue>(
      null,
      true,
      0,
      400,
      1.5,
      10n ** 20n,
      '',
      'rjct',
      'search',
      'ERR',
      'NACK',
      'err.401',
      '404',
      'a',
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(
        fc.tuple(
          fc.constantFrom(
            ...['message', 'error', 'errors', 'detail', 'code', 'ack_status', 'statusCode', 'loc', 'msg', 'status'],
            ...['search_response', 'reference_id', 'timestamp', 'status_reason_code', 'sender_id', 'receiver_id'],
            ...['action', 'subscribe_response', 'message_ts', '__proto__', 'toString'],
          ),
          tie('value'),
        ),
        { maxLength: 4 },
      )
      .map((members): JsonValue => Object.fromEntries(members)),
  ),
})).value;
const anyObject = anyJson.map(
  (value): JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : { message: value },
);

const earlyCodes: readonly [string, string][] = [
  ['ERR_INVALID_QUERY', 'rjct.filter.invalid'],
  ['ERR_INVALID_SIGNATURE', 'err.signature.invalid'],
  ['ERR_EXPIRED_SIGNATURE', 'err.signature.expired'],
  ['ERR_UNAUTHORIZED', 'err.request.unauthorized'],
  ['ERR_NOT_FOUND', 'err.request.not_found'],
  ['ERR_CONSENT_REQUIRED', 'err.request.forbidden'],
  ['ERR_RATE_LIMIT', 'err.request.too_many_requests'],
  ['ERR_INTERNAL', 'err.internal'],
];

/**
 * What every dialect keeps to, whatever its family: nothing that it is given changes, no query finds more than was asked,
 * whatever comes in is read without an error.
 *
 * @param options - the dialect and what it knows
 */
export function dialectContract(options: DialectContractOptions): void {
  const { dialect, readAs, knows, reply } = options;
  const context: CriteriaContext = { registry: knows.registry };
  const { identifierTypes } = dialect;
  const [idType = 'UIN'] = identifierTypes ?? [];
  const criteria: JsonObject = {
    version: '1.0.0',
    reg_type: 'x',
    query_type: 'expression',
    query: { a: 1 },
    ...options.criteria,
  };
  const replyContext = (header: JsonObject): ReplyContext => ({
    call: 'sync-search',
    registry: knows.registry,
    referenceIds: ['r1', 'r2'],
    header,
  });
  /** A query that has the filter as its tree, and the same written out for dialects that pass it on. */
  const queryOf = (filter: UnboundFilter): NeutralQuery => ({
    queryType: 'expression',
    query: writeMongo(filter),
    filter: () => filter,
  });

  describe(`dialect ${dialect.name}`, () => {
    it('is listed once, and found by its name', () => {
      expect(dialects.filter(({ name }) => name === dialect.name)).toEqual([dialect]);
      expect(findDialect(dialect.name)).toBe(dialect);
      expect(dialect.summary).not.toBe('');
      expect(dialect.signatures.read).toContain(dialect.signatures.write);
    });

    it('has a path of its own for every call', () => {
      const paths = dialect.calls.map((call) => dialect.path(call, fr, 'sync/own'));
      expect(new Set(paths).size).toBe(paths.length);
      for (const path of paths) expect(path).toMatch(/^[a-z]+(\/[a-z]+)*$/);
    });

    describe('headers', () => {
      it.each([
        '2026-04-22T10:30:00Z',
        '2026-04-22T10:30:00.000Z',
        '2026-04-22T12:30:00.999+02:00',
        '2026-04-22 10:30:00+00:00',
      ])('of %s have the time in whole seconds', (message_ts) => {
        const written = dialect.writeHeader(frozen({ ...request, message_ts }));
        expect(written.message_ts).toBe('2026-04-22T10:30:00Z');
        expect(dialect.writeHeader(frozen(written))).toEqual(written);
      });

      it('keep who, to whom and what', () => {
        const kept = ['message_id', 'sender_id', 'sender_uri', 'receiver_id', 'action', 'total_count', 'version'];
        const written = dialect.writeHeader(request);
        for (const name of kept) expect(written[name]).toEqual(request[name]);
      });

      it('of replies name the parties, whatever the family makes of them', () => {
        const parties = dialect.readParties(frozen(reply(dialect.writeHeader(request))), 'sync-search');
        expect(parties).toEqual({ senderId: request.receiver_id, receiverId: request.sender_id, action: 'on-search' });
      });

      it('of a third party name that one', () => {
        const other = frozen({
          ...reply(request),
          sender_id: 'https://other.example.org',
          receiver_id: 'https://third.example.org',
        });
        const { senderId, receiverId } = dialect.readParties(other, 'sync-search');
        expect([senderId, receiverId].sort()).toEqual(['https://other.example.org', 'https://third.example.org']);
      });
    });

    describe('queries', () => {
      const cases: readonly [string, RegistryType, RecordType][] = [
        ['persons of the social registry', social, social.recordTypes[0]],
        ['members of the social registry', social, social.recordTypes[1]],
        ['groups of the social registry', social, social.recordTypes[2]],
        ['persons of the civil registry', crvs, crvs.recordTypes[0]],
      ];
      test.each(cases)('of %s find what was asked, or are refused', (_, registry, recordType) => {
        const finder = finderOf(recordType, registry);
        fc.assert(
          fc.property(unboundFilterArbitrary(recordType), (filter) => {
            const written = unlessRefused(() => dialect.writeQuery(frozen(queryOf(filter)), { registry }));
            if (written !== undefined) expect(finder.foundBy(written, readAs)).toEqual(finder.found(filter));
          }),
          { numRuns: 250 },
        );
      });

      it('are written wherever it has a form', () => {
        const { registry, attributes, leastShare } = knows;
        const [recordType] = registry.recordTypes;
        if (recordType === undefined) throw new Error('no record type');
        const finder = finderOf(recordType, registry);
        let runs = 0;
        let written = 0;
        fc.assert(
          fc.property(unboundFilterArbitrary(withAttributes(recordType, attributes)), (filter) => {
            runs += 1;
            const query = unlessRefused(() => dialect.writeQuery(frozen(queryOf(filter)), context));
            if (query === undefined) return;
            written += 1;
            expect(writeJson(query.query)).not.toBe('{}');
            expect(finder.foundBy(query, readAs)).toEqual(finder.found(filter));
          }),
          { numRuns: 400 },
        );
        expect(written / runs).toBeGreaterThanOrEqual(leastShare);
      });

      it.each([
        ['as identifier', neutralQuery('idtype-value', { type: idType, value: '1000000001' })],
        [
          'in the older form',
          neutralQuery('idtype-value', { type: 'idtype-value', value: { id_type: idType, id_value: '1000000001' } }),
        ],
        ['as attribute', neutralQuery('predicate', `person.identifier.${idType} == "1000000001"`)],
      ])('for an identifier, written %s, are look-ups', (_, query) => {
        const finder = finderOf(social.recordTypes[0], social);
        const written = dialect.writeQuery(query, { registry: social });
        const expected: UnboundFilter = { kind: 'identifier', identifierType: idType, value: '1000000001' };
        expect(finder.foundBy(written, readAs)).toEqual(finder.found(expected));
        if (dialect.name !== 'spdci-1.0') {
          expect(written).toEqual({ queryType: 'idtype-value', query: { type: idType, value: '1000000001' } });
        }
      });

      it.each(knows.registry.identifierTypes.map(({ code }) => code))(
        'for an identifier of type %s are look-ups, or refused where it says that it has no such type',
        (type) => {
          const query = neutralQuery('idtype-value', { type, value: '1000000001' });
          const written = unlessRefused(() => dialect.writeQuery(query, context));
          expect(written === undefined).toBe(identifierTypes?.includes(type) === false);
          expect(written?.queryType ?? 'idtype-value').toBe('idtype-value');
        },
      );

      it('of criteria stay as they were written', () => {
        const written = dialect.writeSearchCriteria(frozen(criteria), context);
        expect(written).toMatchObject({ query: criteria.query, query_type: criteria.query_type });
      });

      it('narrowed by an event type say so, or are refused', () => {
        const narrowed = unlessRefused(
          () => dialect.writeSearchCriteria(frozen(criteria), { registry: crvs, eventType: 'Death' }),
          ['rjct.search_criteria.invalid'],
        );
        if (narrowed !== undefined) expect(writeJson(narrowed)).toMatch(/death/i);
      });
    });

    describe('what comes in', () => {
      it('is read without an error and without a change, whatever it is', () => {
        fc.assert(
          fc.property(anyJson, anyObject, anyObject, (body, message, header) => {
            for (const value of [body, message, header]) frozen(value);
            const refusal = dialect.readRefusal(body);
            for (const text of Object.values(refusal ?? {})) expect(text).toBeTypeOf('string');
            dialect.readMessage(message, replyContext(header));
            const parties = dialect.readParties(header, 'search');
            for (const text of Object.values(parties)) expect(['string', 'undefined']).toContain(typeof text);
          }),
          { numRuns: 500 },
        );
      });

      it("passes when it is the standard's", () => {
        const item = (reference_id: string): JsonObject => ({
          reference_id,
          timestamp: '2026-04-22T10:30:00Z',
          status: 'succ',
        });
        const message = frozen({ transaction_id: 't', correlation_id: 'c', search_response: [item('r1'), item('r2')] });
        expect(dialect.readMessage(message, replyContext(reply(request)))).toEqual(message);
      });

      it.each(earlyCodes)('with the code %s reads as %s', (code, typed) => {
        const error = { code, message: 'text' };
        const expected = { code: typed, message: 'text' };
        expect(dialect.readRefusal(frozen({ message: { ack_status: 'ERR', error } }))).toEqual(expected);
        expect(dialect.readRefusal(frozen({ errors: [error] }))).toEqual(expected);
        expect(dialect.readRefusal(frozen({ error }))).toEqual(expected);
      });

      it.each<[string, JsonValue]>([
        [
          'an acknowledgement',
          { message: { ack_status: 'ACK', timestamp: '2026-04-22T10:30:00', correlation_id: 'c', error: null } },
        ],
        ['nothing', {}],
        ['a list', []],
        ['null', null],
        ['a text', 'ACK'],
      ])('is no refusal when it is %s', (_, body) => {
        expect(dialect.readRefusal(body)).toBeUndefined();
      });

      it('prefers the precise code', () => {
        const body = {
          message: { ack_status: 'ERR', error: { code: 'err.request.unauthorized', message: 'a' } },
          errors: [{ code: 'err.auth.invalid_token', message: 'b' }],
        };
        expect(dialect.readRefusal(frozen(body))).toEqual({ code: 'err.auth.invalid_token', message: 'b' });
      });

      it('prefers a place that has a code', () => {
        const body = {
          errors: [{ message: 'a' }],
          message: { ack_status: 'ERR', error: { code: 'err.request.forbidden', message: 'b' } },
        };
        expect(dialect.readRefusal(frozen(body))).toEqual({ code: 'err.request.forbidden', message: 'b' });
        expect(dialect.readRefusal({ errors: [{}], error: { message: 'c' } })).toEqual({ message: 'c' });
      });
    });

    it('refuses with errors of this project only', () => {
      fc.assert(
        fc.property(anyJson, (query) => {
          for (const queryType of ['idtype-value', 'expression', 'predicate'] as const) {
            try {
              dialect.writeQuery(neutralQuery(queryType, frozen(query)), context);
            } catch (error) {
              expect(error).toBeInstanceOf(DciError);
            }
          }
        }),
        { numRuns: 300 },
      );
    });
  });
}
