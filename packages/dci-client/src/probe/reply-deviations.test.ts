import { dr, type JsonObject, type JsonValue, social } from 'dci-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDeviations, type ObservedReply } from './reply-deviations.ts';

const dciSignature =
  'namespace="dci", kidId="r|k|ed25519", algorithm="ed25519", created="1", expires="2", headers="(created) (expires) digest", signature="AA=="';
const request: JsonObject = { message_id: 'm1', sender_id: 'mis', receiver_id: 'reg' };
const header: JsonObject = {
  version: '1.0.0',
  message_id: 'm2',
  message_ts: '2026-04-22T10:30:00Z',
  action: 'on-search',
  status: 'succ',
  sender_id: 'reg',
  receiver_id: 'mis',
};
const item: JsonObject = {
  reference_id: 'r1',
  timestamp: '2026-04-22T10:30:00+02:00',
  status: 'succ',
  data: { reg_type: social.code, reg_record_type: 'Person', reg_records: [] },
  pagination: { page_size: 20, page_number: 1, total_count: 0 },
};
const message: JsonObject = { transaction_id: 't1', correlation_id: 'c1', search_response: [item] };

const observe = (change: {
  header?: JsonObject;
  message?: JsonObject;
  item?: JsonObject;
  data?: JsonObject;
  more?: Partial<ObservedReply>;
  signature?: JsonValue | undefined;
}): readonly string[] => {
  const data = { ...(item.data as JsonObject), ...change.data };
  const items = [{ ...item, data, ...change.item }];
  const body = {
    signature: 'signature' in change ? change.signature : dciSignature,
    header: { ...header, ...change.header },
    message: { ...message, search_response: items, ...change.message },
  };
  const asked = { request, transactionId: 't1', referenceIds: ['r1'], registry: social };
  return findDeviations({ contentType: 'application/json; charset=utf-8', body, ...asked, ...change.more }).map(
    ({ code, text }) => `${code}: ${text}`,
  );
};

