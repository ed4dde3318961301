import { defineDialect, spdciDialect } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acknowledge, answerJson, failureOf, registryForTests, replyWith } from '../registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;
const acknowledged = defineDialect({
  ...spdciDialect,
  name: 'acknowledged',
  calls: spdciDialect.calls.filter((call) => call !== 'sync-receipt'),
});

describe('a receipt', () => {
  it('names what arrived, and is answered item by item', async () => {
    registry.current.behave({
      change: replyWith('on-receipt', () => ({
        receipt_response: [
          { reference_id: 'r-1', status: 'succ' },
          { reference_id: 'r-2', status: 'rjct', status_reason_message: 'unknown' },
        ],
      })),
    });
    const reply = await client().receipt({ referenceIds: ['r-1', 'r-2'], subscriptionCode: 's-1' });
    expect(reply.items).toEqual([
      { referenceId: 'r-1', status: 'succ' },
      { referenceId: 'r-2', status: 'rjct', text: 'unknown' },
    ]);
    expect(reply.evidence.verified).toBe(true);
    const [request] = registry.current.requests;
    expect(request?.path).toBe('/dci_api/v1/social/registry/sync/receipt');
    expect(request?.header).toMatchObject({ action: 'receipt', total_count: 2 });
    expect(request?.message).toMatchObject({
      subscription_code: 's-1',
      receipt_request: [
        { reference_id: 'r-1', status: 'succ' },
        { reference_id: 'r-2', status: 'succ' },
      ],
    });
  });

  it('can tell of beneficiaries', async () => {
    registry.current.behave({
      change: replyWith('on-receipt', ({ message }) => ({
        receipt_response: [{ reference_id: message.transaction_id, status: 'succ' }],
      })),
    });
    const { items } = await client().receipt({ referenceIds: [], beneficiaries: [{ programme_name: 'cash' }] });
    expect(items).toHaveLength(1);
    expect(registry.current.requests[0]?.message).toMatchObject({
      receipt_information: { beneficiaries: [{ programme_name: 'cash' }] },
    });
  });

  it('is refused when the header says so, and must be answered for what it names', async () => {
    const header = { status: 'rjct', status_reason_code: 'rjct.action.not_supported' };
    registry.current.behave({ change: replyWith('on-receipt', () => ({ receipt_response: [] }), header) });
    expect((await failureOf(client().receipt({ referenceIds: ['r-1'] }))).error.code).toBe('rjct.action.not_supported');
    registry.current.behave({ change: replyWith('on-receipt', () => ({ receipt_response: [{ reference_id: 'x' }] })) });
    expect((await failureOf(client().receipt({ referenceIds: ['r-1'] }))).failure).toMatchObject({
      fault: 'other_items',
    });
    await expect(client().receipt({ referenceIds: [] })).rejects.toMatchObject({ code: 'err.request.bad' });
  });

  it('is only acknowledged by a family that has no other', async () => {
    registry.current.behave({ answer: acknowledge('c-9') });
    const reply = await client({ dialect: acknowledged }).receipt({ referenceIds: ['r-1'] });
    expect(registry.current.requests[0]?.path).toBe('/dci_api/v1/social/registry/receipt');
    expect(reply).toMatchObject({
      items: [{ referenceId: 'r-1', status: 'rcvd' }],
      evidence: { verified: false, correlationId: 'c-9' },
    });
    registry.current.behave({ answer: answerJson(202, { message: { ack_status: 'NACK' } }) });
    expect((await failureOf(client({ dialect: acknowledged }).receipt({ referenceIds: ['r'] }))).failure.kind).toBe(
      'refused',
    );
  });

  it('may be answered with an envelope where an acknowledgement is due', async () => {
    registry.current.behave({
      change: replyWith('on-receipt', () => ({ receipt_response: [{ reference_id: 'r-1' }] })),
    });
    const reply = await client({ dialect: acknowledged }).receipt({ referenceIds: ['r-1'] });
    expect(reply).toMatchObject({ items: [{ referenceId: 'r-1' }], evidence: { verified: true } });
  });
});
