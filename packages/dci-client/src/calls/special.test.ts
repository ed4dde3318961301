import { dr, ibr, type JsonObject, social } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, registryForTests, replyWith } from '../registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;
const answered = { status: 'succ', timestamp: '2026-04-22T10:30:00Z', reference_id: 'r' };

describe('an operation of a registry type', () => {
  it('is asked at its path, by name or path, and answered with a verified message', async () => {
    registry.current.behave({
      change: replyWith('on-search', () => ({ enrolled_response: [{ ...answered, enrolled_status: 'yes' }] })),
    });
    const one = client({ registry: ibr });
    const criteria = { query_type: 'idtype-value', query: { type: 'UIN', value: '1' } };
    for (const name of ['enrolled', 'sync/enrolled']) {
      const { message, evidence } = await one.call(name, { enrolled_criteria: criteria });
      expect(message.enrolled_response).toMatchObject([{ enrolled_status: 'yes' }]);
      expect(evidence).toMatchObject({ verified: true, transactionId: message.transaction_id });
    }
    const [request] = registry.current.requests;
    expect(request?.path).toBe('/dci_api/v1/ibr/registry/sync/enrolled');
    expect(request?.header).toMatchObject({ action: 'search', total_count: 1 });
    expect(request?.message).toMatchObject({ enrolled_criteria: criteria });
  });

  it('that delivers has the header of a callback and counts what it delivers', async () => {
    registry.current.behave({ change: replyWith('on-notify', () => ({ enrolled_response: [answered, answered] })) });
    const beneficiaries: JsonObject[] = [{ enrollment_status: '1' }, { enrollment_status: '2' }];
    await client({ registry: ibr }).call('enrollment-updates', { enrolled_updates: { beneficiaries } });
    const [request] = registry.current.requests;
    expect(request?.path).toBe('/dci_api/v1/ibr/registry/sync/enrollment/updates');
    expect(request?.header).toMatchObject({ action: 'notify', status: 'succ', total_count: 2 });
    expect(request?.message).toMatchObject({ enrolled_updates: { beneficiaries } });
  });

  it('goes to the address that is registered for its path', async () => {
    registry.current.behave({ change: replyWith('on-search', () => ({ disabled_response: [] })) });
    await client({ registry: dr, endpoints: { 'sync/disabled': 'pwd/status' } }).call('disabled', {});
    expect(registry.current.requests[0]?.path).toBe('/dci_api/v1/pwd/status');
  });

  it('is refused when the header of the reply rejects it and nothing is answered', async () => {
    const header = { status: 'rjct', status_reason_code: 'rjct.filter.invalid', status_reason_message: 'Lucía' };
    registry.current.behave({ change: replyWith('on-search', () => ({ disabled_response: [] }), header) });
    const { error, failure } = await failureOf(client({ registry: dr }).call('disabled', {}));
    expect(failure).toMatchObject({ kind: 'refused', peerCode: 'rjct.filter.invalid', peerMessage: 'Lucía' });
    expect(error).toMatchObject({ code: 'rjct.filter.invalid', message: expect.not.stringContaining('Lucía') });
  });

  it('is answered when the header rejects it but its items say why', async () => {
    registry.current.behave({
      change: replyWith('on-notify', () => ({ enrolled_response: [{ ...answered, status: 'rjct' }] }), {
        status: 'rjct',
      }),
    });
    const { message } = await client({ registry: ibr }).call('enrollment-updates', {});
    expect(message.enrolled_response).toMatchObject([{ status: 'rjct' }]);
  });

  it('is that of the registry asked, and of our transaction', async () => {
    await expect(client({ registry: social }).call('sync/enrolled', {})).rejects.toMatchObject({
      code: 'err.configuration.invalid',
      path: 'operation',
    });
    registry.current.behave({ change: replyWith('on-search', () => ({ transaction_id: 'another' })) });
    const { failure } = await failureOf(client({ registry: dr }).call('disabled', { transaction_id: 'another' }));
    expect(failure).toMatchObject({ fault: 'other_transaction' });
  });
});

describe('the status of a request', () => {
  const response = (members: JsonObject = {}): JsonObject => ({
    txnstatus_response: { txn_type: 'search', txn_status: { transaction_id: 't', search_response: [] }, ...members },
  });

  it('is asked for by any of its names', async () => {
    registry.current.behave({ change: replyWith('txn-on-status', () => response(), { status: 'pdng' }) });
    const reply = await client().txnStatus({ type: 'search', attribute: 'transaction_id', value: 't-1' });
    expect(reply).toMatchObject({ type: 'search', status: 'pdng', evidence: { verified: true } });
    expect(reply.response.txnstatus_response.txn_status).toMatchObject({ search_response: [] });
    await client().txnStatus({ type: 'subscribe', attribute: 'reference_id_list', value: 'r-1' });
    const [first, second] = registry.current.requests;
    expect(first?.path).toBe('/dci_api/v1/social/registry/sync/txn/status');
    expect(first?.header).toMatchObject({ action: 'txn-status', total_count: 1 });
    expect(first?.message.txnstatus_request).toEqual({
      reference_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      txn_type: 'search',
      attribute_type: 'transaction_id',
      attribute_value: 't-1',
    });
    expect(second?.message.txnstatus_request).toMatchObject({ attribute_value: ['r-1'] });
  });

  it('of one that the registry does not know is an answer', async () => {
    registry.current.behave({
      change: replyWith('txn-on-status', () => response(), { status: 'rjct', status_reason_message: 'unknown' }),
    });
    const reply = await client().txnStatus({ type: 'search', attribute: 'correlation_id', value: 'c' });
    expect(reply).toMatchObject({ status: 'rjct', text: 'unknown' });
  });

  it('is refused without a response', async () => {
    registry.current.behave({ change: replyWith('txn-on-status', () => ({}), { status: 'rjct' }) });
    const question = { type: 'search', attribute: 'correlation_id', value: 'c' } as const;
    expect((await failureOf(client().txnStatus(question))).failure.kind).toBe('refused');
    registry.current.behave({ change: replyWith('txn-on-status', () => ({})) });
    expect((await failureOf(client().txnStatus(question))).failure).toMatchObject({ fault: 'envelope' });
    registry.current.behave({ change: replyWith('on-search', () => response()) });
    expect((await failureOf(client().txnStatus(question))).failure).toMatchObject({ fault: 'action' });
  });

  it.each([[[]], [['a', 'b']]])('cannot be asked of %j', async (value) => {
    const question = { type: 'search', attribute: 'transaction_id', value } as const;
    await expect(client().txnStatus(question)).rejects.toMatchObject({ code: 'err.request.bad', path: 'value' });
  });
});
