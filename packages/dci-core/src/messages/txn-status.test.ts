import { expect, test } from 'vitest';
import { parseMessage } from '../envelope/parse-message.ts';
import type { JsonObject, JsonValue } from '../json/value.ts';
import { receiptRequestSchema, receiptResponseSchema } from './receipt.ts';
import { txnStatusRequestSchema, txnStatusResponseSchema } from './txn-status.ts';

const request: JsonObject = {
  reference_id: 'r-1',
  txn_type: 'search',
  attribute_type: 'transaction_id',
  attribute_value: 't-0',
  locale: 'eng',
};
const read = (value: JsonValue) =>
  parseMessage(txnStatusRequestSchema, { transaction_id: 't', txnstatus_request: value }, 'message').txnstatus_request;

test.each<[JsonObject, JsonObject]>([
  [{}, {}],
  [{ txn_type: 'on-search' }, {}],
  [{ txn_type: 'Subscribe' }, { txn_type: 'subscribe' }],
  [
    { attribute_type: 'reference-id-list', attribute_value: ['a', 'b'] },
    { attribute_type: 'reference_id_list', attribute_value: ['a', 'b'] },
  ],
  [{ attribute_type: 'subscription_code_list' }, { attribute_type: 'subscription_code_list' }],
])('%j is read', (change, expected) => {
  expect(read({ ...request, ...change })).toEqual({ ...request, attribute_value: ['t-0'], ...expected });
});

test('OpenSPP leaves out the transaction type', () => {
  const { txn_type: _, reference_id: __, ...rest } = request;
  expect(read(rest)).toEqual({ attribute_type: 'transaction_id', attribute_value: ['t-0'], locale: 'eng' });
});

test.each<[JsonObject, string]>([
  [{ txn_type: 'delete' }, 'txn_type'],
  [{ attribute_type: 'message_id' }, 'attribute_type'],
  [{ attribute_type: undefined }, 'attribute_type'],
  [{ attribute_value: 5 }, 'attribute_value'],
  [{ attribute_value: [] }, 'attribute_value'],
  [{ attribute_value: '' }, 'attribute_value'],
])('%j is refused', (change, member) => {
  expect(() => read({ ...request, ...change })).toThrow(
    expect.objectContaining({ code: 'err.request.bad', path: `message.txnstatus_request.${member}` }),
  );
});

test('a reply', () => {
  const reply = {
    transaction_id: 't',
    correlation_id: 'c',
    txnstatus_response: { txn_type: 'search', txn_status: { search_response: [] } },
  };
  expect(parseMessage(txnStatusResponseSchema, reply, 'message')).toEqual(reply);
  expect(() => parseMessage(txnStatusResponseSchema, { txnstatus_response: [] }, 'message')).toThrow(
    expect.objectContaining({ path: 'message.txnstatus_response' }),
  );
});

test('receipts', () => {
  const receipt = {
    transaction_id: 't',
    receipt_request: [{ reference_id: 'e-1', timestamp: '2026-04-22T10:30:00Z', status: 'succ' }],
  };
  expect(parseMessage(receiptRequestSchema, receipt, 'message')).toEqual(receipt);
  const benefits = { transaction_id: 't', receipt_information: { beneficiaries: [{ a: 1 }] } };
  expect(parseMessage(receiptRequestSchema, benefits, 'message')).toEqual(benefits);
  expect(() => parseMessage(receiptRequestSchema, { transaction_id: 't' }, 'message')).toThrow(
    expect.objectContaining({ code: 'err.request.bad', path: 'message' }),
  );
  const reply = {
    transaction_id: 't',
    correlation_id: 'c',
    receipt_response: [{ reference_id: 'e-1', status: 'succ' }],
  };
  expect(parseMessage(receiptResponseSchema, reply, 'message')).toEqual(reply);
});
