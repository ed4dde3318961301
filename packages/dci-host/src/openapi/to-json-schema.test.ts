import {
  envelopeSchema,
  personSchema,
  requestHeaderSchema,
  searchRequestSchema,
  txnStatusRequestSchema,
} from 'dci-core';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { describeSchema } from './to-json-schema.ts';

const custom = { 'must be an object': { type: 'object' }, 'must be a whole number, at least 0': { type: 'integer' } };

describe('a schema is described', () => {
  test.each<[string, v.GenericSchema, object]>([
    ['string', v.string(), { type: 'string' }],
    ['checks', v.pipe(v.string(), v.nonEmpty(), v.maxLength(9)), { type: 'string', minLength: 1, maxLength: 9 }],
    ['numbers', v.pipe(v.number(), v.integer(), v.minValue(1)), { type: 'integer', minimum: 1 }],
    ['lists', v.pipe(v.array(v.boolean()), v.nonEmpty()), { type: 'array', items: { type: 'boolean' }, minItems: 1 }],
    ['picklists', v.picklist(['a', 'b']), { enum: ['a', 'b'] }],
    ['null', v.nullable(v.string()), { type: ['string', 'null'] }],
    ['null in choices', v.nullable(v.picklist(['a'])), { anyOf: [{ enum: ['a'] }, { type: 'null' }] }],
    [
      'choices',
      v.union([v.string(), v.array(v.string())]),
      { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    ],
    ['anything among choices', v.union([v.string(), v.unknown()]), {}],
    ['up to a transformation', v.pipe(v.string(), v.transform(Number), v.number()), { type: 'string' }],
    [
      'with the words that follow',
      v.pipe(v.string(), v.transform(String), v.picklist(['a'])),
      { type: 'string', examples: ['a'] },
    ],
    [
      'with its checks in words',
      v.pipe(
        v.string(),
        v.check((text) => text !== 'x', 'must be fine'),
      ),
      { type: 'string', description: 'must be fine' },
    ],
    [
      'with its own description',
      v.pipe(v.string(), v.description('a text')),
      { type: 'string', description: 'a text' },
    ],
    ['custom', v.custom(() => true, 'must be an object'), { type: 'object' }],
    ['custom of no known meaning', v.custom(() => true, 'other'), {}],
    ['what JSON does not know', v.bigint(), {}],
    [
      'what JSON does not know, within',
      v.object({ a: v.date(), b: v.optional(v.map(v.string(), v.string())) }),
      { type: 'object', required: ['a'] },
    ],
    [
      'strict',
      v.strictObject({ a: v.optional(v.string()) }),
      { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
    ],
    ['lazy', v.lazy(() => v.string()), { type: 'string' }],
  ])('%s', (_name, schema, expected) => {
    expect(describeSchema(schema, { custom })).toMatchObject(expected);
  });

  test('that holds itself', () => {
    interface Tree {
      child?: Tree | undefined;
    }
    const tree: v.GenericSchema<Tree> = v.object({ child: v.optional(v.lazy(() => tree)) });
    expect(describeSchema(tree)).toEqual({ type: 'object', properties: { child: {} } });
    expect(describeSchema(tree, { named: new Map([[tree, 'Tree']]) })).toEqual({
      type: 'object',
      properties: { child: { $ref: '#/components/schemas/Tree' } },
    });
  });

  test('of the messages of the protocol', () => {
    expect(describeSchema(requestHeaderSchema, { custom })).toMatchObject({
      type: 'object',
      required: ['message_id', 'message_ts', 'action', 'sender_id'],
      properties: {
        message_id: { type: 'string', minLength: 1, maxLength: 99 },
        message_ts: { type: 'string', description: 'must be an RFC 3339 timestamp with a zone' },
        receiver_id: { type: ['string', 'null'] },
        total_count: { type: 'integer' },
        meta: {},
      },
    });
    expect(describeSchema(envelopeSchema, { custom })).toMatchObject({
      required: ['header'],
      properties: { header: { type: 'object' } },
    });
    expect(describeSchema(searchRequestSchema)).toMatchObject({
      required: ['transaction_id', 'search_request'],
      properties: { search_request: { type: 'array', minItems: 1 } },
    });
    expect(describeSchema(txnStatusRequestSchema)).toMatchObject({
      properties: {
        txnstatus_request: {
          required: ['attribute_type', 'attribute_value'],
          properties: {
            txn_type: { type: 'string' },
            attribute_value: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
          },
        },
      },
    });
    expect(describeSchema(personSchema)).toMatchObject({
      type: 'object',
      properties: { birth_date: { type: 'string' } },
    });
  });
});
