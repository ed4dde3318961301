import { describe, expect, it } from 'vitest';
import { parseMessage } from '../envelope/parse-message.ts';
import { disabledRequestSchema, disabledResponseSchema } from './disabled.ts';
import { enrolledRequestSchema, enrolledResponseSchema } from './enrolled.ts';
import { enrollmentUpdatesRequestSchema } from './enrollment-updates.ts';

describe('questions of status', () => {
  it("are read as the standard's examples have them", () => {
    const enrolled_criteria = {
      query_type: 'nosql',
      response_entity: 'Member',
      query: { person_identifier: { eq: 'A' } },
    };
    expect(parseMessage(enrolledRequestSchema, { transaction_id: 't', enrolled_criteria }, 'message')).toEqual({
      transaction_id: 't',
      enrolled_criteria,
    });
    const disabled_criteria = {
      query: { 'member.member_identifier': { eq: 'A' } },
      reference_id: 'r',
      query_type: null,
    };
    expect(parseMessage(disabledRequestSchema, { transaction_id: 't', disabled_criteria }, 'message')).toEqual({
      transaction_id: 't',
      disabled_criteria: { ...disabled_criteria, query_type: undefined },
    });
  });

  it.each([
    [{}, 'message.transaction_id'],
    [{ transaction_id: 't' }, 'message.disabled_criteria'],
    [{ transaction_id: 't', disabled_criteria: [] }, 'message.disabled_criteria'],
    [
      { transaction_id: 't', disabled_criteria: { reference_id: 'x'.repeat(100) } },
      'message.disabled_criteria.reference_id',
    ],
    [
      { transaction_id: 't', disabled_criteria: { pagination: { page_size: 0 } } },
      'message.disabled_criteria.pagination.page_size',
    ],
  ])('%j is refused at %s', (message, path) => {
    expect(() => parseMessage(disabledRequestSchema, message, 'message')).toThrow(
      expect.objectContaining({ code: 'err.request.bad', path }),
    );
  });
});

describe('answers of peers', () => {
  it.each([
    ['yes', 'yes'],
    ['No', 'no'],
    [' YES ', 'yes'],
    ['unknown', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%j says %s', (said, read) => {
    const item = said === undefined ? {} : { disabled_status: said, enrolled_status: said };
    const disabled = parseMessage(disabledResponseSchema, { disabled_response: [item] }, 'message');
    expect(disabled.disabled_response[0]?.disabled_status).toBe(read);
    const enrolled = parseMessage(enrolledResponseSchema, { enrolled_response: [item] }, 'message');
    expect(enrolled.enrolled_response[0]?.enrolled_status).toBe(read);
  });

  it('without a list are refused', () => {
    expect(() => parseMessage(disabledResponseSchema, {}, 'message')).toThrow(/disabled_response is missing/);
    expect(() => parseMessage(enrolledResponseSchema, { enrolled_response: {} }, 'message')).toThrow(/list/);
  });
});

it.each([[{}], [{ beneficiaries: [] }], [{ beneficiaries: {} }], [[]]])(
  'enrolment updates of %j are refused',
  (updates) => {
    const message = { transaction_id: 't', enrolled_updates: updates };
    expect(() => parseMessage(enrollmentUpdatesRequestSchema, message, 'message')).toThrow(
      expect.objectContaining({ code: 'err.request.bad' }),
    );
  },
);
