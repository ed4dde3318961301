import { isJsonObject, type JsonObject } from 'dci-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from './client.ts';
import {
  CLIENT_ID,
  failureOf,
  inItem,
  objectOf,
  person,
  REGISTRY_ID,
  registryForTests,
  startRegistry,
  TOKEN,
} from './registry.fixtures.ts';

const registry = registryForTests({ beforeAll, afterAll, beforeEach });
const { client } = registry;

describe('a search', () => {
  it('finds a record, with what proves where it is from', async () => {
    const result = await client().searchById('UIN', '1234567897', { recordType: 'Person' });
    expect(result.records).toEqual([person]);
    expect(result).toMatchObject({ status: 'succ', recordType: 'Person', totalCount: 1, warnings: [] });
    expect(result.evidence).toMatchObject({ senderId: REGISTRY_ID, keyId: 'key1', algorithm: 'ed25519' });
    expect(result.evidence.message.transaction_id).toBe(result.evidence.transactionId);
    expect(result.next).toBeUndefined();
  });

  it('sends a signed request as the standard has it', async () => {
    await client().searchById('UIN', '1234567897', {
      recordType: 'Person',
      sort: [{ attribute: 'birth_date', order: 'desc' }, { attribute: 'name.surname' }],
      page: { size: 5, number: 2 },
      consent: { purpose: { code: 'eligibility' } },
    });
    const [request] = registry.current.requests;
    expect(request?.path).toBe('/dci_api/v1/social/registry/sync/search');
    expect(request?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' });
    expect(request?.header).toEqual({
      version: '1.0.0',
      message_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      message_ts: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      action: 'search',
      sender_id: CLIENT_ID,
      receiver_id: REGISTRY_ID,
      total_count: 1,
      is_msg_encrypted: false,
    });
    const [item] = (request?.message.search_request ?? []) as readonly JsonObject[];
    expect(item?.search_criteria).toEqual({
      version: '1.0.0',
      reg_type: 'ns:org:RegistryType:Social',
      reg_record_type: 'Person',
      query_type: 'idtype-value',
      query: { type: 'UIN', value: '1234567897' },
      sort: [
        { attribute_name: 'birth_date', sort_order: 'desc' },
        { attribute_name: 'name.surname', sort_order: 'asc' },
      ],
      pagination: { page_size: 5, page_number: 2 },
      consent: { purpose: { code: 'eligibility' } },
    });
  });

  it('sends expressions and CEL as expressions of the standard', async () => {
    const expression = { seq: [{ attribute: 'sex', operator: '=', value: 'female' }] };
    await client().searchByExpression(expression);
    await client().searchByPredicate('person.age >= 18', { page: { cursor: 'abc' } });
    const criteria = registry.current.requests.map(
      ({ message }) => (message.search_request as readonly JsonObject[])[0]?.search_criteria,
    );
    expect(criteria).toMatchObject([
      { query_type: 'expression', query: { value: { expression: { query: { sex: { $eq: 'female' } } } } } },
      {
        query_type: 'expression',
        query: { value: { expression: { query: { age: { $gte: 18 } } } } },
        pagination: { page_size: 20, cursor: 'abc' },
      },
    ]);
    expect(isJsonObject(criteria[0]) && 'pagination' in criteria[0]).toBe(false);
  });

  it('never uses an id twice', async () => {
    const one = client();
    await Promise.all([one.searchById('UIN', '1'), one.searchById('UIN', '1'), one.searchById('UIN', '2')]);
    const ids = registry.current.requests.flatMap(({ header, message }) => [
      header.message_id,
      message.transaction_id,
      ...(message.search_request as readonly JsonObject[]).map(({ reference_id }) => reference_id),
    ]);
    expect(new Set(ids).size).toBe(9);
  });

  it('takes no hit for an answer', async () => {
    registry.current.behave({ change: inItem({ data: { reg_records: [] }, pagination: { total_count: 0 } }) });
    expect(await client().searchById('UIN', '0')).toMatchObject({ status: 'succ', records: [], totalCount: 0 });
  });

  it('reads records in the spelling of the peer and says what it tolerated', async () => {
    const foreign = {
      '@type': 'SRPerson',
      name: { first_name: 'Ana', last_name: 'Peña' },
      gender: 'F',
      birth_date: '02.05.2004',
    };
    registry.current.behave({ change: inItem({ data: { reg_record_type: 'SRPerson', reg_records: foreign } }) });
    const { records } = await client().searchById('UIN', '1');
    expect(records).toMatchObject([
      { name: { given_name: 'Ana', surname: 'Peña' }, sex: 'female', birth_date: '2004-05-02' },
    ]);
    registry.current.behave({ change: inItem({ data: { reg_records: [{ birth_date: 'in spring' }] } }) });
    expect((await client().searchById('UIN', '1')).warnings).toMatchObject([{ path: 'birth_date' }]);
  });

  it('keeps integers that a double cannot hold', async () => {
    const exact = '123456789012345678901234567890';
    registry.current.behave({
      change: inItem({ data: { reg_records: [{ ...person, ledger: 123456789012345678901234567890n }] } }),
    });
    const { records } = await client().searchById('UIN', '1');
    expect(String(records[0]?.ledger)).toBe(exact);
  });

  it('tells how to go on: by cursor, else by page number', async () => {
    registry.current.behave({
      change: inItem({ pagination: { page_size: 1, page_number: 1, total_count: 3, next_cursor: 'c2' } }),
    });
    expect((await client().searchById('UIN', '1')).next).toEqual({ cursor: 'c2', size: 1 });
    registry.current.behave({ change: inItem({ pagination: { page_size: 1, page_number: 2, total_count: 3 } }) });
    expect((await client().searchById('UIN', '1')).next).toEqual({ number: 3, size: 1 });
    registry.current.behave({ change: inItem({ pagination: { page_size: 1, page_number: 3, total_count: 3 } }) });
    expect((await client().searchById('UIN', '1')).next).toBeUndefined();
  });
});

describe('a batch', () => {
  const criteria = ['1', '2', '3'].map(
    (value) => ({ queryType: 'idtype-value', query: { type: 'UIN', value } }) as const,
  );

  it('has one outcome for each search, in the order asked, whatever the order of the reply', async () => {
    registry.current.behave({
      change: ({ header, message }, request) => ({
        header,
        message: {
          ...message,
          search_response: (message.search_response as readonly JsonObject[])
            .map(
              (item, index): JsonObject => ({
                ...item,
                data: {
                  reg_records: [
                    {
                      ...person,
                      asked: objectOf((request.message.search_request as readonly JsonObject[])[index]).reference_id,
                    },
                  ],
                },
              }),
            )
            .toReversed(),
        },
      }),
    });
    const { outcomes } = await client().searchBatch(criteria);
    const sent = registry.current.requests[0]?.message.search_request as readonly JsonObject[];
    expect(outcomes.map(({ referenceId }) => referenceId)).toEqual(sent.map(({ reference_id }) => reference_id));
    expect(outcomes.map((outcome) => (outcome.status === 'rjct' ? '' : outcome.records[0]?.asked))).toEqual(
      sent.map(({ reference_id }) => reference_id),
    );
  });

  it('takes a rejected item for an outcome beside the others', async () => {
    registry.current.behave({
      change: ({ header, message }) => ({
        header,
        message: {
          ...message,
          search_response: (message.search_response as readonly JsonObject[]).map((item, index) =>
            index === 1
              ? {
                  ...item,
                  status: 'rjct',
                  status_reason_code: 'rjct.filter.invalid',
                  data: undefined,
                  pagination: undefined,
                }
              : item,
          ),
        },
      }),
    });
    const { outcomes } = await client().searchBatch(criteria);
    expect(outcomes.map(({ status }) => status)).toEqual(['succ', 'rjct', 'succ']);
    expect(outcomes[1]).toMatchObject({ code: 'rjct.filter.invalid' });
  });

  it('of nothing is not sent', async () => {
    await expect(client().searchBatch([])).rejects.toMatchObject({ code: 'err.request.bad' });
    expect(registry.current.requests).toEqual([]);
  });
});

describe('a call', () => {
  it('to a closed port is unreachable, with the code of the system', async () => {
    const gone = await startRegistry();
    const options = gone.clientOptions({ peerKeys: { keys: [] } });
    await gone.stop();
    const { failure } = await failureOf(createClient(options).searchById('UIN', '1'));
    expect(failure).toEqual({ kind: 'unreachable', systemCode: 'ECONNREFUSED' });
  });

  it('ends with the reason of the caller’s signal, and sends nothing after it', async () => {
    registry.current.behave({ answer: () => undefined });
    const controller = new AbortController();
    const reason = new Error('enough');
    const call = client().searchById('UIN', '1', { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(call).rejects.toBe(reason);
    registry.current.requests.length = 0;
    await expect(client().searchById('UIN', '1', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(registry.current.requests).toEqual([]);
  });

  it('gives up in time also where fetch heeds no signal', async () => {
    const { failure } = await failureOf(
      client({ timeoutSeconds: 0.1, fetch: () => new Promise(() => undefined) }).searchById('UIN', '1'),
    );
    expect(failure).toEqual({ kind: 'timeout', seconds: 0.1 });
  });

  it('is signed in the older scheme where the data source says so, and takes only that back', async () => {
    registry.current.behave({ scheme: 'dci-legacy' });
    expect((await client({ scheme: 'dci-legacy' }).searchById('UIN', '1')).records).toHaveLength(1);
    registry.current.behave({ scheme: 'dci-legacy', replyScheme: 'dci' });
    const { failure } = await failureOf(client({ scheme: 'dci-legacy' }).searchById('UIN', '1'));
    expect(failure).toMatchObject({ kind: 'signature' });
  });
});