describe('a reply', () => {
  it('that is as the standard has it deviates nowhere', () => {
    expect(observe({})).toEqual([]);
    expect(observe({ item: { data: undefined, pagination: undefined } })).toEqual([]);
    expect(observe({ header: { sender_id: undefined, receiver_id: undefined } })).toEqual([]);
  });

  it.each<[string, Parameters<typeof observe>[0], readonly string[]]>([
    [
      'content type',
      { more: { contentType: 'text/json' } },
      ['content_type: The content type is not application/json.'],
    ],
    ['no signature', { signature: undefined }, ['unsigned: The reply is not signed.']],
    ['a stub of a signature', { signature: 'unsigned-stub' }, ['unsigned: The reply is not signed.']],
    ['a compact JWS', { signature: 'aa.bb.cc' }, ['signature_form: The signature is a compact JWS.']],
    ['a detached JWS', { signature: 'aa..cc' }, ['signature_form: The signature is a detached JWS.']],
    ['anything else', { signature: 'canary' }, ['signature_form: The signature is of no form that is known.']],
    [
      'missing members of the header',
      { header: { message_ts: undefined, status: null } },
      ['missing_member: Members of header that the standard requires are missing: message_ts, status.'],
    ],
    [
      'empty members of the header',
      { header: { meta: null, sender_uri: '' } },
      ['empty_member: Members of the header are null or empty: meta, sender_uri.'],
    ],
    [
      'a copied header',
      { header: { message_id: 'm1', sender_id: 'mis', receiver_id: 'reg', action: 'search' } },
      [
        'copied_header: The message id of the reply is that of the request.',
        'parties_not_exchanged: Sender and receiver of the reply are those of the request.',
        'action: The action is "search" in place of "on-search".',
      ],
    ],
    [
      'an action of its own',
      { header: { action: 'canary' } },
      ['action: The action is another one in place of "on-search".'],
    ],
    [
      'a time without zone',
      { header: { message_ts: '2026-04-22T10:30:00' }, item: { timestamp: 'canary' } },
      [
        'timestamp: header.message_ts is no timestamp with a zone (RFC 3339).',
        'timestamp: message.search_response[0].timestamp is no timestamp with a zone (RFC 3339).',
      ],
    ],
    [
      'statuses of its own',
      { header: { status: 'SUCC' }, item: { status: 'canary' } },
      [
        'status: header.status is none of rcvd, pdng, succ, rjct.',
        'status: message.search_response[0].status is none of rcvd, pdng, succ, rjct.',
      ],
    ],
    [
      'codes of its own',
      { header: { status_reason_code: 'rjct.search.not_supported' }, item: { status_reason_code: 'rjct.canary' } },
      [
        "code: header.status_reason_code is not in the standard's list: rjct.search.not_supported.",
        "code: message.search_response[0].status_reason_code is not in the standard's list.",
      ],
    ],
    [
      'missing members of the message',
      { message: { correlation_id: undefined }, item: { timestamp: undefined } },
      [
        'missing_member: Members of message that the standard requires are missing: correlation_id.',
        'missing_member: Members of message.search_response[0] that the standard requires are missing: timestamp.',
      ],
    ],
    [
      'another transaction',
      { message: { transaction_id: 'canary' } },
      ['other_items: The reply names another transaction than the request.'],
    ],
    ['no items', { message: { search_response: [] } }, ['other_items: The reply leaves the search unanswered.']],
    [
      'other items',
      { item: { reference_id: 'canary' } },
      ['other_items: The reply answers other items than the request has.'],
    ],
    [
      'a rejection',
      { item: { status: 'rjct', data: undefined } },
      ['no_hits_rejected: A search without hits is rejected, where an empty list is due.'],
    ],
    [
      'spellings of its own',
      { data: { reg_type: 'SOCIAL_REGISTRY', reg_record_type: 'PERSON' } },
      [
        'reg_type: reg_type is another spelling of ns:org:RegistryType:Social.',
        'record_type: reg_record_type is another spelling of Person.',
      ],
    ],
    [
      'types of its own',
      { data: { reg_type: 'canary', reg_record_type: 'canary' } },
      [
        'reg_type: reg_type is none of ns:org:RegistryType:Social.',
        `record_type: reg_record_type is none of ${social.recordTypes.map(({ name }) => name).join(', ')}.`,
      ],
    ],
    [
      'one object of records',
      { data: { reg_records: {} } },
      ["records_form: reg_records is not a list, as the standard's file has it."],
    ],
    [
      'half of a page',
      { item: { pagination: { page_size: 20 } } },
      [
        'missing_member: Members of message.search_response[0].pagination that the standard requires are missing: page_number, total_count.',
      ],
    ],
  ])('deviates by %s', (_, change, expected) => {
    expect(observe(change)).toEqual(expected);
  });

  it('of a registry of disabled persons has one object of records', () => {
    const ofDr = {
      data: { reg_type: dr.code, reg_record_type: 'DisabledPerson', reg_records: {} },
      more: { registry: dr },
    };
    expect(observe(ofDr)).toEqual([]);
    expect(observe({ ...ofDr, data: { ...ofDr.data, reg_records: [] } })).toEqual([
      "records_form: reg_records is not one object, as the standard's file has it.",
    ]);
  });

  it('that is an acknowledgement is no envelope', () => {
    const body = { message: { ack_status: 'ERR', error: { code: 'err.501', message: 'canary' } } };
    expect(observe({ more: { body } })).toEqual([
      'no_envelope: The reply is no envelope with header and message.',
      "code: message.error.code is not in the standard's list: err.501.",
    ]);
    expect(observe({ more: { body: ['canary'] } })).toEqual([
      'no_envelope: The reply is no envelope with header and message.',
    ]);
  });

  it('that is encrypted is judged by what it was decrypted to', () => {
    const body = { signature: dciSignature, header, message: { ciphertext: 'x', iv: 'y' } };
    expect(observe({ more: { body } })).toEqual([]);
    expect(observe({ more: { body, message: { ...message, correlation_id: undefined } } })).toHaveLength(1);
  });

  it('of any content is described without repeating it', () => {
    const canary = 'c4n4ry';
    const value: fc.Arbitrary<JsonValue> = fc.oneof(
      fc.constantFrom<JsonValue>(canary, [canary], { [canary]: canary }, null, '', 7, `rjct.${canary}`),
      fc.jsonValue() as fc.Arbitrary<JsonValue>,
    );
    const members = (names: readonly string[]) =>
      fc.dictionary(fc.constantFrom(...names), value) as fc.Arbitrary<JsonObject>;
    const change = fc.record({
      header: members([...Object.keys(header), 'status_reason_code']),
      message: members(Object.keys(message)),
      item: members([...Object.keys(item), 'status_reason_code']),
      data: members(Object.keys(item.data as JsonObject)),
      signature: value,
    });
    fc.assert(
      fc.property(change, (changed) => {
        expect(observe(changed).join('\n')).not.toContain(canary);
      }),
    );
    fc.assert(
      fc.property(value, (body) => {
        expect(observe({ more: { body } }).join('\n')).not.toContain(canary);
      }),
    );
  });
});
