import { crvs, dr, fr, ibr, type JsonObject, type JsonValue, neutralQuery, social, spdciDialect } from 'dci-core';
import { expect, test } from 'vitest';
import { hasStandardFiles, standardFile } from './standard-file.fixtures.ts';

const queries: readonly (readonly ['idtype-value' | 'expression' | 'predicate', JsonValue])[] = [
  ['idtype-value', { type: 'UIN', value: '1' }],
  ['idtype-value', { type: 'idtype-value', value: { id_type: 'UIN', id_value: '1' } }],
  ['expression', { seq: [{ attribute: 'sex', operator: '=', value: 'female' }] }],
  ['expression', { type: 'ns:org:QueryType:expression', value: { expression: { query: { sex: 'female' } } } }],
  ['expression', { birth_date: { type: 'range', gte: '1990-01-01', lte: '1990-12-31' } }],
  ['predicate', 'person.age >= 18 && person.sex == "female"'],
  ['predicate', [{ attribute_name: 'birth_date', operator: 'gte', attribute_value: '1990-01-01' }]],
  [
    'predicate',
    [
      {
        seq_num: 1,
        expression1: { attribute: 'birth_date', operator: '>=', value: '1990-01-01' },
        condition: 'and',
        expression2: { attribute_name: 'birth_date', operator: '$LT', attribute_value: '1991-01-01' },
      },
      { expression1: { attribute_name: 'sex', operator: 'in', attribute_value: ['1', '2'] }, expression2: null },
    ],
  ],
];
const timestamp = '2026-04-22T10:30:00Z';

test.skipIf(!hasStandardFiles).each([social, crvs, ibr, dr, fr])(
  '$name: what the dialect spdci-1.0 writes is valid, whatever form the query has',
  (registry) => {
    const file = standardFile(registry.name);
    const header = (action: string): JsonObject =>
      spdciDialect.writeHeader({
        version: '1.0.0',
        message_id: 'm',
        message_ts: '2026-04-22T10:30:00.123+02:00',
        action,
        sender_id: 'mis.example.org',
        sender_uri: 'https://mis.example.org/dci',
        receiver_id: 'registry.example.org',
        total_count: 1,
        is_msg_encrypted: false,
      });
    for (const [queryType, query] of queries) {
      const context = { registry, eventType: registry.eventTypes[0]?.code ?? 'REGISTER' };
      const written = spdciDialect.writeQuery(neutralQuery(queryType, query), context);
      const search_criteria = spdciDialect.writeSearchCriteria(
        { version: '1.0.0', reg_type: registry.code, query_type: written.queryType, query: written.query },
        context,
      );
      const search = { transaction_id: 't', search_request: [{ reference_id: 'r', timestamp, search_criteria }] };
      const subscribe = spdciDialect.writeMessage(
        {
          transaction_id: 't',
          subscribe_request: [
            {
              reference_id: 'r',
              timestamp,
              subscribe_criteria: {
                reg_type: registry.code,
                reg_event_type: 'REGISTER',
                filter_type: queryType,
                filter: query,
                notify_record_type: registry.recordTypes[0]?.name ?? '',
              },
            },
          ],
        },
        { call: 'subscribe', registry },
      );
      const signature = 'signature';
      for (const call of ['search', 'sync-search'] as const) {
        const path = spdciDialect.path(call, registry).replace(/^[^/]+/, '');
        expect(file.requestFaults(path, { signature, header: header('search'), message: search })).toEqual([]);
      }
      expect(
        file.requestFaults('/registry/subscribe', { signature, header: header('subscribe'), message: subscribe }),
      ).toEqual([]);
    }
  },
);
